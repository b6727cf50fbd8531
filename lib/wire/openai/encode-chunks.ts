import type { BlockStart, CanonicalEvent, CanonicalUsage, FinishReason } from '../canonical.ts';
import { emptyCompletion, truncatedStream } from '../failures.ts';
import { SSE_DONE, sseData } from '../sse.ts';
import type { Frame } from '../types.ts';
import { encodeUsage } from './encode-usage.ts';

interface OpenTool {
  /** Position in OpenAI's `tool_calls`. */
  position: number;
  hasArguments: boolean;
}

type OpenBlock = { kind: Exclude<BlockStart['kind'], 'tool_use'> } | ({ kind: 'tool_use' } & OpenTool);

export interface ChunkEncoderOptions {
  /** Seconds since the epoch. */
  created: number;
  /** The client asked for a usage chunk. */
  includeUsage: boolean;
  /** Named until the upstream names its own. */
  model: string;
}

/** Writes canonical events as `chat.completion.chunk` frames. After a failure it stays silent. */
export class ChunkEncoder {
  readonly #options: ChunkEncoderOptions;
  readonly #blocks = new Map<number, OpenBlock>();
  #id = 'chatcmpl-switchyard';
  #model: string;
  #tools = 0;
  #sawContent = false;
  #state: 'open' | 'finished' | 'ended' | 'failed' = 'open';
  #usage: CanonicalUsage = { inputTokens: null, cachedTokens: null, outputTokens: null };

  constructor(options: ChunkEncoderOptions) {
    this.#options = options;
    this.#model = options.model;
  }

  usage(): CanonicalUsage {
    return this.#usage;
  }

  encode(event: CanonicalEvent): Frame[] {
    if (this.#state === 'failed') return [];
    switch (event.type) {
      case 'message_start':
        this.#id = event.id;
        this.#model = event.model;
        return this.#opening({ role: 'assistant', content: '', refusal: null });
      case 'block_start':
        return this.#startBlock(event.index, event.block);
      case 'block_delta':
        return this.#delta(event.index, event.text);
      case 'block_stop':
        return this.#stopBlock(event.index);
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'stop':
        return this.#stop(event.reason);
      case 'end':
        return this.#end();
      case 'ping':
        return [{ kind: 'alive' }];
      case 'malformed':
        return [{ kind: 'malformed' }];
      case 'error':
        return this.#state === 'open' ? this.#fail(event.failure) : [{ kind: 'alive' }];
      default: {
        const unknown: never = event;
        return unknown;
      }
    }
  }

  /** The upstream closed. */
  close(): Frame[] {
    if (this.#state === 'open') return this.#fail(truncatedStream());
    return this.#state === 'finished' ? this.#end() : [];
  }

  #startBlock(index: number, block: BlockStart): Frame[] {
    if (block.kind !== 'tool_use') {
      this.#blocks.set(index, { kind: block.kind });
      return [];
    }
    const position = this.#tools;
    this.#tools += 1;
    this.#blocks.set(index, { kind: 'tool_use', position, hasArguments: false });
    const call = { name: block.name, arguments: '' };
    return this.#content({
      tool_calls: [{ index: position, id: block.id, type: 'function', function: call }],
    });
  }

  #delta(index: number, text: string): Frame[] {
    const block = this.#blocks.get(index);
    if (block === undefined || text === '') return [];
    switch (block.kind) {
      case 'text':
        return this.#content({ content: text });
      case 'thinking':
        return this.#content({ reasoning_content: text }, true);
      case 'tool_use':
        block.hasArguments = true;
        return this.#arguments(block.position, text);
      case 'opaque':
        return [];
      default: {
        const unknown: never = block;
        return unknown;
      }
    }
  }

  #stopBlock(index: number): Frame[] {
    const block = this.#blocks.get(index);
    this.#blocks.delete(index);
    if (block?.kind !== 'tool_use' || block.hasArguments) return [];
    // A call without parameters streams none; OpenAI's clients parse the arguments and need an object.
    return this.#arguments(block.position, '{}');
  }

  #arguments(position: number, text: string): Frame[] {
    return this.#content({ tool_calls: [{ index: position, function: { arguments: text } }] });
  }

  #stop(reason: FinishReason): Frame[] {
    if (this.#state !== 'open') return [];
    const spent = this.#usage.outputTokens ?? 0;
    if (reason === 'stop' && !this.#sawContent && spent === 0) return this.#fail(emptyCompletion());
    this.#state = 'finished';
    return [{ kind: 'finish', bytes: this.#chunk([choice({}, reason)]) }];
  }

  #end(): Frame[] {
    if (this.#state === 'open') return this.#fail(truncatedStream());
    if (this.#state === 'ended') return [];
    this.#state = 'ended';
    const trailers: Frame[] = [{ kind: 'trailer', bytes: SSE_DONE }];
    if (this.#options.includeUsage) {
      const usage = encodeUsage(this.#usage);
      trailers.unshift({ kind: 'trailer', bytes: this.#chunk([], usage) });
    }
    return trailers;
  }

  #fail(failure: Parameters<typeof errorFrame>[0]): Frame[] {
    this.#state = 'failed';
    return [errorFrame(failure)];
  }

  #opening(delta: object): Frame[] {
    return [{ kind: 'opening', bytes: this.#chunk([choice(delta, null)]) }];
  }

  #content(delta: object, reasoning = false): Frame[] {
    if (this.#state !== 'open') return [];
    this.#sawContent = true;
    return [{ kind: 'content', bytes: this.#chunk([choice(delta, null)]), reasoning }];
  }

  #chunk(choices: object[], usage: object | null = null): Uint8Array {
    return sseData({
      id: this.#id,
      object: 'chat.completion.chunk',
      created: this.#options.created,
      model: this.#model,
      choices,
      ...(this.#options.includeUsage ? { usage } : {}),
    });
  }
}

function choice(delta: object, finish: FinishReason | null): object {
  return { index: 0, delta, logprobs: null, finish_reason: finish };
}

function errorFrame(failure: Extract<Frame, { kind: 'error' }>['failure']): Frame {
  return { kind: 'error', failure };
}
