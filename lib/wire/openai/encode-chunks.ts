import type { Usage } from '../../contract/records.ts';
import type { Failure } from '../../engine/types.ts';
import type { BlockStart, CanonicalEvent, CanonicalUsage, FinishReason } from '../canonical.ts';
import { emptyCompletion, truncatedStream } from '../failures.ts';
import { RelayedText } from '../relayed-text.ts';
import { SSE_DONE, sseData } from '../sse.ts';
import type { EncoderOptions, FaceEncoder, Frame, Relayed } from '../types.ts';
import { encodeUsage } from './encode-usage.ts';

interface OpenTool {
  /** Position in OpenAI's `tool_calls`. */
  position: number;
  hasArguments: boolean;
}

type OpenBlock = { kind: Exclude<BlockStart['kind'], 'tool_use'> } | ({ kind: 'tool_use' } & OpenTool);

/**
 * Writes canonical events as `chat.completion.chunk` frames. After a failure it stays silent. `held`: the answer stopped without a
 * word, and its usage is awaited.
 */
export class ChunkEncoder implements FaceEncoder {
  readonly #options: EncoderOptions;
  readonly #continues: boolean;
  readonly #created: number;
  readonly #blocks = new Map<number, OpenBlock>();
  readonly #text: RelayedText;
  #id: string;
  #model: string;
  #tools = 0;
  #sawContent = false;
  #state: 'open' | 'held' | 'finished' | 'ended' | 'failed' = 'open';
  /** What stands around the text of a content chunk; null until one is written. */
  #textFrame: readonly [before: string, after: string] | null = null;
  #usage: CanonicalUsage = { inputTokens: null, cachedTokens: null, outputTokens: null };

  constructor(options: EncoderOptions) {
    const { continues } = options;
    this.#options = options;
    this.#continues = continues !== null;
    this.#created = continues?.created ?? options.created;
    this.#id = continues?.id ?? 'chatcmpl-switchyard';
    this.#model = continues?.model ?? options.model;
    this.#text = new RelayedText(continues?.text);
  }

  usage(): Usage | null {
    const { inputTokens, outputTokens } = this.#usage;
    return inputTokens === null && outputTokens === null ? null : { inputTokens, outputTokens };
  }

  relayed(): Relayed | null {
    const text = this.#text.text();
    if (text === null) return null;
    const place = { textIndex: 0, itemId: null, sequence: null };
    return { face: 'chat', id: this.#id, model: this.#model, created: this.#created, text, ...place };
  }

  encode(event: CanonicalEvent): Frame[] {
    if (this.#state === 'failed') return [];
    switch (event.type) {
      case 'message_start':
        return this.#startMessage(event.id, event.model);
      case 'block_start':
        return this.#startBlock(event.index, event.block);
      case 'block_delta':
        return this.#delta(event.index, event.text);
      case 'block_stop':
        return this.#stopBlock(event.index);
      case 'usage':
        this.#usage = event.usage;
        return this.#state === 'held' && this.#spent() ? this.#finish('stop') : [];
      case 'stop':
        return this.#stop(event.reason);
      case 'end':
        return this.#end();
      case 'block_state':
      case 'ping':
        return [{ kind: 'alive' }];
      case 'malformed':
        return [{ kind: 'malformed' }];
      case 'error':
        if (this.#state !== 'open' && this.#state !== 'held') return [{ kind: 'alive' }];
        return this.#fail(event.failure);
      default:
        return event satisfies never;
    }
  }

  /** The upstream closed. */
  close(): Frame[] {
    return this.#state === 'failed' ? [] : this.#end();
  }

  #startMessage(id: string, model: string): Frame[] {
    if (this.#continues) return [{ kind: 'alive' }];
    this.#id = id;
    if (model !== '') this.#model = model;
    this.#textFrame = null;
    const delta = { role: 'assistant', content: '', refusal: null };
    return [{ kind: 'opening', bytes: this.#chunk([choice(delta, null)]) }];
  }

  #startBlock(index: number, block: BlockStart): Frame[] {
    if (block.kind !== 'tool_use') {
      this.#blocks.set(index, { kind: block.kind });
      return [];
    }
    const position = this.#tools;
    this.#tools += 1;
    this.#text.spoil();
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
        this.#text.add(text);
        return this.#textContent(text);
      case 'thinking':
        // A client that has the beginning of the text is past the reasoning.
        return this.#continues ? [{ kind: 'alive' }] : this.#content({ reasoning_content: text }, true);
      case 'refusal':
        this.#text.spoil();
        return this.#content({ refusal: text });
      case 'tool_use':
        block.hasArguments = true;
        return this.#arguments(block.position, text);
      case 'opaque':
        return [{ kind: 'alive' }];
      default:
        return block satisfies never;
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
    const said = this.#sawContent || this.#continues || reason !== 'stop';
    if (said || this.#spent()) return this.#finish(reason);
    // Some vendors tell only behind their stop what was spent on an answer without words.
    this.#state = 'held';
    return [];
  }

  #spent(): boolean {
    return (this.#usage.outputTokens ?? 0) > 0;
  }

  #finish(reason: FinishReason): Frame[] {
    this.#state = 'finished';
    return [{ kind: 'finish', bytes: this.#chunk([choice({}, reason)]) }];
  }

  #end(): Frame[] {
    if (this.#state === 'open') return this.#fail(truncatedStream());
    if (this.#state === 'held') return this.#fail(emptyCompletion());
    if (this.#state === 'ended') return [];
    this.#state = 'ended';
    const trailers: Frame[] = [{ kind: 'trailer', bytes: SSE_DONE }];
    if (this.#options.includeUsage) {
      const usage = encodeUsage(this.#usage);
      trailers.unshift({ kind: 'trailer', bytes: this.#chunk([], usage) });
    }
    return trailers;
  }

  #fail(failure: Failure): Frame[] {
    this.#state = 'failed';
    return [{ kind: 'error', failure }];
  }

  #content(delta: object, reasoning = false): Frame[] {
    if (this.#state !== 'open') return [];
    this.#sawContent = true;
    return [{ kind: 'content', bytes: this.#chunk([choice(delta, null)]), reasoning }];
  }

  /** Nearly all of a stream: only the text is written anew each time. */
  #textContent(text: string): Frame[] {
    if (this.#state !== 'open') return [];
    this.#sawContent = true;
    this.#textFrame ??= this.#frameAround();
    const [before, after] = this.#textFrame;
    return [{ kind: 'content', bytes: Buffer.from(before + JSON.stringify(text) + after), reasoning: false }];
  }

  #frameAround(): readonly [before: string, after: string] {
    const mark = JSON.stringify('\0');
    const whole = this.#chunk([choice({ content: '\0' }, null)]).toString();
    // The last one: an id may be anything.
    const at = whole.lastIndexOf(mark);
    return [whole.slice(0, at), whole.slice(at + mark.length)];
  }

  #chunk(choices: object[], usage: object | null = null): Buffer {
    return sseData({
      id: this.#id,
      object: 'chat.completion.chunk',
      created: this.#created,
      model: this.#model,
      choices,
      ...(this.#options.includeUsage ? { usage } : {}),
    });
  }
}

function choice(delta: object, finish: FinishReason | null): object {
  return { index: 0, delta, logprobs: null, finish_reason: finish };
}
