import type { Usage } from '../../contract/records.ts';
import type { Failure } from '../../engine/types.ts';
import type { CanonicalUsage } from '../canonical.ts';
import { emptyCompletion, truncatedStream } from '../failures.ts';
import { asNumber, asObject, asText, isObject, type JsonObject } from '../json.ts';
import { type SseFrame, SseSplitter } from '../sse.ts';
import type { Frame, Relayed, StreamDecoder } from '../types.ts';
import { answerSays, contentOfEvent, readEvent } from './judge.ts';
import { RelayedAnswer } from './relayed-answer.ts';
import { plainUsage, readUsage } from './usage.ts';

const NO_BYTES = new Uint8Array(0);
const ALIVE: Frame = Object.freeze({ kind: 'alive' });
const MALFORMED: Frame = Object.freeze({ kind: 'malformed' });

/** Judges the events of a Responses stream and hands their bytes on untouched. */
export class ResponsesPassthrough implements StreamDecoder {
  readonly #splitter = new SseSplitter();
  readonly #answer = new RelayedAnswer();
  #state: 'open' | 'finished' | 'failed' = 'open';
  #begun = false;
  #sawContent = false;
  #usage: CanonicalUsage | null = null;
  #model: string | null = null;
  #sequence: number | null = null;

  push(chunk: Uint8Array): Frame[] {
    return this.#readAll(this.#splitter.push(chunk));
  }

  end(): Frame[] {
    const frames = this.#readAll(this.#splitter.end());
    if (this.#state === 'open') frames.push(this.#fail(truncatedStream()));
    return frames;
  }

  usage(): Usage | null {
    return plainUsage(this.#usage);
  }

  model(): string | null {
    return this.#model;
  }

  relayed(): Relayed | null {
    return this.#state === 'finished' ? null : this.#answer.relayed(this.#sequence);
  }

  sequence(): number | null {
    return this.#sequence;
  }

  #readAll(events: readonly SseFrame[]): Frame[] {
    const frames: Frame[] = [];
    for (const event of events) {
      if (this.#state === 'failed') break;
      this.#read(event, frames);
    }
    return frames;
  }

  #read(event: SseFrame, frames: Frame[]): void {
    const read = readEvent(event, this.#begun);
    switch (read.kind) {
      case 'silent':
        frames.push(ALIVE);
        return;
      case 'malformed':
        frames.push(MALFORMED);
        return;
      case 'done':
        frames.push(this.#readDone(event.raw));
        return;
      case 'failure':
        this.#note(read.json);
        frames.push(this.#state === 'finished' ? ALIVE : this.#fail(read.failure));
        return;
      case 'event':
        this.#readEvent(read.type, read.json, event.raw, frames);
        return;
      default:
        read satisfies never;
    }
  }

  /** Servers that only resemble OpenAI send it. It ends a finished answer, and is none by itself. */
  #readDone(raw: Uint8Array): Frame {
    if (this.#state === 'finished') return { kind: 'trailer', bytes: raw };
    return this.#fail(truncatedStream());
  }

  #readEvent(type: string, json: JsonObject, raw: Uint8Array, frames: Frame[]): void {
    this.#begun = true;
    this.#note(json);
    if (this.#state === 'finished') {
      // Nothing belongs behind the end; clients that add events up would take it for more of the answer.
      frames.push(ALIVE);
      return;
    }
    if (type === 'response.completed' || type === 'response.incomplete') {
      frames.push(...this.#finish(type, json, raw));
      return;
    }
    this.#answer.note(type, json, raw.length);
    this.#sequence = asNumber(json.sequence_number) ?? this.#sequence;
    const content = contentOfEvent(type, json);
    if (content === 'none') {
      frames.push({ kind: 'opening', bytes: raw });
      return;
    }
    this.#sawContent = true;
    frames.push({ kind: 'content', bytes: raw, reasoning: content === 'reasoning' });
  }

  #finish(type: string, json: JsonObject, raw: Uint8Array): Frame[] {
    const response = json.response;
    // Clients take the answer from it: without one the event says nothing.
    if (!isObject(response)) return [MALFORMED];
    const says = this.#sawContent || answerSays(response);
    const spent = this.#usage?.outputTokens ?? 0;
    if (type === 'response.completed' && !says && spent === 0) return [this.#fail(emptyCompletion())];
    this.#state = 'finished';
    this.#sequence = asNumber(json.sequence_number) ?? this.#sequence;
    if (this.#sawContent || !says) return [{ kind: 'finish', bytes: raw }];
    return [
      { kind: 'content', bytes: raw, reasoning: false },
      { kind: 'finish', bytes: NO_BYTES },
    ];
  }

  #fail(failure: Failure): Frame {
    this.#state = 'failed';
    return { kind: 'error', failure };
  }

  #note(json: JsonObject): void {
    const response = asObject(json.response);
    if (response === null) return;
    this.#usage = readUsage(response) ?? this.#usage;
    this.#model ??= asText(response.model);
  }
}
