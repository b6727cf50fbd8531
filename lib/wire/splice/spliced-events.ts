import type { Failure } from '../../engine/types.ts';
import type { BlockStart, CanonicalEvent } from '../canonical.ts';
import type { EventSource } from '../types.ts';
import type { Beginning } from './beginning.ts';

/** What is done with a block: `waiting` is a text of which nothing is known to be new yet. */
type Handling = 'waiting' | 'text' | 'passed' | 'silent';

const PING: CanonicalEvent = Object.freeze({ type: 'ping' });

/**
 * A new target's events without what the client has already read. Where it is not certain that they go on with that, they end in
 * an `error`. Reasoning is left out: whoever has the beginning of the text is past it.
 */
export class SplicedEvents implements EventSource {
  readonly #source: EventSource;
  readonly #beginning: Beginning;
  readonly #blocks = new Map<number, Handling>();
  #begun = false;
  #failed = false;

  constructor(source: EventSource, beginning: Beginning) {
    this.#source = source;
    this.#beginning = beginning;
  }

  push(chunk: Uint8Array): CanonicalEvent[] {
    return this.#readAll(this.#source.push(chunk));
  }

  end(): CanonicalEvent[] {
    return this.#readAll(this.#source.end());
  }

  model(): string | null {
    return this.#source.model();
  }

  /** The target writes or reasons, though there may be nothing new in it yet. */
  begun(): boolean {
    return this.#begun;
  }

  #readAll(events: readonly CanonicalEvent[]): CanonicalEvent[] {
    const out: CanonicalEvent[] = [];
    for (const event of events) {
      if (this.#failed) break;
      out.push(...this.#read(event));
    }
    return out;
  }

  #read(event: CanonicalEvent): CanonicalEvent[] {
    switch (event.type) {
      case 'message_start':
      case 'block_state':
        return [PING];
      case 'block_start':
        return this.#start(event.index, event.block);
      case 'block_delta':
        return this.#delta(event.index, event.text);
      case 'block_stop':
        return this.#stop(event.index);
      case 'stop':
      case 'end':
        return this.#beginning.settled ? [event] : this.#fail();
      case 'usage':
      case 'ping':
      case 'malformed':
        return [event];
      case 'error':
        this.#failed = true;
        return [event];
      default:
        return event satisfies never;
    }
  }

  #start(index: number, block: BlockStart): CanonicalEvent[] {
    switch (block.kind) {
      case 'text':
        this.#blocks.set(index, 'waiting');
        return [PING];
      case 'thinking':
      case 'opaque':
        this.#blocks.set(index, 'silent');
        return [PING];
      case 'tool_use':
      case 'refusal':
        if (!this.#beginning.settled) return this.#fail();
        this.#blocks.set(index, 'passed');
        return [{ type: 'block_start', index, block }];
      default:
        return block satisfies never;
    }
  }

  #delta(index: number, text: string): CanonicalEvent[] {
    const handling = this.#blocks.get(index);
    if (handling === undefined) return [];
    this.#begun = true;
    if (handling === 'silent') return [PING];
    if (handling === 'passed') return [{ type: 'block_delta', index, text }];
    const fresh = this.#beginning.take(text);
    if (fresh === null) return this.#fail();
    if (fresh === '') return [PING];
    const delta: CanonicalEvent = { type: 'block_delta', index, text: fresh };
    if (handling === 'text') return [delta];
    this.#blocks.set(index, 'text');
    return [{ type: 'block_start', index, block: { kind: 'text' } }, delta];
  }

  #stop(index: number): CanonicalEvent[] {
    const handling = this.#blocks.get(index);
    this.#blocks.delete(index);
    return handling === 'text' || handling === 'passed' ? [{ type: 'block_stop', index }] : [];
  }

  #fail(): CanonicalEvent[] {
    this.#failed = true;
    return [{ type: 'error', failure: notAContinuation() }];
  }
}

/** Nobody's fault: the same question may be answered in other words. */
function notAContinuation(): Failure {
  return {
    class: 'model_output_invalid',
    status: null,
    code: 'not_a_continuation',
    message: 'The answer does not go on with what the client has already read.',
    retryAfterMs: null,
  };
}
