import type { BlockStart, CanonicalEvent, FinishReason } from '../canonical.ts';
import { asArray, asNumber, asObject, asText, isObject, type JsonObject, parseJson } from '../json.ts';

/** A tool call that is being streamed. */
interface Call {
  /** Its block; null until its name is known. */
  block: number | null;
  id: string;
  name: string;
  arguments: string;
}

type SpokenKind = 'text' | 'thinking' | 'refusal';

/**
 * Chat deltas as blocks. Chat completions have none: a block is whatever is said without a change of kind, and every tool call. A
 * call stays open while its arguments are no complete object, since a vendor may go back to it.
 */
export class ChatBlocks {
  #next = 0;
  #spoken: { kind: SpokenKind; block: number } | null = null;
  readonly #open = new Map<number, Call>();
  /** The key of the latest call, for fragments without an index. */
  #latest = -1;
  #calls = 0;
  #finished = false;

  read(delta: JsonObject): CanonicalEvent[] {
    const events: CanonicalEvent[] = [];
    if (this.#finished) return events;
    this.#speak('thinking', reasoningOf(delta), events);
    this.#readContent(delta.content, events);
    this.#speak('refusal', asText(delta.refusal), events);
    for (const item of asArray(delta.tool_calls)) {
      const call = asObject(item);
      if (call !== null) this.#readCall(call, events);
    }
    const legacy = asObject(delta.function_call);
    if (legacy !== null) this.#readCall({ index: 0, function: legacy }, events);
    return events;
  }

  /** Closes what is open and says why the answer ended. */
  finish(reason: string): CanonicalEvent[] {
    if (this.#finished) return [];
    const events: CanonicalEvent[] = [];
    this.#silence(events);
    for (const call of this.#open.values()) this.#close(call, events);
    this.#open.clear();
    this.#finished = true;
    const finish = finishOf(reason);
    events.push({ type: 'stop', reason: finish === 'stop' && this.#calls > 0 ? 'tool_calls' : finish });
    return events;
  }

  /** A text, or the parts that Mistral streams: texts and thoughts. */
  #readContent(content: unknown, events: CanonicalEvent[]): void {
    this.#speak('text', asText(content), events);
    for (const item of asArray(content)) {
      const part = asObject(item);
      if (part?.type === 'text') this.#speak('text', asText(part.text), events);
      if (part?.type !== 'thinking') continue;
      for (const thought of asArray(part.thinking)) {
        this.#speak('thinking', asText(asObject(thought)?.text), events);
      }
    }
  }

  #speak(kind: SpokenKind, text: string | null, events: CanonicalEvent[]): void {
    if (text === null) return;
    if (this.#spoken?.kind !== kind) {
      this.#silence(events);
      this.#spoken = { kind, block: this.#start({ kind }, events) };
    }
    events.push({ type: 'block_delta', index: this.#spoken.block, text });
  }

  #silence(events: CanonicalEvent[]): void {
    if (this.#spoken !== null) events.push({ type: 'block_stop', index: this.#spoken.block });
    this.#spoken = null;
  }

  #start(block: BlockStart, events: CanonicalEvent[]): number {
    const index = this.#next;
    this.#next += 1;
    events.push({ type: 'block_start', index, block });
    return index;
  }

  #readCall(fragment: JsonObject, events: CanonicalEvent[]): void {
    const described = asObject(fragment.function) ?? {};
    const call = this.#callOf(fragment, asText(fragment.id), events);
    const given =
      typeof described.arguments === 'string' ? described.arguments : wholeArguments(described.arguments);
    call.arguments += given;
    if (call.block === null) {
      call.name += asText(described.name) ?? '';
      if (call.name === '') return;
      this.#silence(events);
      this.#calls += 1;
      const id = call.id === '' ? `call_${this.#calls}` : call.id;
      call.block = this.#start({ kind: 'tool_use', id, name: call.name }, events);
      if (call.arguments !== '')
        events.push({ type: 'block_delta', index: call.block, text: call.arguments });
      return;
    }
    if (given !== '') events.push({ type: 'block_delta', index: call.block, text: given });
  }

  /** The call that a fragment belongs to. Indexes may start anywhere; a new id under a known index is another call. */
  #callOf(fragment: JsonObject, id: string | null, events: CanonicalEvent[]): Call {
    const index = asNumber(fragment.index) ?? (id === null ? this.#latest : this.#latest + 1);
    const known = this.#open.get(index);
    if (known !== undefined && (id === null || known.id === '' || known.id === id)) {
      if (id !== null) known.id = id;
      this.#latest = index;
      return known;
    }
    if (known !== undefined) this.#close(known, events);
    this.#closeComplete(events);
    const call: Call = { block: null, id: id ?? '', name: '', arguments: '' };
    this.#open.delete(index);
    this.#open.set(index, call);
    this.#latest = index;
    return call;
  }

  #closeComplete(events: CanonicalEvent[]): void {
    for (const [index, call] of this.#open) {
      if (!isObject(parseJson(call.arguments))) continue;
      this.#close(call, events);
      this.#open.delete(index);
    }
  }

  #close(call: Call, events: CanonicalEvent[]): void {
    if (call.block !== null) events.push({ type: 'block_stop', index: call.block });
  }
}

/** Reasoning under any vendor's name for it; where a vendor sends it under two, once. */
function reasoningOf(delta: JsonObject): string | null {
  const plain = asText(delta.reasoning_content) ?? asText(delta.reasoning) ?? asText(delta.thinking);
  if (plain !== null) return plain;
  const details = asArray(delta.reasoning_details).map((item) => {
    const detail = asObject(item) ?? {};
    return asText(detail.text) ?? asText(detail.summary) ?? '';
  });
  return details.join('') || null;
}

/** Some servers give the arguments as an object. */
function wholeArguments(value: unknown): string {
  return isObject(value) ? JSON.stringify(value) : '';
}

/** A finish reason in OpenAI's words; what is not known is a plain stop. */
function finishOf(reason: string): FinishReason {
  switch (reason) {
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return 'length';
    case 'tool_calls':
    case 'function_call':
      return 'tool_calls';
    case 'content_filter':
    // Z.ai
    case 'sensitive':
      return 'content_filter';
    default:
      return 'stop';
  }
}
