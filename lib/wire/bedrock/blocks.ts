import type { BlockStart, CanonicalEvent } from '../canonical.ts';
import { asObject, asText, type JsonObject } from '../json.ts';

interface Open {
  index: number;
  kind: BlockStart['kind'];
}

/**
 * Bedrock's content blocks as canonical ones, numbered anew: texts and reasoning begin without an opening, and one number may hold first
 * the one and then the other.
 */
export class BedrockBlocks {
  #next = 0;
  readonly #open = new Map<number, Open>();

  /** Anything has come. */
  get any(): boolean {
    return this.#next > 0;
  }

  start(number: number, start: JsonObject): CanonicalEvent[] {
    const tool = asObject(start.toolUse);
    // Tools that Bedrock runs itself are nothing that a client could answer.
    if (tool === null || tool.type === 'server_tool_use') return this.#begin(number, { kind: 'opaque' });
    return this.#begin(number, {
      kind: 'tool_use',
      id: asText(tool.toolUseId) ?? '',
      name: asText(tool.name) ?? '',
    });
  }

  /** null: a piece of a tool call that has no beginning, so that nobody knows which tool it calls. */
  delta(number: number, delta: JsonObject): CanonicalEvent[] | null {
    if (typeof delta.text === 'string') return this.#add(number, 'text', delta.text);
    const tool = asObject(delta.toolUse);
    if (tool !== null) {
      const open = this.#open.get(number);
      if (open?.kind === 'opaque') return [{ type: 'ping' }];
      if (open?.kind !== 'tool_use') return null;
      const text = asText(tool.input);
      return text === null ? [{ type: 'ping' }] : [{ type: 'block_delta', index: open.index, text }];
    }
    const reasoning = asObject(delta.reasoningContent);
    if (reasoning === null) return [{ type: 'ping' }];
    const events = typeof reasoning.text === 'string' ? this.#add(number, 'thinking', reasoning.text) : [];
    const state = asText(reasoning.signature) ?? asText(reasoning.redactedContent);
    if (state !== null) events.push(...this.#sign(number, state));
    return events.length === 0 ? [{ type: 'ping' }] : events;
  }

  stop(number: number): CanonicalEvent[] {
    const open = this.#open.get(number);
    if (open === undefined) return [{ type: 'ping' }];
    this.#open.delete(number);
    return [{ type: 'block_stop', index: open.index }];
  }

  /** Closes what is still open. */
  close(): CanonicalEvent[] {
    return [...this.#open.keys()].flatMap((number) => this.stop(number));
  }

  #begin(number: number, block: BlockStart): CanonicalEvent[] {
    const events = this.#open.has(number) ? this.stop(number) : [];
    const index = this.#next;
    this.#next += 1;
    this.#open.set(number, { index, kind: block.kind });
    events.push({ type: 'block_start', index, block });
    return events;
  }

  #add(number: number, kind: 'text' | 'thinking', text: string): CanonicalEvent[] {
    if (text === '') return [{ type: 'ping' }];
    const events = this.#open.get(number)?.kind === kind ? [] : this.#begin(number, { kind });
    const index = this.#open.get(number)?.index ?? 0;
    events.push({ type: 'block_delta', index, text });
    return events;
  }

  #sign(number: number, state: string): CanonicalEvent[] {
    const events =
      this.#open.get(number)?.kind === 'thinking' ? [] : this.#begin(number, { kind: 'thinking' });
    const index = this.#open.get(number)?.index ?? 0;
    events.push({ type: 'block_state', index, state });
    return events;
  }
}
