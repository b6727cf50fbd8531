import type { Failure } from '#lib/engine/types.ts';
import type { Frame } from '#lib/wire/types.ts';
import type { StreamAnswer, StreamSink } from './answer.ts';
import type { EventWriter } from './event-writer.ts';
import { protocolViolation } from './failures.ts';

const DONE_MARK = Buffer.from('[DONE]');
const STOP_MARK = Buffer.from('message_stop');

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
  /** What a clean stream of this dialect ends with, where its finish is not the end; null: nothing. */
  terminator: Uint8Array | null;
  /** Called once. */
  done: (result: RelayResult) => void;
}

/**
 * A committed stream on its way to the client: what one upstream chunk brought goes out in one write, a slow reader slows the
 * upstream down, and only a stream whose terminal marker came ends as its dialect ends clean streams.
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
    if (this.#finished && (this.#doneSent || this.#parts.terminator === null)) this.#finish();
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
        // Only a trailer can be the end; one that comes before the terminal marker is not passed on as an end.
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
    const { terminator } = this.#parts;
    if (!this.#doneSent && terminator !== null) this.#out.push(terminator);
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

/** `data: [DONE]` or Anthropic's `message_stop`, however it is spaced and ended; anything longer carries more. */
function endsStream(bytes: Uint8Array): boolean {
  if (bytes.length >= 120) return false;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return view.includes(STOP_MARK) || (bytes.length < 24 && view.includes(DONE_MARK));
}
