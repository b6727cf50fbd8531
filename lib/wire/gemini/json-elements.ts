import { viewOf } from '../json.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Cuts a stream of JSON objects, in an array or one behind the other, into the text of each object. What stands between objects is
 * skipped, and only the object that is still open is kept.
 */
export class JsonElements {
  #parts: Buffer[] = [];
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** The objects that this chunk completes, as text. */
  push(bytes: Uint8Array): string[] {
    const chunk = viewOf(bytes);
    const out: string[] = [];
    let start = 0;
    for (let pos = 0; pos < chunk.length; pos += 1) {
      const byte = chunk[pos];
      if (this.#inString) {
        this.#readString(byte);
      } else if (byte === QUOTE) {
        this.#inString = this.#depth > 0;
      } else if (byte === OPEN_BRACE) {
        if (this.#depth === 0) start = pos;
        this.#depth += 1;
      } else if (byte === CLOSE_BRACE && this.#depth > 0) {
        this.#depth -= 1;
        if (this.#depth === 0) out.push(this.#take(chunk.subarray(start, pos + 1)));
      }
    }
    if (this.#depth > 0) this.#parts.push(chunk.subarray(start));
    return out;
  }

  #readString(byte: number | undefined): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
  }

  #take(last: Buffer): string {
    const whole = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    return whole.toString('utf8');
  }
}
