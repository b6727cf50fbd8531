import type { Failure } from '#lib/engine/types.ts';
import type { Frame } from '#lib/wire/types.ts';
import type { StreamAnswer, StreamSink } from './answer.ts';
import type { EventWriter } from './event-writer.ts';
import { protocolViolation } from './failures.ts';

const DONE_EVENT = Buffer.from('data: [DONE]\n\n');
const DONE_MARK = Buffer.from('[DONE]');

export interface RelayResult {
  /** What broke the stream after the commit point; null: it ended cleanly. */
  failure: Failure | null;
  malformedEvents: number;
}

export interface RelayParts {
  writer: EventWriter;
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

  /** Ready to be written; what one read of the upstream's socket brought goes out together. */
  #out: Uint8Array[] = [];
  #scheduled = false;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  frames(frames: readonly Frame[]): void {
    if (this.#over) return;
    for (const frame of frames) {
      if (frame.kind === 'error') {
        if (this.#finished) continue;
        this.#break(frame.failure);
        return;
      }
      this.#take(frame);
    }
    if (this.#finished && this.#doneSent) this.#finish();
    else if (this.#out.length > 0 && !this.#scheduled) {
      this.#scheduled = true;
      process.nextTick(this.#flush);
    }
  }

  end(): void {
    if (this.#over) return;
    if (this.#finished) this.#finish();
    else this.#break(protocolViolation(null, 'The stream ended without its terminal marker.'));
  }

  failed(failure: Failure): void {
    if (this.#over) return;
    if (this.#finished) this.#finish();
    else this.#break(failure);
  }

  /** The client is gone: stop the upstream, report what there was. */
  clientGone(failure: Failure): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.answer.abort();
    this.#report(failure);
  }

  #take(frame: Exclude<Frame, { kind: 'error' }>): void {
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
    if (this.#marked) this.#out.push(frame.bytes);
    else {
      this.#marked = true;
      this.#out.push(this.#parts.mark(frame.bytes));
    }
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    if (this.#over) return;
    const out = this.#out;
    this.#out = [];
    if (!this.#parts.writer.write(out)) this.#parts.answer.pause();
  };

  #finish(): void {
    this.#over = true;
    if (!this.#doneSent) this.#out.push(DONE_EVENT);
    this.#parts.writer.end(this.#out);
    this.#parts.answer.complete();
    this.#report(null);
  }

  #break(failure: Failure): void {
    this.#over = true;
    this.#out.push(this.#parts.errorEvent(failure));
    this.#parts.writer.end(this.#out);
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
