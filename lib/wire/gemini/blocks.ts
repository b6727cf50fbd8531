import type { BlockStart, CanonicalEvent } from '../canonical.ts';
import { protocolViolation } from '../failures.ts';
import { asObject, asText, type JsonObject } from '../json.ts';
import { PartialArgs } from './partial-args.ts';

interface Open {
  index: number;
  kind: BlockStart['kind'];
}

/** A call whose arguments are still coming in pieces. */
interface OpenCall {
  index: number;
  args: PartialArgs;
}

/**
 * Google's parts as blocks. Parts have neither a beginning nor an end: neighbouring texts of one kind are one block, any other part
 * is a block of its own.
 */
export class GeminiBlocks {
  #next = 0;
  #calls = 0;
  #open: Open | null = null;
  #call: OpenCall | null = null;

  /** Anything has come. */
  get any(): boolean {
    return this.#next > 0;
  }

  /** The answer holds a function call. */
  get called(): boolean {
    return this.#calls > 0;
  }

  /** `answerId` makes the ids of calls unique, which Google need not name. */
  read(part: JsonObject, answerId: string): CanonicalEvent[] {
    const call = asObject(part.functionCall);
    const events =
      call !== null
        ? this.#readCall(call, answerId)
        : typeof part.text === 'string'
          ? this.#readText(part.text, part.thought === true ? 'thinking' : 'text')
          : this.#readOther(part);
    const signature = asText(part.thoughtSignature);
    if (signature === null || this.#open === null) return events;
    return [...events, { type: 'block_state', index: this.#open.index, state: signature }];
  }

  /** Closes what is open. */
  close(): CanonicalEvent[] {
    const events = this.#endCall();
    if (this.#open !== null) events.push({ type: 'block_stop', index: this.#open.index });
    this.#open = null;
    return events;
  }

  #start(block: BlockStart): CanonicalEvent[] {
    const events = this.close();
    const index = this.#next;
    this.#next += 1;
    this.#open = { index, kind: block.kind };
    events.push({ type: 'block_start', index, block });
    return events;
  }

  #readText(text: string, kind: 'text' | 'thinking'): CanonicalEvent[] {
    if (text === '') return [];
    const events = this.#open?.kind === kind && this.#call === null ? [] : this.#start({ kind });
    events.push({ type: 'block_delta', index: this.#open?.index ?? 0, text });
    return events;
  }

  /** Images, code that Google ran: nothing that another vendor's client could read. */
  #readOther(part: JsonObject): CanonicalEvent[] {
    const signatureAlone = Object.keys(part).every((key) => key === 'thought' || key === 'thoughtSignature');
    return signatureAlone ? [] : this.#start({ kind: 'opaque' });
  }

  #readCall(call: JsonObject, answerId: string): CanonicalEvent[] {
    const name = asText(call.name);
    const events = name === null ? [] : this.#startCall(asText(call.id), name, answerId);
    if (this.#call === null) return [{ type: 'ping' }];
    const { index, args } = this.#call;
    const whole = asObject(call.args);
    if (whole !== null) {
      this.#call = null;
      events.push({ type: 'block_delta', index, text: JSON.stringify(whole) });
    } else if (!args.add(call.partialArgs)) {
      this.#call = null;
      const failure = protocolViolation(
        'A function call came in pieces that cannot be read.',
        'partial_args',
      );
      events.push({ type: 'error', failure });
    } else if (call.willContinue !== true) {
      events.push(...this.#endCall());
    } else if (events.length === 0) {
      events.push({ type: 'ping' });
    }
    return events;
  }

  #startCall(id: string | null, name: string, answerId: string): CanonicalEvent[] {
    const unique = id ?? `call_${answerId.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 30)}_${this.#calls}`;
    const events = this.#start({ kind: 'tool_use', id: unique, name });
    this.#calls += 1;
    this.#call = { index: this.#next - 1, args: new PartialArgs() };
    return events;
  }

  /** The arguments, whose last piece has come. The block stays open for its signature. */
  #endCall(): CanonicalEvent[] {
    if (this.#call === null) return [];
    const { index, args } = this.#call;
    this.#call = null;
    return [{ type: 'block_delta', index, text: args.text() }];
  }
}
