import type { BlockStart, CanonicalEvent } from '../canonical.ts';
import { asNumber, asObject, asText, isObject, type JsonObject } from '../json.ts';
import { type SseFrame, SseSplitter } from '../sse.ts';
import type { EventSource } from '../types.ts';
import { blocksOf, callStart, endOf, startOf } from './answer-events.ts';
import { readEvent } from './judge.ts';

interface OpenBlock {
  index: number;
  /** Something of it was given. */
  filled: boolean;
  open: boolean;
}

/** Reads a Responses stream as canonical events: one block for each part of a message, each reasoning item and each call. */
export class ResponsesEvents implements EventSource {
  readonly #splitter = new SseSplitter();
  /** By output index and, in a message, content index. */
  readonly #blocks = new Map<string, OpenBlock>();
  #started = false;
  #finished = false;
  #failed = false;
  #model: string | null = null;

  push(chunk: Uint8Array): CanonicalEvent[] {
    return this.#splitter.push(chunk).flatMap((frame) => this.#read(frame));
  }

  end(): CanonicalEvent[] {
    return this.#splitter.end().flatMap((frame) => this.#read(frame));
  }

  model(): string | null {
    return this.#model;
  }

  #read(frame: SseFrame): CanonicalEvent[] {
    if (this.#failed) return [];
    const read = readEvent(frame, this.#started);
    switch (read.kind) {
      case 'silent':
      case 'done':
        return [{ type: 'ping' }];
      case 'malformed':
        return [{ type: 'malformed' }];
      case 'failure':
        if (this.#finished) return [{ type: 'ping' }];
        this.#failed = true;
        return [{ type: 'error', failure: read.failure }];
      case 'event':
        return this.#finished ? [{ type: 'ping' }] : this.#readEvent(read.type, read.json);
      default:
        return read satisfies never;
    }
  }

  #readEvent(type: string, json: JsonObject): CanonicalEvent[] {
    if (type === 'response.completed' || type === 'response.incomplete') return this.#finish(type, json);
    const events = this.#meaning(type, json);
    if (events.length === 0) return [{ type: 'ping' }];
    return this.#started ? events : [...this.#start({}), ...events];
  }

  #meaning(type: string, json: JsonObject): CanonicalEvent[] {
    const item = String(asNumber(json.output_index));
    const part = `${item}.${asNumber(json.content_index)}`;
    switch (type) {
      case 'response.created':
        return this.#started ? [] : this.#start(asObject(json.response) ?? {});
      case 'response.output_item.added':
        return this.#startItem(item, asObject(json.item) ?? {});
      case 'response.output_item.done':
        return this.#endItem(item, asObject(json.item) ?? {});
      case 'response.output_text.delta':
        return this.#add(part, { kind: 'text' }, json.delta);
      case 'response.output_text.done':
        return this.#close(part, { kind: 'text' }, json.text);
      case 'response.refusal.delta':
        return this.#add(part, { kind: 'refusal' }, json.delta);
      case 'response.refusal.done':
        return this.#close(part, { kind: 'refusal' }, json.refusal);
      case 'response.reasoning_summary_part.added':
        return (asNumber(json.summary_index) ?? 0) > 0 ? this.#add(item, { kind: 'thinking' }, '\n\n') : [];
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        return this.#add(item, { kind: 'thinking' }, json.delta);
      case 'response.function_call_arguments.delta':
        return this.#add(item, callStart(json), json.delta);
      case 'response.function_call_arguments.done':
        return this.#close(item, callStart(json), json.arguments);
      default:
        return [];
    }
  }

  #start(response: JsonObject): CanonicalEvent[] {
    this.#started = true;
    this.#model = asText(response.model);
    return [startOf(response)];
  }

  /** Messages consist of parts, which begin with their text; reasoning may never show any. */
  #startItem(key: string, item: JsonObject): CanonicalEvent[] {
    switch (item.type) {
      case 'message':
      case 'reasoning':
        return [];
      case 'function_call':
        return this.#open(key, callStart(item)).events;
      default:
        return this.#open(key, { kind: 'opaque' }).events;
    }
  }

  #endItem(key: string, item: JsonObject): CanonicalEvent[] {
    switch (item.type) {
      case 'message':
        return [];
      case 'function_call':
        return this.#close(key, callStart(item), item.arguments);
      case 'reasoning': {
        const [whole] = blocksOf({ output: [item] }).filter(({ type }) => type === 'block_delta');
        const text = whole?.type === 'block_delta' ? whole.text : '';
        const state = asText(item.encrypted_content);
        if (state === null) return this.#close(key, { kind: 'thinking' }, text);
        const { block, events } = this.#open(key, { kind: 'thinking' });
        const given = block.filled ? [] : this.#add(key, { kind: 'thinking' }, text);
        return [
          ...events,
          ...given,
          { type: 'block_state', index: block.index, state },
          ...this.#stop(block),
        ];
      }
      default:
        return this.#close(key, { kind: 'opaque' }, '');
    }
  }

  #add(key: string, start: BlockStart, text: unknown): CanonicalEvent[] {
    const piece = asText(text);
    if (piece === null) return [];
    const { block, events } = this.#open(key, start);
    if (!block.open) return [];
    block.filled = true;
    return [...events, { type: 'block_delta', index: block.index, text: piece }];
  }

  /** Ends a block; `whole` is what it says as a whole, given now where no piece of it came before. */
  #close(key: string, start: BlockStart, whole: unknown): CanonicalEvent[] {
    const known = this.#blocks.get(key);
    if (known === undefined && asText(whole) === null && start.kind !== 'tool_use') return [];
    const { block, events } = this.#open(key, start);
    const given = block.filled ? [] : this.#add(key, start, whole);
    return [...events, ...given, ...this.#stop(block)];
  }

  #open(key: string, start: BlockStart): { block: OpenBlock; events: CanonicalEvent[] } {
    const known = this.#blocks.get(key);
    if (known !== undefined) return { block: known, events: [] };
    const block: OpenBlock = { index: this.#blocks.size, filled: false, open: true };
    this.#blocks.set(key, block);
    return { block, events: [{ type: 'block_start', index: block.index, block: start }] };
  }

  #stop(block: OpenBlock): CanonicalEvent[] {
    if (!block.open) return [];
    block.open = false;
    return [{ type: 'block_stop', index: block.index }];
  }

  /** Some servers send nothing but the whole response. */
  #finish(type: string, json: JsonObject): CanonicalEvent[] {
    if (!isObject(json.response)) return [{ type: 'malformed' }];
    const response =
      type === 'response.incomplete' ? { ...json.response, status: 'incomplete' } : json.response;
    const start = this.#started ? [] : this.#start(response);
    this.#finished = true;
    const rest = this.#blocks.size === 0 ? blocksOf(response) : this.#stopAll();
    return [...start, ...rest, ...endOf(response)];
  }

  #stopAll(): CanonicalEvent[] {
    return [...this.#blocks.values()].flatMap((block) => this.#stop(block));
  }
}
