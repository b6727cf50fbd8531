import { asText } from '../json.ts';

/** Ids of translated answers carry this mark, so that a client's next request shows which of its items no vendor knows. */
const MARK = 'switchyard_';
const OWN = /^(?:resp|msg|fc|rs)_switchyard_/;

/** What an id of the Responses API begins with: a response, a message, a function call, a reasoning item. */
export type IdKind = 'resp' | 'msg' | 'fc' | 'rs';

/** The id of something that was translated, made of the other vendor's id; at most 64 characters, as OpenAI's are. */
export function ownId(kind: IdKind, vendorId: string, position?: number): string {
  const safe = vendorId.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 40);
  const id = `${kind}_${MARK}${safe === '' ? '0' : safe}`;
  return position === undefined ? id : `${id}_${position}`;
}

/** True for an id that was made here: OpenAI looks ids up and refuses a request with one that it does not know. */
export function isOwnId(id: unknown): boolean {
  return OWN.test(asText(id) ?? '');
}

/** Bytes that a body with such an id contains. */
export const OWN_ID_BYTES = `_${MARK}`;
