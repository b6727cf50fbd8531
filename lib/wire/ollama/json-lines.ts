import { viewOf } from '../json.ts';

const LF = 0x0a;

/** Cuts bytes into lines, however they are chunked; lines of white space alone are passed over. A line is copied only when it spans chunks. */
export class JsonLines {
  #parts: Buffer[] = [];

  /** The lines that this chunk completes. */
  push(bytes: Uint8Array): string[] {
    const chunk = viewOf(bytes);
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#take(chunk.subarray(start, end), lines);
      start = end + 1;
    }
    if (start < chunk.length) this.#parts.push(chunk.subarray(start));
    return lines;
  }

  /** A last line that lacks its end. */
  end(): string[] {
    const lines: string[] = [];
    if (this.#parts.length > 0) this.#take(Buffer.alloc(0), lines);
    return lines;
  }

  #take(last: Buffer, lines: string[]): void {
    const line = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    const text = line.toString('utf8').trim();
    if (text !== '') lines.push(text);
  }
}
