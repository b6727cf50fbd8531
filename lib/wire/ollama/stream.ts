import { hash } from 'node:crypto';
import type { CanonicalEvent, CanonicalUsage } from '../canonical.ts';
import { classifyInBand } from '../classify.ts';
import { protocolViolation } from '../failures.ts';
import { asArray, asNumber, asObject, asText, type JsonObject, parseJson } from '../json.ts';
import { ChatBlocks } from '../openai/chat-blocks.ts';
import type { EventSource } from '../types.ts';
import { JsonLines } from './json-lines.ts';

/** Answers of Ollama's chat, whole or in pieces, as canonical events. Nothing but `done` finishes one; it has no id. */
export class OllamaAnswer {
  readonly #blocks = new ChatBlocks();
  #model: string | null = null;
  #started = false;
  #finished = false;
  #calls = 0;

  model(): string | null {
    return this.#model;
  }

  finished(): boolean {
    return this.#finished;
  }

  read(json: JsonObject): CanonicalEvent[] {
    if (json.error && !this.#finished) return [{ type: 'error', failure: classifyInBand(json) }];
    const message = asObject(json.message);
    if (this.#finished || (message === null && json.done !== true)) return [{ type: 'ping' }];
    const events = this.#start(json);
    events.push(...this.#blocks.read(this.#delta(message ?? {}, asText(json.created_at) ?? '')));
    if (json.done !== true) return events.length === 0 ? [{ type: 'ping' }] : events;
    this.#finished = true;
    const usage = usageOf(json);
    const stop = this.#blocks.finish(asText(json.done_reason) ?? 'stop');
    return [...events, ...(usage === null ? [] : [{ type: 'usage' as const, usage }]), ...stop];
  }

  #start(json: JsonObject): CanonicalEvent[] {
    this.#model ??= asText(json.model);
    if (this.#started) return [];
    this.#started = true;
    return [{ type: 'message_start', id: '', model: this.#model ?? '' }];
  }

  /** A call comes whole, and may have neither an id nor a number. */
  #delta(message: JsonObject, createdAt: string): JsonObject {
    const calls = asArray(message.tool_calls).map((item) => {
      const call = asObject(item) ?? {};
      const index = this.#calls;
      this.#calls += 1;
      const id = asText(call.id) ?? `call_${hash('sha256', createdAt, 'hex').slice(0, 16)}_${index}`;
      return { ...call, id, index };
    });
    return { content: message.content, thinking: message.thinking, tool_calls: calls };
  }
}

function usageOf(json: JsonObject): CanonicalUsage | null {
  const inputTokens = asNumber(json.prompt_eval_count);
  const outputTokens = asNumber(json.eval_count);
  const none = inputTokens === null && outputTokens === null;
  return none ? null : { inputTokens, cachedTokens: null, outputTokens };
}

/** Ollama's stream, one JSON object a line, as canonical events. */
export class OllamaEvents implements EventSource {
  readonly #lines = new JsonLines();
  readonly #answer = new OllamaAnswer();
  #begun = false;

  push(chunk: Uint8Array): CanonicalEvent[] {
    return this.#lines.push(chunk).flatMap((line) => this.#readLine(line));
  }

  end(): CanonicalEvent[] {
    const events = this.#lines.end().flatMap((line) => this.#readLine(line));
    if (this.#answer.finished()) events.push({ type: 'end' });
    return events;
  }

  model(): string | null {
    return this.#answer.model();
  }

  #readLine(line: string): CanonicalEvent[] {
    const json = asObject(parseJson(line));
    if (json !== null) {
      this.#begun = true;
      return this.#answer.read(json);
    }
    if (this.#begun || !line.startsWith('<')) return [{ type: 'malformed' }];
    const failure = protocolViolation('The provider answered a stream with HTML.', 'html');
    return [{ type: 'error', failure }];
  }
}
