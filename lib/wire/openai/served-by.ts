import type { SwitchyardObject } from '../../contract/served-by.ts';
import { viewOf } from '../json.ts';
import { skipSpace, valueEnd } from '../model-span.ts';

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const COMMA = 0x2c;
const KEY = Buffer.from('"switchyard"');

/**
 * Puts `"switchyard":{...},` behind the first `{` of a JSON document or of one SSE data frame, in place of one that stands there already;
 * every other byte stays. Works on any dialect's first event and on its last. Bytes that hold no object (`[DONE]`, an empty
 * finish) come back as they are, the same array.
 */
export function insertSwitchyard(bytes: Uint8Array, object: SwitchyardObject): Uint8Array {
  const view = viewOf(bytes);
  const brace = view.indexOf(OPEN_OBJECT, objectSearchStart(view));
  if (brace === -1) return bytes;
  const rest = behindOwn(view, brace + 1);
  const comma = view[skipSpace(view, rest)] === CLOSE_OBJECT ? '' : ',';
  const inserted = Buffer.from(`"switchyard":${JSON.stringify(object)}${comma}`);
  return Buffer.concat([view.subarray(0, brace + 1), inserted, view.subarray(rest)]);
}

/** Where the object goes on behind a `switchyard` that stands first in it: ours, or that of a gateway behind this one. */
function behindOwn(view: Buffer, from: number): number {
  const key = skipSpace(view, from);
  if (view.compare(KEY, 0, KEY.length, key, Math.min(key + KEY.length, view.length)) !== 0) return from;
  // Over the colon.
  const value = skipSpace(view, skipSpace(view, key + KEY.length) + 1);
  const next = skipSpace(view, valueEnd(view, value));
  return view[next] === COMMA ? next + 1 : next;
}

/** Behind `data:` in a frame, so that a brace in a comment or event line before it is not taken. */
function objectSearchStart(view: Buffer): number {
  const first = view[skipSpace(view, 0)];
  if (first === OPEN_OBJECT) return 0;
  let at = view.indexOf('data:');
  while (at > 0 && view[at - 1] !== 0x0a && view[at - 1] !== 0x0d) at = view.indexOf('data:', at + 1);
  return at === -1 ? view.length : at;
}
