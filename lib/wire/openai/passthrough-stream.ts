import type { Usage } from '../../contract/records.ts';
import type { Failure } from '../../engine/types.ts';
import { classifyInBand } from '../classify.ts';
import { emptyCompletion, truncatedStream } from '../failures.ts';
import { asArray, asNumber, asObject, asText, type JsonObject, parseJson } from '../json.ts';
import { type SseFrame, SseSplitter } from '../sse.ts';
import type { Frame, Relayed } from '../types.ts';
import { type ContentKind, contentOf, isFailedFinish, isPlainStop, saysMoreThanText } from './content.ts';
import { failedFinish, failureWithoutData, reportsError } from './in-stream-errors.ts';
import { RelayedRaw } from './relayed-raw.ts';
import type { RepeatableDecoder } from './repeat-decoder.ts';
import { openAiUsage } from './usage.ts';

const NO_BYTES = new Uint8Array(0);
const ALIVE: Frame = Object.freeze({ kind: 'alive' });
const MALFORMED: Frame = Object.freeze({ kind: 'malformed' });

/** `held`: an empty answer has finished and is kept back until usage tells whether it really is empty. */
type State = 'open' | 'held' | 'finished' | 'failed';

/** Judges the frames of an OpenAI-format stream and hands their bytes on untouched. */
export class PassthroughDecoder implements RepeatableDecoder {
  readonly #splitter = new SseSplitter();
  readonly #choicesAsked: number;
  readonly #seen = new Set<number>();
  readonly #done = new Set<number>();
  #state: State = 'open';
  #sawContent = false;
  #onlyPlainStops = true;
  #held: Uint8Array[] = [];
  #usage: Usage | null = null;
  readonly #text = new RelayedRaw();
  #id: string | null = null;
  #model: string | null = null;
  #created: number | null = null;

  /** `choicesAsked`: the request's `n`. */
  constructor(choicesAsked: number) {
    this.#choicesAsked = choicesAsked;
    if (choicesAsked > 1) this.#text.spoil();
  }

  push(chunk: Uint8Array): Frame[] {
    if (this.#state === 'failed') return [];
    return this.#readAll(this.#splitter.push(chunk));
  }

  end(): Frame[] {
    if (this.#state === 'failed') return [];
    const frames = this.#readAll(this.#splitter.end());
    if (this.#state === 'open') {
      if (this.#everySeenIsDone()) frames.push(...this.#finish(NO_BYTES));
      else frames.push(this.#fail(truncatedStream()));
    }
    if (this.#is('held')) frames.push(this.#fail(emptyCompletion()));
    return frames;
  }

  usage(): Usage | null {
    return this.#usage;
  }

  model(): string | null {
    return this.#model;
  }

  relayed(): Relayed | null {
    const text = this.#text.text();
    if (text === null) return null;
    const place = { textIndex: 0, itemId: null, sequence: null };
    return {
      face: 'chat',
      id: this.#id ?? '',
      model: this.#model ?? '',
      created: this.#created,
      text,
      ...place,
    };
  }

  noteText(bytes: Uint8Array, start: number, end: number): void {
    this.#text.addRaw(bytes, start, end);
  }

  #readAll(events: readonly SseFrame[]): Frame[] {
    const frames: Frame[] = [];
    for (const event of events) {
      if (this.#is('failed')) break;
      this.#read(event, frames);
    }
    return frames;
  }

  /** Keeps the type checker from assuming that calls leave the state alone. */
  #is(state: State): boolean {
    return this.#state === state;
  }

  #read(event: SseFrame, frames: Frame[]): void {
    if (event.data === null || event.data === '') {
      frames.push(event.raw.length === 0 ? ALIVE : this.#withoutData(event.raw));
      return;
    }
    if (event.data === '[DONE]') {
      this.#readDone(event.raw, frames);
      return;
    }
    const json = asObject(parseJson(event.data));
    if (json === null && event.event !== 'error') {
      frames.push(MALFORMED);
      return;
    }
    if (json === null || event.event === 'error' || reportsError(json)) {
      frames.push(this.#readError(json ?? { message: event.data }));
      return;
    }
    this.#readChunk(json, event.raw, frames);
  }

  /** Comments mean life; a whole JSON body or a page of HTML in place of events does not. */
  #withoutData(raw: Buffer): Frame {
    if (this.#state === 'finished' || this.#sawContent) return ALIVE;
    const failure = failureWithoutData(raw);
    return failure === null ? ALIVE : this.#fail(failure);
  }

  #readError(json: JsonObject): Frame {
    this.#note(json);
    // Some vendors report an error behind a finished answer: the answer stands.
    return this.#state === 'finished' ? ALIVE : this.#fail(classifyInBand(json));
  }

  #readDone(raw: Uint8Array, frames: Frame[]): void {
    if (this.#state === 'open') {
      if (!this.#everySeenIsDone()) {
        frames.push(this.#fail(truncatedStream()));
        return;
      }
      frames.push(...this.#finish(NO_BYTES));
    }
    if (this.#is('held')) frames.push(this.#fail(emptyCompletion()));
    else frames.push({ kind: 'trailer', bytes: raw });
  }

  #readChunk(json: JsonObject, raw: Uint8Array, frames: Frame[]): void {
    this.#note(json);
    const choices = asArray(json.choices);
    if (this.#state === 'held') {
      this.#held.push(raw);
      frames.push(...this.#release());
      return;
    }
    if (this.#state === 'finished') {
      frames.push({ kind: 'trailer', bytes: raw });
      return;
    }
    if (choices.length === 0) {
      frames.push({ kind: this.#sawContent ? 'trailer' : 'opening', bytes: raw });
      return;
    }
    const content = this.#readChoices(choices);
    if (content === null) {
      frames.push(this.#fail(failedFinish(choices)));
      return;
    }
    const finished = this.#done.size >= Math.max(this.#seen.size, this.#choicesAsked);
    if (content !== 'none') {
      this.#sawContent = true;
      frames.push({ kind: 'content', bytes: raw, reasoning: content === 'reasoning' });
      if (finished) frames.push(...this.#finish(NO_BYTES));
    } else if (finished) frames.push(...this.#finish(raw));
    else frames.push({ kind: 'opening', bytes: raw });
  }

  /** The strongest content among the choices; null when one says that it failed. */
  #readChoices(choices: readonly unknown[]): ContentKind | null {
    let strongest: ContentKind = 'none';
    for (const item of choices) {
      const choice = asObject(item);
      if (choice === null) continue;
      const index = asNumber(choice.index) ?? 0;
      const reason = choice.finish_reason;
      if (isFailedFinish(reason)) return null;
      this.#seen.add(index);
      if (typeof reason === 'string' && reason !== '') {
        this.#done.add(index);
        if (!isPlainStop(reason)) this.#onlyPlainStops = false;
      }
      const content = contentOf(choice.delta ?? choice.message);
      if (content === 'content') this.#noteContent(index, asObject(choice.delta) ?? {});
      if (content === 'content' || strongest === 'none') strongest = content;
    }
    return strongest;
  }

  /** Only one text can be gone on with. */
  #noteContent(index: number, delta: JsonObject): void {
    const { content } = delta;
    if (index !== 0 || typeof content !== 'string' || saysMoreThanText(delta)) this.#text.spoil();
    else this.#text.add(content);
  }

  #everySeenIsDone(): boolean {
    return this.#seen.size > 0 && this.#done.size >= this.#seen.size;
  }

  #finish(bytes: Uint8Array): Frame[] {
    if (this.#sawContent || !this.#onlyPlainStops) {
      this.#state = 'finished';
      return [{ kind: 'finish', bytes }];
    }
    this.#state = 'held';
    this.#held = [bytes];
    return this.#release();
  }

  /** Lets a held finish go once usage shows that tokens were spent; fails it when usage says none were. */
  #release(): Frame[] {
    const spent = this.#usage?.outputTokens ?? null;
    if (spent === null) return [];
    if (spent === 0) return [this.#fail(emptyCompletion())];
    this.#state = 'finished';
    const [finish, ...trailers] = this.#held;
    this.#held = [];
    return [
      { kind: 'finish', bytes: finish ?? NO_BYTES },
      ...trailers.map((bytes): Frame => ({ kind: 'trailer', bytes })),
    ];
  }

  #fail(failure: Failure): Frame {
    this.#state = 'failed';
    return { kind: 'error', failure };
  }

  #note(json: JsonObject): void {
    this.#usage = openAiUsage(json) ?? this.#usage;
    this.#id ??= asText(json.id);
    this.#model ??= asText(json.model);
    this.#created ??= asNumber(json.created);
  }
}
