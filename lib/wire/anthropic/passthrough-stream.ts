import type { Usage } from '../../contract/records.ts';
import type { Failure } from '../../engine/types.ts';
import { classifyInBand } from '../classify.ts';
import { emptyCompletion, truncatedStream } from '../failures.ts';
import { asNumber, asObject, asText, type JsonObject, parseJson } from '../json.ts';
import { RelayedText } from '../relayed-text.ts';
import { type SseFrame, SseSplitter } from '../sse.ts';
import type { Frame, Relayed, StreamDecoder } from '../types.ts';
import { deltaText, notAStream, reportsError } from './stream.ts';
import { AnthropicUsage } from './usage.ts';

const ALIVE: Frame = Object.freeze({ kind: 'alive' });
const MALFORMED: Frame = Object.freeze({ kind: 'malformed' });

/** Judges the events of an Anthropic stream and hands their bytes on untouched. */
export class MessagesPassthrough implements StreamDecoder {
  readonly #splitter = new SseSplitter();
  readonly #usage = new AnthropicUsage();
  readonly #text = new RelayedText();
  #state: 'open' | 'finished' | 'failed' = 'open';
  #sawContent = false;
  #started = false;
  #id = '';
  #model: string | null = null;
  /** Index of the one text block; null before it. */
  #textIndex: number | null = null;

  push(chunk: Uint8Array): Frame[] {
    return this.#readAll(this.#splitter.push(chunk));
  }

  end(): Frame[] {
    const frames = this.#readAll(this.#splitter.end());
    if (this.#is('open')) frames.push(this.#fail(truncatedStream()));
    return frames;
  }

  usage(): Usage | null {
    const { inputTokens, outputTokens } = this.#usage.total();
    return inputTokens === null && outputTokens === null ? null : { inputTokens, outputTokens };
  }

  model(): string | null {
    return this.#model;
  }

  relayed(): Relayed | null {
    const text = this.#text.text();
    if (text === null || this.#textIndex === null) return null;
    const place = { textIndex: this.#textIndex, itemId: null, sequence: null };
    return { face: 'messages', id: this.#id, model: this.#model ?? '', created: null, text, ...place };
  }

  #readAll(events: readonly SseFrame[]): Frame[] {
    const frames: Frame[] = [];
    for (const event of events) {
      if (this.#is('failed')) break;
      frames.push(this.#read(event));
    }
    return frames;
  }

  /** Keeps the type checker from assuming that calls leave the state alone. */
  #is(state: 'open' | 'finished' | 'failed'): boolean {
    return this.#state === state;
  }

  #read(event: SseFrame): Frame {
    if (event.data === null || event.data === '') return this.#withoutData(event.raw);
    const json = asObject(parseJson(event.data));
    if (json === null && event.event !== 'error') return event.data === '[DONE]' ? ALIVE : MALFORMED;
    if (json === null || event.event === 'error' || reportsError(json)) {
      // Some vendors report an error behind a finished answer: the answer stands.
      return this.#state === 'finished' ? ALIVE : this.#fail(classifyInBand(json ?? { message: event.data }));
    }
    if (this.#state === 'finished') return { kind: 'trailer', bytes: event.raw };
    return this.#readOpen(json, event.raw);
  }

  #readOpen(json: JsonObject, raw: Uint8Array): Frame {
    const index = asNumber(json.index) ?? 0;
    switch (json.type) {
      case 'message_start':
        this.#startMessage(asObject(json.message) ?? {});
        return { kind: 'opening', bytes: raw };
      case 'content_block_start':
        return this.#startBlock(index, asObject(json.content_block) ?? {}, raw);
      case 'content_block_delta':
        return this.#delta(index, asObject(json.delta) ?? {}, raw);
      case 'content_block_stop':
        // A closed text cannot be gone on with.
        if (index === this.#textIndex) this.#text.spoil();
        return { kind: 'opening', bytes: raw };
      case 'message_delta':
        return this.#readMessageDelta(json, raw);
      case 'message_stop':
        return this.#fail(truncatedStream());
      case 'ping':
        // Before the first content it would only wait in a queue; after it, the client's own watchdog wants to see it.
        return this.#sawContent ? { kind: 'opening', bytes: raw } : ALIVE;
      default:
        return { kind: 'opening', bytes: raw };
    }
  }

  #startMessage(message: JsonObject): void {
    this.#started = true;
    this.#id = asText(message.id) ?? '';
    this.#model = asText(message.model);
    this.#usage.add(message.usage);
  }

  /** A tool's name, or what a server tool brings, is content by itself; a text or a thought opens empty. */
  #startBlock(index: number, block: JsonObject, raw: Uint8Array): Frame {
    const first = asText(block.text) ?? asText(block.thinking) ?? '';
    switch (block.type) {
      case 'text':
        if (this.#textIndex === null) this.#textIndex = index;
        else this.#text.spoil();
        this.#text.add(first);
        return first === '' ? { kind: 'opening', bytes: raw } : this.#content(raw, false);
      case 'thinking':
        if (this.#textIndex !== null) this.#text.spoil();
        return first === '' ? { kind: 'opening', bytes: raw } : this.#content(raw, true);
      case 'redacted_thinking':
        if (this.#textIndex !== null) this.#text.spoil();
        return this.#content(raw, true);
      default:
        this.#text.spoil();
        return this.#content(raw, false);
    }
  }

  #delta(index: number, delta: JsonObject, raw: Uint8Array): Frame {
    const text = deltaText(delta);
    if (text === null) return { kind: 'opening', bytes: raw };
    if (delta.type === 'text_delta' && index === this.#textIndex) this.#text.add(text);
    return this.#content(raw, delta.type === 'thinking_delta');
  }

  #readMessageDelta(json: JsonObject, raw: Uint8Array): Frame {
    this.#usage.add(json.usage);
    const reason = asText(asObject(json.delta)?.stop_reason);
    if (reason === null) return { kind: 'opening', bytes: raw };
    const spent = this.#usage.total().outputTokens ?? 0;
    if (reason === 'end_turn' && !this.#sawContent && spent === 0) return this.#fail(emptyCompletion());
    this.#state = 'finished';
    return { kind: 'finish', bytes: raw };
  }

  #content(bytes: Uint8Array, reasoning: boolean): Frame {
    this.#sawContent = true;
    return { kind: 'content', bytes, reasoning };
  }

  #withoutData(raw: Buffer): Frame {
    const failure = this.#started || raw.length === 0 ? null : notAStream(raw);
    return failure === null ? ALIVE : this.#fail(failure);
  }

  #fail(failure: Failure): Frame {
    this.#state = 'failed';
    return { kind: 'error', failure };
  }
}
