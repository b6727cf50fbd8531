import type { ServerResponse } from 'node:http';
import type { Failure } from '#lib/engine/types.ts';
import type { Frame } from '#lib/wire/types.ts';
import type { StreamAnswer, StreamSink } from './answer.ts';
import { protocolViolation } from './failures.ts';
import { joinBytes } from './join-bytes.ts';

const DONE_EVENT = Buffer.from('data: [DONE]\n\n');
const DONE_MARK = Buffer.from('[DONE]');

export interface RelayResult {
  /** What broke the stream after the commit point; null: it ended cleanly. */
  failure: Failure | null;
  malformedEvents: number;
}

export interface RelayParts {
  response: ServerResponse;
  answer: StreamAnswer;
  /** Puts the `switchyard` object into the first data chunk. */
  mark: (first: Uint8Array) => Uint8Array;
  /** The explicit error event that a broken stream ends with. */
  errorEvent: (failure: Failure) => Uint8Array;
  /** Called once. */
  done: (result: RelayResult) => void;
}

/**
 * A committed stream on its way to the client: what one upstream chunk brought goes out in one write, a slow reader slows the
 * upstream down, and only a stream whose terminal marker came ends with `[DONE]`.
 */
export class Relay implements StreamSink {
  readonly #parts: RelayParts;
  #marked = false;
  /** The terminal marker came: from here on nothing is a failure. */
  #finished = false;
  #doneSent = false;
  #over = false;
  #malformed = 0;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    parts.response.on('drain', () => parts.answer.resume());
  }

  frames(frames: readonly Frame[]): void {
    if (this.#over) return;
    const out: Uint8Array[] = [];
    for (const frame of frames) {
      if (frame.kind === 'error') {
        if (this.#finished) continue;
        this.#break(frame.failure, out);
        return;
      }
      this.#take(frame, out);
    }
    if (this.#finished && this.#doneSent) this.#finish(out);
    else if (out.length > 0 && !this.#parts.response.write(joinBytes(out))) this.#parts.answer.pause();
  }

  end(): void {
    if (this.#over) return;
    if (this.#finished) this.#finish([]);
    else this.#break(protocolViolation(null, 'The stream ended without its terminal marker.'), []);
  }

  failed(failure: Failure): void {
    if (this.#over) return;
    if (this.#finished) this.#finish([]);
    else this.#break(failure, []);
  }

  /** The client is gone: stop the upstream, report what there was. */
  clientGone(failure: Failure): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.answer.abort();
    this.#report(failure);
  }

  #take(frame: Exclude<Frame, { kind: 'error' }>, out: Uint8Array[]): void {
    switch (frame.kind) {
      case 'alive':
        return;
      case 'malformed':
        this.#malformed += 1;
        return;
      case 'trailer':
        // Only a trailer can be `[DONE]`; one that comes before the terminal marker is not passed on as an end.
        if (endsStream(frame.bytes)) {
          if (!this.#finished) return;
          this.#doneSent = true;
        }
        break;
      case 'finish':
        this.#finished = true;
        break;
      case 'opening':
      case 'content':
        break;
      default:
        frame satisfies never;
    }
    if (frame.bytes.length === 0) return;
    if (this.#marked) out.push(frame.bytes);
    else {
      this.#marked = true;
      out.push(this.#parts.mark(frame.bytes));
    }
  }

  #finish(out: Uint8Array[]): void {
    this.#over = true;
    if (!this.#doneSent) out.push(DONE_EVENT);
    this.#parts.response.end(joinBytes(out));
    this.#parts.answer.complete();
    this.#report(null);
  }

  #break(failure: Failure, out: Uint8Array[]): void {
    this.#over = true;
    out.push(this.#parts.errorEvent(failure));
    this.#parts.response.end(joinBytes(out));
    this.#parts.answer.abort();
    this.#report(failure);
  }

  #report(failure: Failure | null): void {
    this.#parts.done({ failure, malformedEvents: this.#malformed });
  }
}

/** `data: [DONE]`, however it is spaced and ended; anything longer carries JSON. */
function endsStream(bytes: Uint8Array): boolean {
  return bytes.length < 24 && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(DONE_MARK);
}
