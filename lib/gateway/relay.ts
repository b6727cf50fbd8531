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
  /** Puts the `switchyard` object, as it is now, into a data chunk: the first, and the last of an answer that somebody else ended. */
  mark: (chunk: Uint8Array) => Uint8Array;
  /** The explicit error event that a broken stream ends with. */
  errorEvent: (failure: Failure) => Uint8Array;
  /** What a clean stream of this dialect ends with, where its finish is not the end; null: nothing. */
  terminator: Uint8Array | null;
  /** The stream broke. True: somebody tries to go on with it, and will call `goOn` or `giveUp`. */
  broke: (failure: Failure) => boolean;
  /** Called once. */
  done: (result: RelayResult) => void;
}

/**
 * A committed stream on its way to the client: what one upstream chunk brought goes out in one write, a slow reader slows the
 * upstream down, and only a stream whose terminal marker came ends as its dialect ends clean streams.
 */
export class Relay implements StreamSink {
  readonly #parts: RelayParts;
  #answer: StreamAnswer;
  #marked = false;
  /** What came with and behind the end of an answer that was gone on with: its last data chunk is marked again. */
  #tail: Uint8Array[] | null = null;
  /** It broke off, and it is not decided yet whether it goes on. */
  #suspended = false;
  /** The terminal marker came: from here on nothing is a failure. */
  #finished = false;
  /** The dialect's last event is still to come. */
  #owed = false;
  #doneSent = false;
  #over = false;
  #malformed = 0;

  /** Ready to be written; what one read of the upstream's socket brought goes out together. */
  #out: Uint8Array[] = [];
  #scheduled = false;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#answer = parts.answer;
  }

  /** Sends the answer on its way. */
  start(): void {
    this.#answer.attach(this);
  }

  /** Another answer's stream, which fits behind what was relayed. */
  goOn(answer: StreamAnswer): void {
    this.#suspended = false;
    this.#answer = answer;
    this.#tail = [];
    answer.attach(this);
  }

  /** Nobody goes on with it: the client is told what broke it. */
  giveUp(failure: Failure): void {
    if (this.#over) return;
    this.#break(failure);
  }

  /** The client takes more again. */
  drained(): void {
    this.#answer.resume();
  }

  frames(frames: readonly Frame[]): void {
    if (this.#over || this.#suspended) return;
    for (const frame of frames) {
      if (frame.kind === 'error') {
        if (this.#finished) continue;
        this.#broke(frame.failure);
        return;
      }
      this.#take(frame);
    }
    if (this.#isWhole()) this.#finish();
    else if (this.#out.length > 0 && !this.#scheduled) {
      this.#scheduled = true;
      process.nextTick(this.#flush);
    }
  }

  end(): void {
    if (this.#over || this.#suspended) return;
    if (this.#finished) this.#finish();
    else this.#broke(protocolViolation(null, 'The stream ended without its terminal marker.'));
  }

  failed(failure: Failure): void {
    if (this.#over || this.#suspended) return;
    if (this.#finished) this.#finish();
    else this.#broke(failure);
  }

  /** The client is gone: stop the upstream, report what there was. */
  clientGone(failure: Failure): void {
    if (this.#over) return;
    this.#over = true;
    this.#answer.abort();
    this.#report(failure);
  }

  #isWhole(): boolean {
    return this.#finished && !this.#owed && (this.#doneSent || this.#parts.terminator === null);
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
        this.#owed = false;
        break;
      case 'finish':
        this.#finished = true;
        this.#owed = frame.owed === true;
        break;
      case 'opening':
      case 'content':
        break;
      default:
        frame satisfies never;
    }
    if (frame.bytes.length === 0) return;
    if (this.#finished && this.#tail !== null) this.#tail.push(frame.bytes);
    else if (this.#marked) this.#out.push(frame.bytes);
    else this.#out.push(this.#markFirst(frame.bytes));
  }

  #markFirst(bytes: Uint8Array): Uint8Array {
    const marked = this.#parts.mark(bytes);
    this.#marked = marked !== bytes;
    return marked;
  }

  /** The last of them that holds an object says who served in the end. */
  #markLast(tail: readonly Uint8Array[]): Uint8Array[] {
    const out = [...tail];
    for (let at = out.length - 1; at >= 0; at -= 1) {
      const bytes = out[at];
      const marked = bytes === undefined ? undefined : this.#parts.mark(bytes);
      if (marked === undefined || marked === bytes) continue;
      out[at] = marked;
      break;
    }
    return out;
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    if (this.#over || this.#out.length === 0) return;
    const out = this.#out;
    this.#out = [];
    if (!this.#parts.writer.write(out)) this.#answer.pause();
  };

  #finish(): void {
    this.#over = true;
    const { terminator } = this.#parts;
    const rest = this.#tail ?? [];
    if (!this.#doneSent && terminator !== null) rest.push(terminator);
    this.#out.push(...(this.#tail === null ? rest : this.#markLast(rest)));
    this.#parts.writer.end(this.#out);
    this.#answer.complete();
    this.#report(null);
  }

  /** The client gets what came before the break in any case. */
  #broke(failure: Failure): void {
    this.#suspended = true;
    this.#answer.abort();
    if (!this.#parts.broke(failure)) this.#break(failure);
    else if (!this.#scheduled) this.#flush();
  }

  #break(failure: Failure): void {
    this.#over = true;
    this.#out.push(this.#parts.errorEvent(failure));
    this.#parts.writer.end(this.#out);
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
