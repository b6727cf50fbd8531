import type { Usage } from '../../contract/records.ts';
import type { Failure } from '../../engine/types.ts';
import type { BlockStart, CanonicalEvent, CanonicalUsage } from '../canonical.ts';
import { emptyCompletion, truncatedStream } from '../failures.ts';
import { RelayedText } from '../relayed-text.ts';
import type { EncoderOptions, FaceEncoder, Frame, Relayed } from '../types.ts';
import { BlockQueue, type BlockStep } from './block-queue.ts';
import { messageBlock, messageDelta, messageHead, namedEvent, wantsThinking } from './message-parts.ts';
import { OWN_SIGNATURE } from './own-thinking.ts';
import { messageEnd } from './stop-reason.ts';
import { encodeMessagesUsage } from './usage.ts';

type Stop = Extract<CanonicalEvent, { type: 'stop' }>;
const ALIVE: Frame = Object.freeze({ kind: 'alive' });
const NO_BYTES = new Uint8Array(0);
const TEXT: BlockStart = { kind: 'text' };
/** The key of a text that is gone on with; vendors number from 0. */
const RESUMED = -1;

/** `stopped`: what is left to say is the message's end. `held`: the same, but whether anything was said at all is open. */
type State = 'open' | 'held' | 'stopped' | 'ended' | 'failed';

/** Writes canonical events as Anthropic's stream. The message's end waits for its usage, which others send behind their stop. */
export class MessagesEncoder implements FaceEncoder {
  readonly #continues: boolean;
  readonly #thinking: boolean;
  readonly #blocks = new BlockQueue();
  readonly #left = new Set<number>();
  readonly #text: RelayedText;
  #resumed: boolean;
  #textIndex: number | null;
  #id: string;
  #model: string;
  /** Index of the block that is being written. */
  #index: number;
  /** The message's opening waits for the usage that may come with it. */
  #opening = false;
  #sawContent: boolean;
  #refused = false;
  #usage: CanonicalUsage = { inputTokens: null, cachedTokens: null, outputTokens: null };
  #stop: Stop = { type: 'stop', reason: 'stop' };
  #state: State = 'open';

  constructor({ continues, model, request }: EncoderOptions) {
    this.#continues = continues !== null;
    this.#thinking = wantsThinking(request);
    this.#id = continues?.id ?? 'msg_switchyard';
    this.#model = continues?.model ?? model;
    this.#text = new RelayedText(continues?.text);
    this.#textIndex = continues?.textIndex ?? null;
    this.#index = continues?.textIndex ?? -1;
    this.#sawContent = this.#continues;
    this.#resumed = this.#continues;
    if (this.#continues) this.#blocks.adopt(RESUMED, TEXT);
  }

  usage(): Usage | null {
    const { inputTokens, outputTokens } = this.#usage;
    return inputTokens === null && outputTokens === null ? null : { inputTokens, outputTokens };
  }

  relayed(): Relayed | null {
    const text = this.#text.text();
    if (text === null || this.#textIndex === null) return null;
    const place = { textIndex: this.#textIndex, itemId: null, sequence: null };
    return { face: 'messages', id: this.#id, model: this.#model, created: null, text, ...place };
  }

  encode(event: CanonicalEvent): Frame[] {
    if (this.#is('failed') || this.#is('ended')) return [];
    switch (event.type) {
      case 'message_start':
        return this.#startMessage(event.id, event.model);
      case 'usage':
        this.#usage = event.usage;
        return this.#is('open') ? [] : this.#finishMessage(false);
      default:
        return [...this.#openMessage(), ...this.#encodeInside(event)];
    }
  }

  /** The upstream closed. */
  close(): Frame[] {
    if (this.#is('failed') || this.#is('ended')) return [];
    return [...this.#openMessage(), ...this.#finishMessage(true)];
  }

  /** Keeps the type checker from assuming that calls leave the state alone. */
  #is(state: State): boolean {
    return this.#state === state;
  }

  #startMessage(id: string, model: string): Frame[] {
    if (this.#continues) return [ALIVE];
    this.#id = id;
    if (model !== '') this.#model = model;
    this.#opening = true;
    return [];
  }

  #openMessage(): Frame[] {
    if (!this.#opening) return [];
    this.#opening = false;
    const message = messageHead(this.#id, this.#model, this.#usage);
    return [{ kind: 'opening', bytes: namedEvent({ type: 'message_start', message }) }];
  }

  #encodeInside(event: Exclude<CanonicalEvent, { type: 'usage' | 'message_start' }>): Frame[] {
    switch (event.type) {
      case 'block_start':
        return this.#is('open') ? this.#startBlock(event.index, event.block) : [];
      case 'block_delta':
        if (this.#left.has(event.index)) return [ALIVE];
        return event.text === '' ? [] : this.#write(this.#blocks.delta(event.index, event.text));
      case 'block_stop':
        return this.#write(this.#blocks.stop(event.index));
      case 'stop':
        return this.#takeStop(event);
      case 'end':
        return this.#finishMessage(true);
      case 'block_state':
      case 'ping':
        return [ALIVE];
      case 'malformed':
        return [{ kind: 'malformed' }];
      case 'error':
        return this.#is('open') || this.#is('held') ? this.#fail(event.failure) : [ALIVE];
      default:
        return event satisfies never;
    }
  }

  #startBlock(index: number, block: BlockStart): Frame[] {
    // A client that has the beginning of the text is past the reasoning; one that asked for none is shown none.
    const unwanted = block.kind === 'thinking' && (this.#continues || !this.#thinking);
    if (block.kind === 'opaque' || unwanted) {
      this.#left.add(index);
      return [ALIVE];
    }
    this.#left.delete(index);
    if (!this.#resumed) return this.#write(this.#blocks.start(index, block));
    this.#resumed = false;
    if (block.kind === 'text') {
      this.#blocks.adopt(index, TEXT);
      return [];
    }
    return this.#write([...this.#blocks.stop(RESUMED), ...this.#blocks.start(index, block)]);
  }

  #write(steps: readonly BlockStep[]): Frame[] {
    return steps.flatMap((step) => {
      switch (step.type) {
        case 'start':
          return this.#writeStart(step.block);
        case 'delta':
          return this.#writeDelta(step.block, step.text);
        case 'stop':
          return this.#writeStop(step.block);
        default:
          return step satisfies never;
      }
    });
  }

  #writeStart(block: BlockStart): Frame[] {
    this.#index += 1;
    if (block.kind === 'text' && this.#textIndex === null) this.#textIndex = this.#index;
    else if (block.kind !== 'thinking' || this.#textIndex !== null) this.#text.spoil();
    if (block.kind === 'refusal') this.#refused = true;
    const content_block = messageBlock(block);
    const bytes = namedEvent({ type: 'content_block_start', index: this.#index, content_block });
    if (block.kind !== 'tool_use') return [{ kind: 'opening', bytes }];
    this.#sawContent = true;
    return [{ kind: 'content', bytes, reasoning: false }];
  }

  #writeDelta(block: BlockStart, text: string): Frame[] {
    if (block.kind === 'text') this.#text.add(text);
    this.#sawContent = true;
    const delta = messageDelta(block, text);
    const bytes = namedEvent({ type: 'content_block_delta', index: this.#index, delta });
    return [{ kind: 'content', bytes, reasoning: block.kind === 'thinking' }];
  }

  #writeStop(block: BlockStart): Frame[] {
    // A closed text cannot be gone on with.
    if (block.kind === 'text') this.#text.spoil();
    const bytes = namedEvent({ type: 'content_block_stop', index: this.#index });
    if (block.kind !== 'thinking') return [{ kind: 'opening', bytes }];
    const delta = { type: 'signature_delta', signature: OWN_SIGNATURE };
    const signed = namedEvent({ type: 'content_block_delta', index: this.#index, delta });
    return [
      { kind: 'opening', bytes: signed },
      { kind: 'opening', bytes },
    ];
  }

  #takeStop(stop: Stop): Frame[] {
    if (!this.#is('open')) return [];
    this.#stop = stop;
    const closing = this.#write(this.#blocks.closeAll());
    const said = this.#sawContent || stop.reason !== 'stop';
    this.#state = said ? 'stopped' : 'held';
    return said ? [...closing, { kind: 'finish', bytes: NO_BYTES }] : closing;
  }

  /** `last`: no usage will come any more. */
  #finishMessage(last: boolean): Frame[] {
    if (this.#is('open')) return this.#fail(truncatedStream());
    const out: Frame[] = [];
    if (this.#is('held')) {
      if ((this.#usage.outputTokens ?? 0) === 0) return last ? this.#fail(emptyCompletion()) : [];
      out.push({ kind: 'finish', bytes: NO_BYTES });
    }
    this.#state = 'ended';
    const usage = encodeMessagesUsage(this.#usage);
    const delta = messageEnd(this.#stop, this.#refused);
    out.push({ kind: 'trailer', bytes: namedEvent({ type: 'message_delta', delta, usage }) });
    out.push({ kind: 'trailer', bytes: namedEvent({ type: 'message_stop' }) });
    return out;
  }

  #fail(failure: Failure): Frame[] {
    this.#state = 'failed';
    return [{ kind: 'error', failure }];
  }
}
