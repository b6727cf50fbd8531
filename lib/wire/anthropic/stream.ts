import type { Usage } from '../../contract/records.ts';
import type { BlockStart, CanonicalEvent } from '../canonical.ts';
import { classifyInBand } from '../classify.ts';
import { protocolViolation } from '../failures.ts';
import { asNumber, asObject, asText, type JsonObject, parseJson } from '../json.ts';
import { ChunkEncoder, type ChunkEncoderOptions } from '../openai/encode-chunks.ts';
import { type SseFrame, SseSplitter } from '../sse.ts';
import type { Frame, StreamDecoder } from '../types.ts';
import { finishReasonOf } from './stop-reason.ts';
import { AnthropicUsage } from './usage.ts';

/** Reads Anthropic's Messages stream as canonical events. Unknown events and deltas give none. */
export class AnthropicEvents {
  readonly #usage = new AnthropicUsage();
  #model: string | null = null;

  model(): string | null {
    return this.#model;
  }

  read(event: SseFrame): CanonicalEvent[] {
    if (event.data === null || event.data === '') return [this.#withoutData(event.raw)];
    const json = asObject(parseJson(event.data));
    if (json !== null) return this.#readJson(json, event.event === 'error');
    if (event.event !== 'error') return event.data === '[DONE]' ? [] : [{ type: 'malformed' }];
    return [{ type: 'error', failure: classifyInBand({ message: event.data }) }];
  }

  #readJson(json: JsonObject, isError: boolean): CanonicalEvent[] {
    if (isError || json.type === 'error' || (json.type === undefined && asObject(json.error) !== null)) {
      return [{ type: 'error', failure: classifyInBand(json) }];
    }
    const index = asNumber(json.index) ?? 0;
    switch (json.type) {
      case 'message_start':
        return this.#startMessage(asObject(json.message) ?? {});
      case 'content_block_start':
        return startBlock(index, asObject(json.content_block) ?? {});
      case 'content_block_delta':
        return readDelta(index, asObject(json.delta) ?? {});
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
    const events: CanonicalEvent[] = [{ type: 'usage', usage: this.#usage.total() }];
    const reason = asText(asObject(json.delta)?.stop_reason);
    if (reason !== null) events.push({ type: 'stop', reason: finishReasonOf(reason) });
    return events;
  }

  #withoutData(raw: Buffer): CanonicalEvent {
    const text = raw.toString('utf8').trim();
    if (this.#model !== null || (!text.startsWith('<') && !text.startsWith('{'))) return { type: 'ping' };
    const json = asObject(parseJson(text));
    if (json?.type === 'error') return { type: 'error', failure: classifyInBand(json) };
    return {
      type: 'error',
      failure: protocolViolation('The provider did not answer with a stream of events.'),
    };
  }
}

function startBlock(index: number, block: JsonObject): CanonicalEvent[] {
  const events: CanonicalEvent[] = [{ type: 'block_start', index, block: blockStart(block) }];
  // Openings may carry the first piece, or the whole of it.
  const first = asText(block.text) ?? asText(block.thinking) ?? wholeInput(block.input);
  if (first !== null) events.push({ type: 'block_delta', index, text: first });
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

function readDelta(index: number, delta: JsonObject): CanonicalEvent[] {
  const text =
    delta.type === 'text_delta'
      ? asText(delta.text)
      : delta.type === 'thinking_delta'
        ? asText(delta.thinking)
        : delta.type === 'input_json_delta'
          ? asText(delta.partial_json)
          : null;
  return text === null ? [{ type: 'ping' }] : [{ type: 'block_delta', index, text }];
}

/** Anthropic's stream as OpenAI chunks. */
export class AnthropicDecoder implements StreamDecoder {
  readonly #splitter = new SseSplitter();
  readonly #events = new AnthropicEvents();
  readonly #encoder: ChunkEncoder;

  constructor(options: ChunkEncoderOptions) {
    this.#encoder = new ChunkEncoder(options);
  }

  push(chunk: Uint8Array): Frame[] {
    return this.#readAll(this.#splitter.push(chunk));
  }

  end(): Frame[] {
    return [...this.#readAll(this.#splitter.end()), ...this.#encoder.close()];
  }

  usage(): Usage | null {
    const { inputTokens, outputTokens } = this.#encoder.usage();
    return inputTokens === null && outputTokens === null ? null : { inputTokens, outputTokens };
  }

  model(): string | null {
    return this.#events.model();
  }

  #readAll(frames: readonly SseFrame[]): Frame[] {
    const out: Frame[] = [];
    for (const frame of frames) {
      for (const event of this.#events.read(frame)) out.push(...this.#encoder.encode(event));
    }
    return out;
  }
}
