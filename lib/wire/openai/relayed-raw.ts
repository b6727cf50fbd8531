import { parseJson } from '../json.ts';
import { RELAYED_LIMIT } from '../relayed-text.ts';

/** No character takes more than three bytes here: `\uXXXX` is left to the parser. */
const BYTE_LIMIT = 3 * RELAYED_LIMIT;
const FIRST_SIZE = 1024;
/** Below this many bytes a loop is faster than a native copy. */
const SHORT = 24;
const NOTHING = Buffer.alloc(0);

/**
 * The one text that a client has been given so far. What was parsed anyway is kept as it is; what was not is kept as it stands in the
 * stream's JSON, so that copying a few bytes is all that an event costs, and is decoded when somebody asks for it.
 */
export class RelayedRaw {
  /** Everything before `#raw`; null: nothing can be continued. */
  #text: string | null = '';
  #raw: Buffer = NOTHING;
  #length = 0;

  /** Bytes inside a JSON string, quotes left out. */
  addRaw(source: Uint8Array, start: number, end: number): void {
    if (this.#text === null) return;
    const length = end - start;
    const needed = this.#length + length;
    if (needed > this.#raw.length && !this.#grow(needed)) return;
    if (length > SHORT) this.#raw.set(source.subarray(start, end), this.#length);
    else {
      const raw = this.#raw;
      for (let from = start, to = this.#length; from < end; from += 1, to += 1) raw[to] = source[from] ?? 0;
    }
    this.#length = needed;
  }

  add(text: string): void {
    if (this.#length > 0) this.#decode();
    if (this.#text === null) return;
    const length = this.#text.length + text.length;
    this.#text = length > RELAYED_LIMIT ? null : this.#text + text;
  }

  /** Something that cannot be continued was relayed. */
  spoil(): void {
    this.#text = null;
    this.#raw = NOTHING;
    this.#length = 0;
  }

  /** null: there is nothing that could be continued. */
  text(): string | null {
    if (this.#length > 0) this.#decode();
    return this.#text;
  }

  #decode(): void {
    const decoded = parseJson(`"${this.#raw.toString('utf8', 0, this.#length)}"`);
    this.#length = 0;
    if (typeof decoded === 'string') this.add(decoded);
    else this.spoil();
  }

  #grow(needed: number): boolean {
    if (needed > BYTE_LIMIT) {
      this.spoil();
      return false;
    }
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#raw.length * 2, FIRST_SIZE));
    this.#raw.copy(grown, 0, 0, this.#length);
    this.#raw = grown;
    return true;
  }
}
