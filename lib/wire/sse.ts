import { viewOf } from './json.ts';

/** One server-sent event as it came. */
export interface SseFrame {
  /** The exact bytes, from the first line to the end of the blank line. Empty for a lone blank line. */
  raw: Buffer;
  /** The `event` field. */
  event: string | null;
  /** The `data` lines joined by LF; null when there were none (comments, keep-alive blank lines). */
  data: string | null;
}

const LF = 10;
const CR = 13;
const NOTHING = Buffer.alloc(0);
const BLANK_LINE: SseFrame = Object.freeze({ raw: NOTHING, event: null, data: null });

/** What a CR at the very end of what has been read still waits for: an LF that would belong to it. */
type PendingCr = 'none' | 'line' | 'blank' | 'skip';

/**
 * Splits a byte stream into server-sent events. Lines may end in LF, CRLF or CR, chunks may be cut anywhere, and the frames are the
 * same for every chunking. Each byte is scanned by native searches only and copied only when its frame spans chunks, into
 * a buffer that doubles, so that the work is linear however small the chunks are. Chunks must not be modified afterwards.
 */
export class SseSplitter {
  #carry: Buffer = NOTHING;
  #carried = 0;
  #lineEmpty = true;
  #inFrame = false;
  #lastLineEndedInCr = false;
  #pendingCr: PendingCr = 'none';

  /** Frames completed by this chunk, in order. */
  push(bytes: Uint8Array): SseFrame[] {
    const chunk = viewOf(bytes);
    const out: SseFrame[] = [];
    let start = 0;
    let pos = 0;
    let lf = chunk.indexOf(LF);
    let cr = chunk.indexOf(CR);
    while (pos < chunk.length) {
      if (this.#pendingCr !== 'none') {
        if (chunk[pos] === LF) pos += 1;
        start = this.#resolveCr(chunk, start, pos, out);
        continue;
      }
      if (lf !== -1 && lf < pos) lf = chunk.indexOf(LF, pos);
      if (cr !== -1 && cr < pos) cr = chunk.indexOf(CR, pos);
      const next = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr;
      if (next !== pos) {
        this.#lineEmpty = false;
        this.#inFrame = true;
      }
      if (next === -1) break;
      pos = next + 1;
      start = this.#endLine(chunk, start, pos, next === cr, out);
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return out;
  }

  /** The end of the stream: a last event that lacks its blank line is completed with one. */
  end(): SseFrame[] {
    if (!this.#inFrame) return [];
    const complete = this.#pendingCr === 'blank';
    const blankLine = this.#lineEmpty && this.#pendingCr === 'none' ? '\n' : '\n\n';
    const raw = this.#take(complete ? NOTHING : Buffer.from(blankLine));
    this.#pendingCr = 'none';
    return [parseFrame(raw)];
  }

  /** A line ended just before `pos`. Returns where the current frame starts in the chunk. */
  #endLine(chunk: Buffer, start: number, pos: number, byCr: boolean, out: SseFrame[]): number {
    if (!this.#lineEmpty) {
      this.#lineEmpty = true;
      this.#lastLineEndedInCr = false;
      if (byCr) this.#pendingCr = 'line';
      return start;
    }
    if (!this.#inFrame) {
      out.push(BLANK_LINE);
      if (byCr) this.#pendingCr = 'skip';
      return pos;
    }
    // With CRLF the LF is still to come; where lines end in a lone CR it is not, and waiting would delay the event.
    if (byCr && !this.#lastLineEndedInCr) {
      this.#pendingCr = 'blank';
      return start;
    }
    out.push(parseFrame(this.#take(chunk.subarray(start, pos))));
    return pos;
  }

  /** The byte after a CR is known; `pos` stands behind the CR or its LF. */
  #resolveCr(chunk: Buffer, start: number, pos: number, out: SseFrame[]): number {
    const pending = this.#pendingCr;
    this.#pendingCr = 'none';
    if (pending === 'skip') return pos;
    if (pending === 'blank') {
      out.push(parseFrame(this.#take(chunk.subarray(start, pos))));
      return pos;
    }
    this.#lastLineEndedInCr = pos === 0 || chunk[pos - 1] !== LF;
    return start;
  }

  #keep(part: Buffer): void {
    const needed = this.#carried + part.length;
    if (needed > this.#carry.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#carry.length * 2));
      this.#carry.copy(grown, 0, 0, this.#carried);
      this.#carry = grown;
    }
    part.copy(this.#carry, this.#carried);
    this.#carried = needed;
  }

  /** The bytes of the frame that ends with `tail`; the next frame starts empty. */
  #take(tail: Buffer): Buffer {
    let raw = tail;
    if (this.#carried > 0) {
      this.#keep(tail);
      raw = this.#carry.subarray(0, this.#carried);
      this.#carry = NOTHING;
      this.#carried = 0;
    }
    this.#lineEmpty = true;
    this.#inFrame = false;
    this.#lastLineEndedInCr = false;
    return raw;
  }
}

function parseFrame(raw: Buffer): SseFrame {
  const text = raw.toString('utf8');
  const end = text.indexOf('\n');
  if (text.startsWith('data:') && end === text.length - 2 && text.charCodeAt(end - 1) !== CR) {
    return { raw, event: null, data: text.slice(text.charCodeAt(5) === 32 ? 6 : 5, end) };
  }
  return parseLines(raw, text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}

function parseLines(raw: Buffer, text: string): SseFrame {
  const frame: SseFrame = { raw, event: null, data: null };
  if (text.includes('\r')) {
    for (const line of text.split(/\r\n|\r|\n/)) readLine(frame, line);
    return frame;
  }
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    readLine(frame, text.slice(start, end === -1 ? text.length : end));
    if (end === -1) break;
    start = end + 1;
  }
  return frame;
}

function readLine(frame: SseFrame, line: string): void {
  const colon = line.indexOf(':');
  const name = colon === -1 ? line : line.slice(0, colon);
  if (name !== 'data' && name !== 'event') return;
  const value = colon === -1 ? '' : line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1);
  if (name === 'event') frame.event = value;
  else frame.data = frame.data === null ? value : `${frame.data}\n${value}`;
}

/** One `data:` event holding a JSON value. */
export function sseData(value: unknown): Buffer {
  return Buffer.from(`data: ${JSON.stringify(value)}\n\n`);
}

/** The marker that ends every OpenAI stream. */
export const SSE_DONE: Uint8Array = Buffer.from('data: [DONE]\n\n');
