import type { CanonicalEvent } from '../canonical.ts';
import { protocolViolation } from '../failures.ts';
import { asNumber, asObject, asText, type JsonObject, parseJson, viewOf } from '../json.ts';
import type { EventSource } from '../types.ts';
import { BedrockBlocks } from './blocks.ts';
import { failureOfException } from './exceptions.ts';
import { AwsFrames, type AwsMessage } from './frames.ts';
import { type Ending, endingOf } from './stop-reason.ts';
import { bedrockUsage } from './usage.ts';

/**
 * `converse-stream` as canonical events. `messageStop` finishes the answer, `metadata` behind it brings the usage. Bedrock names neither the
 * answer nor the model: both stay empty.
 */
export class BedrockEvents implements EventSource {
  readonly #frames = new AwsFrames();
  readonly #blocks = new BedrockBlocks();
  #started = false;
  #broken = false;
  /** A stop that waits for the usage: whether an answer without content counts is seen by the tokens it took. */
  #held: Ending | null = null;
  #finished = false;
  #ended = false;

  push(chunk: Uint8Array): CanonicalEvent[] {
    if (this.#broken) return [];
    const events = this.#frames.push(chunk).flatMap((message) => this.#readMessage(message));
    if (this.#frames.broken) {
      this.#broken = true;
      const failure = protocolViolation('The bytes are no event stream of AWS.', 'event_stream');
      events.push({ type: 'error', failure });
    }
    return events;
  }

  end(): CanonicalEvent[] {
    return [...this.#release(), ...this.#end()];
  }

  model(): string | null {
    return null;
  }

  #readMessage({ headers, body }: AwsMessage): CanonicalEvent[] {
    const payload = asObject(parseJson(viewOf(body).toString('utf8')));
    switch (headers.get(':message-type')) {
      case 'event':
        return payload === null
          ? [{ type: 'malformed' }]
          : this.#readEvent(headers.get(':event-type'), payload);
      case 'exception': {
        const type = headers.get(':exception-type') ?? 'exception';
        return [{ type: 'error', failure: failureOfException(type, payload ?? {}) }];
      }
      case 'error': {
        const message = headers.get(':error-message') ?? '';
        return [
          { type: 'error', failure: failureOfException(headers.get(':error-code') ?? 'error', { message }) },
        ];
      }
      default:
        return [{ type: 'ping' }];
    }
  }

  #readEvent(type: string | undefined, payload: JsonObject): CanonicalEvent[] {
    const number = asNumber(payload.contentBlockIndex) ?? 0;
    const stopped = this.#finished || this.#held !== null;
    if (stopped && type !== 'metadata') return [{ type: 'ping' }];
    switch (type) {
      case 'messageStart':
        return this.#start();
      case 'contentBlockStart':
        return [...this.#start(), ...this.#blocks.start(number, asObject(payload.start) ?? {})];
      case 'contentBlockDelta':
        return [...this.#start(), ...this.#delta(number, asObject(payload.delta) ?? {})];
      case 'contentBlockStop':
        return this.#blocks.stop(number);
      case 'messageStop':
        return this.#stop(asText(payload.stopReason));
      case 'metadata':
        return this.#readMetadata(payload);
      default:
        return [{ type: 'ping' }];
    }
  }

  #start(): CanonicalEvent[] {
    if (this.#started) return [];
    this.#started = true;
    return [{ type: 'message_start', id: '', model: '' }];
  }

  #delta(number: number, delta: JsonObject): CanonicalEvent[] {
    const events = this.#blocks.delta(number, delta);
    if (events !== null) return events;
    const failure = protocolViolation('A tool call came without its beginning.', 'tool_use');
    return [{ type: 'error', failure }];
  }

  #stop(reason: string | null): CanonicalEvent[] {
    if (reason === null) return [{ type: 'malformed' }];
    const events = this.#blocks.close();
    this.#held = endingOf(reason, this.#blocks.any);
    return this.#blocks.any ? [...events, ...this.#release()] : events;
  }

  #readMetadata(payload: JsonObject): CanonicalEvent[] {
    const usage = bedrockUsage(payload.usage);
    const events: CanonicalEvent[] = usage === null ? [] : [{ type: 'usage', usage }];
    // Nothing comes behind it.
    events.push(...this.#release(), ...this.#end());
    return events.length === 0 ? [{ type: 'ping' }] : events;
  }

  #end(): CanonicalEvent[] {
    if (!this.#finished || this.#ended) return [];
    this.#ended = true;
    return [{ type: 'end' }];
  }

  #release(): CanonicalEvent[] {
    if (this.#held === null) return [];
    const ending = this.#held;
    this.#held = null;
    this.#finished = ending.type === 'stop';
    return [ending];
  }
}
