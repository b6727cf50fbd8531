import type { SwitchyardObject } from '../../contract/served-by.ts';
import { viewOf } from '../json.ts';

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Inserts `"switchyard":{...},` behind the first `{` of a JSON document or of one SSE data frame; every other byte stays. Bytes that
 * hold no object (`[DONE]`, an empty finish) come back as they are.
 */
export function insertSwitchyard(bytes: Uint8Array, object: SwitchyardObject): Uint8Array {
  const view = viewOf(bytes);
  const brace = view.indexOf(OPEN_OBJECT, objectSearchStart(view));
  if (brace === -1) return bytes;
  const comma = firstNonSpace(view, brace + 1) === CLOSE_OBJECT ? '' : ',';
  const inserted = Buffer.from(`"switchyard":${JSON.stringify(object)}${comma}`);
  return Buffer.concat([view.subarray(0, brace + 1), inserted, view.subarray(brace + 1)]);
}

/** Behind `data:` in a frame, so that a brace in a comment or event line before it is not taken. */
function objectSearchStart(view: Buffer): number {
  const first = firstNonSpace(view, 0);
  if (first === OPEN_OBJECT) return 0;
  let at = view.indexOf('data:');
  while (at > 0 && view[at - 1] !== 0x0a && view[at - 1] !== 0x0d) at = view.indexOf('data:', at + 1);
  return at === -1 ? view.length : at;
}

function firstNonSpace(view: Buffer, from: number): number | undefined {
  let pos = from;
  while (view[pos] === 0x20 || view[pos] === 0x0a || view[pos] === 0x0d || view[pos] === 0x09) pos += 1;
  return view[pos];
}
