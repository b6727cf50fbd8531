import type { Usage } from '../../contract/records.ts';
import type { Failure } from '../../engine/types.ts';
import type { CanonicalEvent, CanonicalUsage, FinishReason } from '../canonical.ts';
import { emptyCompletion, truncatedStream } from '../failures.ts';
import type { EncoderOptions, FaceEncoder, Frame, Relayed } from '../types.ts';
import { ownId } from './ids.ts';
import type { OutEvent } from './output-items.ts';
import { OutputWriter } from './output-writer.ts';
import { endState, type ResponseHead, type ResponseState, responseObject } from './response-object.ts';
import { encodeUsage, plainUsage } from './usage.ts';

const NO_BYTES = new Uint8Array(0);
const NO_USAGE: CanonicalUsage = { inputTokens: null, cachedTokens: null, outputTokens: null };

/**
 * Writes canonical events as the events of a Responses stream. The last one repeats the whole answer with its usage, so it waits for the
 * usage where that comes behind the reason of the end. After a failure the encoder stays silent.
 */
export class ResponsesEncoder implements FaceEncoder {
  readonly #continues: Relayed | null;
  readonly #head: ResponseHead;
  readonly #writer: OutputWriter;
  #state: 'open' | 'stopped' | 'ended' | 'failed' = 'open';
  #started = false;
  #sawContent = false;
  #sequence: number;
  #reason: FinishReason = 'stop';
  #usage: CanonicalUsage = NO_USAGE;
  /** The answer is finished for whoever relays it, and the event that says so waits for its usage. */
  #owed = false;

  constructor({ created, model, continues, request }: EncoderOptions) {
    this.#continues = continues;
    this.#head = {
      id: continues?.id ?? ownId('resp', ''),
      created: continues?.created ?? created,
      model: continues?.model ?? model,
      request: request ?? {},
    };
    this.#sequence = continues?.sequence ?? -1;
    this.#writer = new OutputWriter(continues);
  }

  usage(): Usage | null {
    return plainUsage(this.#usage);
  }

  relayed(): Relayed | null {
    const output = this.#state === 'open' || this.#state === 'failed' ? this.#writer.relayed() : null;
    if (output === null) return null;
    const { id, model, created } = this.#head;
    return { face: 'responses', id, model, created, ...output, sequence: this.sequence() };
  }

  sequence(): number | null {
    return this.#sequence < 0 ? null : this.#sequence;
  }

  encode(event: CanonicalEvent): Frame[] {
    if (this.#state === 'failed') return [];
    switch (event.type) {
      case 'message_start':
        return this.#startMessage(event.id, event.model);
      case 'block_start':
        return this.#startBlock(event);
      case 'block_delta': {
        if (this.#state !== 'open') return [];
        const { events, reasoning } = this.#writer.add(event.index, event.text);
        return this.#content(events, reasoning);
      }
      case 'block_stop':
        return this.#state === 'open' ? this.#opening(this.#writer.stop(event.index)) : [];
      case 'usage':
        this.#usage = event.usage;
        return this.#state === 'stopped' ? this.#complete() : [];
      case 'stop':
        return this.#stop(event.reason);
      case 'end':
        return this.close();
      case 'block_state':
      case 'ping':
        return [{ kind: 'alive' }];
      case 'malformed':
        return [{ kind: 'malformed' }];
      case 'error':
        return this.#error(event.failure);
      default:
        return event satisfies never;
    }
  }

  /** The upstream closed. */
  close(): Frame[] {
    if (this.#state === 'open') return this.#fail(truncatedStream());
    return this.#state === 'stopped' ? this.#complete() : [];
  }

  #startMessage(id: string, model: string): Frame[] {
    if (this.#continues !== null || this.#started) return [{ kind: 'alive' }];
    this.#head.id = ownId('resp', id);
    if (model !== '') this.#head.model = model;
    this.#writer.name(id);
    return this.#begin();
  }

  /** What comes before everything else, once: a new answer's opening, or what a continued one has left open. */
  #begin(): Frame[] {
    if (this.#started) return [];
    this.#started = true;
    if (this.#continues !== null) return this.#frame(this.#writer.resume());
    const response = this.#response({ status: 'in_progress', incomplete: null, output: [], usage: null });
    return this.#frame([
      { type: 'response.created', response },
      { type: 'response.in_progress', response },
    ]);
  }

  #startBlock({ index, block }: Extract<CanonicalEvent, { type: 'block_start' }>): Frame[] {
    if (this.#state !== 'open') return [];
    const events = this.#writer.start(index, block);
    return block.kind === 'tool_use' ? this.#content(events, false) : this.#opening(events);
  }

  #stop(reason: FinishReason): Frame[] {
    if (this.#state !== 'open') return [];
    this.#state = 'stopped';
    this.#reason = reason;
    if (this.#isEmpty()) return [];
    const closing = this.#opening(this.#writer.finish(reason));
    if ((this.#usage.outputTokens ?? 0) > 0) return [...closing, ...this.#complete()];
    this.#owed = true;
    return [...closing, { kind: 'finish', bytes: NO_BYTES, owed: true }];
  }

  #complete(): Frame[] {
    if (this.#isEmpty()) return this.#fail(emptyCompletion());
    const begun = this.#begin();
    this.#state = 'ended';
    const { status, incomplete } = endState(this.#reason);
    const usage = encodeUsage(this.#usage);
    const response = this.#response({ status, incomplete, output: this.#writer.output(), usage });
    const bytes = this.#bytes([{ type: `response.${status}`, response }]);
    return [...begun, { kind: this.#owed ? 'trailer' : 'finish', bytes }];
  }

  #isEmpty(): boolean {
    const spent = this.#usage.outputTokens ?? 0;
    return this.#reason === 'stop' && !this.#sawContent && this.#continues === null && spent === 0;
  }

  /** Behind the end of an answer that says something, the answer stands. */
  #error(failure: Failure): Frame[] {
    const open = this.#state === 'open' || (this.#state === 'stopped' && this.#isEmpty());
    return open ? this.#fail(failure) : [{ kind: 'alive' }];
  }

  #fail(failure: Failure): Frame[] {
    this.#state = 'failed';
    return [{ kind: 'error', failure }];
  }

  #response(state: ResponseState): object {
    return responseObject(this.#head, state);
  }

  #opening(events: OutEvent[]): Frame[] {
    return events.length === 0 ? [] : [...this.#begin(), ...this.#frame(events)];
  }

  #content(events: OutEvent[], reasoning: boolean): Frame[] {
    if (this.#state !== 'open') return [];
    if (events.length === 0) return [{ kind: 'alive' }];
    this.#sawContent = true;
    return [...this.#begin(), { kind: 'content', bytes: this.#bytes(events), reasoning }];
  }

  #frame(events: OutEvent[]): Frame[] {
    return events.length === 0 ? [] : [{ kind: 'opening', bytes: this.#bytes(events) }];
  }

  #bytes(events: readonly OutEvent[]): Uint8Array {
    const text = events.map(({ type, ...fields }) => {
      this.#sequence += 1;
      return sseEvent(type, { type, sequence_number: this.#sequence, ...fields });
    });
    return Buffer.from(text.join(''));
  }
}

/** One named event, as clients of the Responses API expect it. */
export function sseEvent(type: string, json: object): string {
  return `event: ${type}\ndata: ${JSON.stringify(json)}\n\n`;
}
