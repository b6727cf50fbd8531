import type { Dispatcher } from 'undici';
import type { Usage } from '#lib/contract/records.ts';
import { effectOf } from '#lib/engine/effects.ts';
import type { Failure } from '#lib/engine/types.ts';
import { classifyReply, classifyTransport } from '#lib/wire/classify.ts';
import type { Frame, Relayed } from '#lib/wire/types.ts';
import type { Answer, StreamAnswer, StreamSink } from './answer.ts';
import type { CallParts, Headers } from './call-parts.ts';
import {
  clientAbort,
  deadlineTimeout,
  firstTokenTimeout,
  idleTimeout,
  protocolViolation,
  withoutSecret,
} from './failures.ts';
import { cleanFrames, sizeOf } from './frames.ts';
import { isDocument } from './is-document.ts';
import { keepRawError } from './raw-errors.ts';

export const ERROR_BODY_LIMIT = 1024 * 1024;
export const ANSWER_BODY_LIMIT = 64 * 1024 * 1024;
/** How long an error's body may take after its status. */
const ERROR_BODY_MS = 5_000;
/** How long a finished stream's connection may take to end by itself. */
const COMPLETE_GRACE_MS = 1_000;
/** How long a finished answer waits for its usage and `[DONE]`, where the provider leaves the stream open. */
const TRAILER_MS = 2_000;

/**
 * One call to one target, from dispatch to its last byte. Until the commit point it decides what the call came to; after it, it
 * feeds the relay. It owns one timer and one abort listener, and both are gone when it is done.
 *
 * waiting -> body (an error, or an answer that is not streamed) -> done
 *         -> held (stream before its first content, or its end) -> streaming (committed) -> completing -> done
 */
export class UpstreamCall implements Dispatcher.DispatchHandler, StreamAnswer {
  readonly kind = 'stream';
  readonly #parts: CallParts;
  readonly #startedAt: number;
  #phase: 'waiting' | 'body' | 'held' | 'streaming' | 'completing' | 'done' = 'waiting';
  #controller: Dispatcher.DispatchController | null = null;
  #timer: NodeJS.Timeout | null = null;
  #timerDueAt = 0;
  /** A limit was found passed, and what the socket may hold by now has been waited for. */
  #looked = false;
  #lastByteAt: number;
  /** null before the first content, also before one that is only held. */
  #firstTokenMs: number | null = null;
  #paused = false;
  /** The terminal marker came. */
  #finished = false;
  #status = 0;
  #headers: Headers = {};
  #chunks: Uint8Array[] = [];
  #size = 0;
  #frames: Frame[] = [];
  #sink: StreamSink | null = null;
  /** What came between commit and attach, when that was already the end. */
  #ending: 'end' | Failure | null = null;

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
    this.#lastByteAt = this.#startedAt;
  }

  start(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): void {
    const { signal, firstTokenBy, deadlineAt } = this.#parts.attempt;
    if (signal.aborted) {
      this.#fail(clientAbort());
      return;
    }
    signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#arm(Math.min(firstTokenBy, deadlineAt));
    try {
      dispatcher.dispatch(options, this);
    } catch (error) {
      this.#fail(classifyTransport(error));
    }
  }

  // ---- undici's side ------------------------------------------------------------------------------------------------------

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#phase === 'done') controller.abort(new Error('given up'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200 || this.#phase !== 'waiting') return;
    this.#lastByteAt = this.#parts.clock.now();
    this.#status = status;
    this.#headers = headers;
    const ok = status < 300;
    if (ok && this.#parts.decoder !== null && !isDocument(headers['content-type'])) {
      this.#phase = 'held';
      return;
    }
    this.#phase = 'body';
    if (!ok) this.#arm(Math.min(this.#timerDueAt, this.#lastByteAt + ERROR_BODY_MS));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    switch (this.#phase) {
      case 'held':
      case 'streaming':
        this.#lastByteAt = this.#parts.clock.now();
        this.#take(this.#parts.decoder?.push(chunk) ?? []);
        return;
      case 'body':
        this.#collect(chunk);
        return;
      case 'waiting':
      case 'completing':
      case 'done':
        return;
      default:
        this.#phase satisfies never;
    }
  }

  onResponseEnd(): void {
    switch (this.#phase) {
      case 'body':
        this.#readBody();
        return;
      case 'held':
      case 'streaming':
        this.#take(this.#parts.decoder?.end() ?? []);
        this.#endStream();
        return;
      case 'waiting':
      case 'completing':
      case 'done':
        this.#release();
        return;
      default:
        this.#phase satisfies never;
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#phase === 'done') return;
    if (this.#phase === 'completing') this.#release();
    // An error's status says more than the reset that cut its body short.
    else if (this.#phase === 'body' && this.#status >= 300) this.#readBody();
    else this.#fail(classifyTransport(error));
  }

  // ---- the relay's side ---------------------------------------------------------------------------------------------------

  attach(sink: StreamSink): void {
    // From here on it is the sink that gives up; until now a committed answer that nobody takes is let go by its signal.
    this.#parts.attempt.signal.removeEventListener('abort', this.#onAbort);
    this.#sink = sink;
    const frames = this.#frames;
    this.#frames = [];
    sink.frames(frames);
    if (this.#ending === 'end') sink.end();
    else if (this.#ending !== null) sink.failed(this.#ending);
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#controller?.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#lastByteAt = this.#parts.clock.now();
    this.#controller?.resume();
  }

  complete(): void {
    if (this.#phase !== 'streaming') return;
    this.#phase = 'completing';
    this.resume();
    this.#arm(this.#parts.clock.now() + COMPLETE_GRACE_MS);
  }

  abort(): void {
    this.#giveUp();
  }

  usage(): Usage | null {
    return this.#parts.decoder?.usage() ?? null;
  }

  sequence(): number | null {
    return this.#parts.decoder?.sequence?.() ?? null;
  }

  relayed(): Relayed | null {
    return this.#parts.decoder?.relayed() ?? null;
  }

  // ---- inside -------------------------------------------------------------------------------------------------------------

  #take(decoded: Frame[]): void {
    const frames = cleanFrames(decoded, this.#parts.credential);
    if (frames.some(({ kind }) => kind === 'finish')) this.#awaitTrailer();
    if (this.#sink !== null) {
      this.#sink.frames(frames);
      return;
    }
    for (const frame of frames) this.#frames.push(frame);
    if (this.#phase === 'held') this.#judgeHeld(frames);
  }

  #judgeHeld(frames: readonly Frame[]): void {
    // An answer that breaks in the same read as its first content has shown the client nothing yet.
    const decisive = frames.find(({ kind }) => kind === 'error' || kind === 'finish');
    if (decisive?.kind === 'error') {
      this.#fail(decisive.failure);
      return;
    }
    const content = frames.some(({ kind }) => kind === 'content');
    if (decisive !== undefined || (content && !this.#parts.hold)) {
      this.#commit();
      return;
    }
    if (content || this.#parts.decoder?.begun?.() === true) this.#begin();
    this.#size += sizeOf(frames);
    if (this.#size <= ANSWER_BODY_LIMIT) return;
    const what = this.#parts.hold ? 'The answer is larger than 64 MB.' : 'No content in 64 MB.';
    this.#fail(protocolViolation(this.#status, what));
  }

  /** The target is at work, though its answer is held: the first token's limit has been met, and silence counts from here on. */
  #begin(): void {
    if (this.#firstTokenMs !== null) return;
    this.#firstTokenMs = this.#lastByteAt - this.#startedAt;
    this.#parts.attempt.onFirstToken(this.#firstTokenMs);
    this.#arm(this.#streamDueAt());
  }

  #awaitTrailer(): void {
    this.#finished = true;
    this.#arm(Math.min(this.#timerDueAt, this.#parts.clock.now() + TRAILER_MS));
  }

  #commit(): void {
    this.#phase = 'streaming';
    this.#firstTokenMs ??= this.#lastByteAt - this.#startedAt;
    if (this.#streamDueAt() < this.#timerDueAt) this.#arm(this.#streamDueAt());
    this.#parts.settle({ kind: 'committed', value: this, firstTokenMs: this.#firstTokenMs });
  }

  #endStream(): void {
    if (this.#phase === 'held') {
      this.#fail(protocolViolation(this.#status, 'The stream ended without an answer.'));
      return;
    }
    const live = this.#phase === 'streaming';
    this.#release();
    if (!live) return;
    if (this.#sink === null) this.#ending = 'end';
    else this.#sink.end();
  }

  #collect(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#status >= 300) {
      if (this.#size >= ERROR_BODY_LIMIT) this.#readBody();
    } else if (this.#size > ANSWER_BODY_LIMIT) {
      this.#fail(protocolViolation(this.#status, 'The answer is larger than 64 MB.'));
    }
  }

  /** Judges a whole body: an error's, or an answer's. */
  #readBody(): void {
    const body = this.#chunks.length === 1 ? (this.#chunks[0] ?? EMPTY) : Buffer.concat(this.#chunks);
    this.#chunks = [];
    if (this.#status >= 300) {
      const { kind, credential, clock } = this.#parts;
      const reply = { kind, status: this.#status, headers: this.#headers, body };
      const failure = classifyReply({ ...reply, credential, nowWallMs: clock.wall() });
      this.#keepReply(failure, body);
      this.#fail(failure);
      return;
    }
    const result = this.#parts.readCompletion(this.#headers, body);
    if (!result.ok) this.#fail(result.failure);
    else if (this.#parts.decoder !== null) {
      this.#fail(protocolViolation(this.#status, 'A stream was asked for, and a whole answer came.'));
    } else {
      this.#release();
      const firstTokenMs = this.#parts.clock.now() - this.#startedAt;
      const value: Answer = { kind: 'body', bytes: result.bytes, usage: result.usage };
      this.#parts.settle({ kind: 'committed', value, firstTokenMs });
    }
  }

  /** The caller's own fault may be passed on as it came. */
  #keepReply(failure: Failure, bytes: Uint8Array): void {
    if (!effectOf(failure.class).callersFault) return;
    const { dialect, credential } = this.#parts;
    const given = this.#headers['content-type'];
    const contentType = (Array.isArray(given) ? given[0] : given) ?? null;
    keepRawError(failure, { status: this.#status, contentType, bytes, dialect }, credential);
  }

  /** Ends the call with a failure, wherever it stands, and closes its connection unless that has ended. */
  #fail(reported: Failure): void {
    const phase = this.#phase;
    if (phase === 'done') return;
    if (phase === 'streaming' && this.#finished) {
      this.#closeFinished();
      return;
    }
    const failure = withoutSecret(reported, this.#parts.credential);
    this.#giveUp();
    if (phase === 'streaming') {
      if (this.#sink === null) this.#ending = failure;
      else this.#sink.failed(failure);
    } else if (phase !== 'completing') {
      this.#parts.settle({ kind: 'failed', failure });
    }
  }

  /** A finished answer stays finished, whatever becomes of its connection; what its decoder still owes is asked for. */
  #closeFinished(): void {
    this.#take(this.#parts.decoder?.end() ?? []);
    const live = this.#phase === 'streaming';
    this.#giveUp();
    if (!live) return;
    if (this.#sink === null) this.#ending = 'end';
    else this.#sink.end();
  }

  #giveUp(): void {
    if (this.#phase === 'done') return;
    this.#release();
    this.#controller?.abort(new Error('given up'));
  }

  #release(): void {
    if (this.#phase === 'done') return;
    this.#phase = 'done';
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#parts.attempt.signal.removeEventListener('abort', this.#onAbort);
    this.#parts.released();
  }

  readonly #onAbort = (): void => this.#fail(clientAbort());

  #arm(dueAt: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerDueAt = dueAt;
    this.#timer = setTimeout(this.#onTimer, Math.max(0, dueAt - this.#parts.clock.now()));
  }

  /** Bytes do not touch the timer: it looks when it fires, and sleeps on when there was life. */
  readonly #onTimer = (): void => {
    const now = this.#parts.clock.now();
    const { firstTokenBy, deadlineAt, idleMs } = this.#parts.attempt;
    if (this.#phase === 'completing') this.#giveUp();
    else if (this.#phase === 'body' && this.#status >= 300) this.#readBody();
    else if (this.#finished && !this.#paused) this.#fail(idleTimeout(TRAILER_MS));
    else if (now >= deadlineAt - 1) this.#fail(deadlineTimeout());
    else if (this.#inTime(now)) {
      this.#looked = false;
      this.#arm(this.#firstTokenMs === null ? Math.min(firstTokenBy, deadlineAt) : this.#streamDueAt());
    } else if (!this.#looked) {
      // After a pause of this process timers run before the bytes that came meanwhile: that is not the provider's silence.
      this.#looked = true;
      this.#arm(now + 1);
    } else if (this.#firstTokenMs === null) this.#fail(firstTokenTimeout(now - this.#startedAt));
    else this.#fail(idleTimeout(idleMs));
  };

  #inTime(now: number): boolean {
    const { firstTokenBy, idleMs } = this.#parts.attempt;
    if (this.#firstTokenMs === null) return now < firstTokenBy - 1;
    return this.#paused || now - this.#lastByteAt < idleMs - 1;
  }

  #streamDueAt(): number {
    const from = this.#paused ? this.#parts.clock.now() : this.#lastByteAt;
    return Math.min(from + this.#parts.attempt.idleMs, this.#parts.attempt.deadlineAt);
  }
}

const EMPTY = new Uint8Array(0);
