import type { CanonicalEvent, CanonicalUsage } from '../canonical.ts';
import { classifyInBand } from '../classify.ts';
import { asArray, asNumber, asObject, asText, type JsonObject, parseJson } from '../json.ts';
import { type SseFrame, SseSplitter } from '../sse.ts';
import type { EventSource } from '../types.ts';
import { ChatBlocks } from './chat-blocks.ts';
import { isFailedFinish } from './content.ts';
import { failedFinish, failureWithoutData, reportsError } from './in-stream-errors.ts';
import { canonicalUsage } from './usage.ts';

/** Reads a stream of chat completion chunks, in any vendor's colouring, as canonical events. */
export class ChatEvents implements EventSource {
  readonly #splitter = new SseSplitter();
  readonly #blocks = new ChatBlocks();
  #started = false;
  #ended = false;
  #id: string | null = null;
  #model: string | null = null;
  #usage: CanonicalUsage | null = null;

  push(chunk: Uint8Array): CanonicalEvent[] {
    return this.#readAll(this.#splitter.push(chunk));
  }

  /** The end of the stream; whether the answer was finished is for whoever reads the events to judge. */
  end(): CanonicalEvent[] {
    return this.#readAll(this.#splitter.end());
  }

  model(): string | null {
    return this.#model;
  }

  #readAll(frames: readonly SseFrame[]): CanonicalEvent[] {
    const [only] = frames;
    if (only === undefined) return [];
    return frames.length === 1 ? this.#read(only) : frames.flatMap((frame) => this.#read(frame));
  }

  #read(event: SseFrame): CanonicalEvent[] {
    if (event.data === null || event.data === '') return this.#withoutData(event.raw);
    if (event.data === '[DONE]') return this.#end();
    const json = asObject(parseJson(event.data));
    if (json === null && event.event !== 'error') return [{ type: 'malformed' }];
    if (json === null || event.event === 'error' || reportsError(json)) {
      const noted = json === null ? [] : this.#note(json);
      return [...noted, { type: 'error', failure: classifyInBand(json ?? { message: event.data }) }];
    }
    return this.readChunk(json);
  }

  /** One chunk; also a whole completion, whose `message` stands where a delta would. */
  readChunk(json: JsonObject): CanonicalEvent[] {
    const events = this.#note(json);
    const choice = asArray(json.choices)
      .map(asObject)
      .find((item) => item !== null && (asNumber(item.index) ?? 0) === 0);
    if (choice === undefined || choice === null) return events.length === 0 ? [{ type: 'ping' }] : events;
    if (!this.#started) {
      this.#started = true;
      events.unshift({ type: 'message_start', id: this.#id ?? 'chatcmpl', model: this.#model ?? '' });
    }
    if (isFailedFinish(choice.finish_reason)) {
      return [...events, { type: 'error', failure: failedFinish([choice]) }];
    }
    const delta = asObject(choice.delta) ?? asObject(choice.message) ?? {};
    events.push(...this.#blocks.read(delta));
    const reason = asText(choice.finish_reason);
    if (reason !== null) events.push(...this.#blocks.finish(reason));
    return events.length === 0 ? [{ type: 'ping' }] : events;
  }

  #note(json: JsonObject): CanonicalEvent[] {
    this.#id ??= asText(json.id);
    this.#model ??= asText(json.model);
    const usage = canonicalUsage(json);
    if (usage === null) return [];
    this.#usage = usage;
    return [{ type: 'usage', usage }];
  }

  #end(): CanonicalEvent[] {
    if (this.#ended) return [];
    this.#ended = true;
    return [{ type: 'end' }];
  }

  #withoutData(raw: Buffer): CanonicalEvent[] {
    const failure = this.#started || this.#usage !== null ? null : failureWithoutData(raw);
    return [failure === null ? { type: 'ping' } : { type: 'error', failure }];
  }
}
