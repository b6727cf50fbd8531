import type { BlockStart, CanonicalEvent } from '../canonical.ts';
import { classifyInBand } from '../classify.ts';
import { protocolViolation } from '../failures.ts';
import { asNumber, asObject, asText, type JsonObject, parseJson } from '../json.ts';
import { type SseFrame, SseSplitter } from '../sse.ts';
import type { EventSource } from '../types.ts';
import { refusalEvents, stopEvent } from './stop-reason.ts';
import { AnthropicUsage } from './usage.ts';

/** Reads Anthropic's Messages stream as canonical events. Unknown events and deltas are signs of life. */
export class AnthropicEvents implements EventSource {
  readonly #splitter = new SseSplitter();
  readonly #usage = new AnthropicUsage();
  #model: string | null = null;
  /** Blocks so far: the index of one that would follow. */
  #blocks = 0;

  push(chunk: Uint8Array): CanonicalEvent[] {
    return this.#readAll(this.#splitter.push(chunk));
  }

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
    if (event.data === null || event.data === '') return [this.#withoutData(event.raw)];
    const json = asObject(parseJson(event.data));
    if (json !== null) return this.#readJson(json, event.event === 'error');
    if (event.event !== 'error') return event.data === '[DONE]' ? [] : [{ type: 'malformed' }];
    return [{ type: 'error', failure: classifyInBand({ message: event.data }) }];
  }

  #readJson(json: JsonObject, isError: boolean): CanonicalEvent[] {
    if (isError || reportsError(json)) return [{ type: 'error', failure: classifyInBand(json) }];
    const index = asNumber(json.index) ?? 0;
    switch (json.type) {
      case 'message_start':
        return this.#startMessage(asObject(json.message) ?? {});
      case 'content_block_start':
        this.#blocks = Math.max(this.#blocks, index + 1);
        return startBlock(index, asObject(json.content_block) ?? {});
      case 'content_block_delta':
        return [readDelta(index, asObject(json.delta) ?? {})];
      case 'content_block_stop':
        return [{ type: 'block_stop', index }];
      case 'message_delta':
        return this.#readMessageDelta(json);
      case 'message_stop':
        return [{ type: 'end' }];
      default:
        return [{ type: 'ping' }];
    }
  }

  #startMessage(message: JsonObject): CanonicalEvent[] {
    this.#model = asText(message.model);
    this.#usage.add(message.usage);
    return [
      { type: 'message_start', id: asText(message.id) ?? 'msg', model: this.#model ?? '' },
      { type: 'usage', usage: this.#usage.total() },
    ];
  }

  #readMessageDelta(json: JsonObject): CanonicalEvent[] {
    this.#usage.add(json.usage);
    const delta = asObject(json.delta) ?? {};
    const stop = stopEvent(delta);
    const usage: CanonicalEvent = { type: 'usage', usage: this.#usage.total() };
    return stop === null ? [usage] : [usage, ...refusalEvents(delta, this.#blocks), stop];
  }

  #withoutData(raw: Buffer): CanonicalEvent {
    const failure = this.#model === null ? notAStream(raw) : null;
    return failure === null ? { type: 'ping' } : { type: 'error', failure };
  }
}

/** What stands where events should, before any of them came: an error's JSON, a page of HTML. null: nothing worse than a comment. */
export function notAStream(raw: Buffer) {
  const text = raw.toString('utf8').trim();
  if (!text.startsWith('<') && !text.startsWith('{')) return null;
  const json = asObject(parseJson(text));
  return json !== null && reportsError(json)
    ? classifyInBand(json)
    : protocolViolation('The provider did not answer with a stream of events.', 'not_a_stream');
}

/** `{type: "error", error}`, or an error of another shape where an event's type should stand. */
export function reportsError(json: JsonObject): boolean {
  return json.type === 'error' || (json.type === undefined && asObject(json.error) !== null);
}

/** A block's opening, with the first piece of it or the whole where the opening carries that. */
export function startBlock(index: number, block: JsonObject): CanonicalEvent[] {
  const start = blockStart(block);
  const events: CanonicalEvent[] = [{ type: 'block_start', index, block: start }];
  const first =
    start.kind === 'tool_use' ? wholeInput(block.input) : (asText(block.text) ?? asText(block.thinking));
  if (first !== null && start.kind !== 'opaque') events.push({ type: 'block_delta', index, text: first });
  const signature = asText(block.signature);
  if (signature !== null) events.push({ type: 'block_state', index, state: signature });
  return events;
}

function wholeInput(input: unknown): string | null {
  const object = asObject(input);
  return object === null || Object.keys(object).length === 0 ? null : JSON.stringify(object);
}

function blockStart(block: JsonObject): BlockStart {
  switch (block.type) {
    case 'text':
      return { kind: 'text' };
    case 'thinking':
      return { kind: 'thinking' };
    case 'tool_use':
      return { kind: 'tool_use', id: asText(block.id) ?? '', name: asText(block.name) ?? '' };
    default:
      return { kind: 'opaque' };
  }
}

function readDelta(index: number, delta: JsonObject): CanonicalEvent {
  if (delta.type === 'signature_delta') {
    const state = asText(delta.signature);
    return state === null ? { type: 'ping' } : { type: 'block_state', index, state };
  }
  const text = deltaText(delta);
  return text === null ? { type: 'ping' } : { type: 'block_delta', index, text };
}

/** The text that a delta adds to its block; null for kinds that add none. */
export function deltaText(delta: JsonObject): string | null {
  switch (delta.type) {
    case 'text_delta':
      return asText(delta.text);
    case 'thinking_delta':
      return asText(delta.thinking);
    case 'input_json_delta':
      return asText(delta.partial_json);
    default:
      return null;
  }
}
