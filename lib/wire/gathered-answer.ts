import type { Failure } from '../engine/types.ts';
import type { BlockStart, CanonicalEvent, CanonicalUsage, FinishReason } from './canonical.ts';
import { truncatedStream } from './failures.ts';

/** One block of a whole answer. */
export interface GatheredBlock {
  start: BlockStart;
  /** Text, thinking, or a tool call's JSON. */
  text: string;
  /** Signature or encrypted form; null without one. */
  state: string | null;
}

/** A whole answer, put together from its events. */
export interface GatheredAnswer {
  ok: true;
  id: string | null;
  model: string | null;
  /** In the order in which they began. */
  blocks: GatheredBlock[];
  usage: CanonicalUsage;
  reason: FinishReason;
  /** The stop sequence that ended it. */
  sequence: string | null;
}

/** Puts the events of `readWhole` together; a failure when one of them is an error, or none says that the answer is finished. */
export function gatherAnswer(
  events: readonly CanonicalEvent[],
): GatheredAnswer | { ok: false; failure: Failure } {
  const blocks = new Map<number, GatheredBlock>();
  const gathered: Pick<GatheredAnswer, 'id' | 'model' | 'usage'> = {
    id: null,
    model: null,
    usage: { inputTokens: null, cachedTokens: null, outputTokens: null },
  };
  let stop: Extract<CanonicalEvent, { type: 'stop' }> | null = null;
  for (const event of events) {
    switch (event.type) {
      case 'message_start':
        gathered.id = event.id;
        gathered.model = event.model;
        break;
      case 'block_start':
        blocks.set(event.index, { start: event.block, text: '', state: null });
        break;
      case 'block_delta':
        extend(blocks.get(event.index), event.text, null);
        break;
      case 'block_state':
        extend(blocks.get(event.index), '', event.state);
        break;
      case 'usage':
        gathered.usage = event.usage;
        break;
      case 'stop':
        stop ??= event;
        break;
      case 'error':
        if (stop === null) return { ok: false, failure: event.failure };
        break;
      case 'block_stop':
      case 'end':
      case 'ping':
      case 'malformed':
        break;
      default:
        event satisfies never;
    }
  }
  if (stop === null) return { ok: false, failure: truncatedStream() };
  const { reason, sequence = null } = stop;
  return { ok: true, ...gathered, blocks: [...blocks.values()], reason, sequence };
}

function extend(block: GatheredBlock | undefined, text: string, state: string | null): void {
  if (block === undefined) return;
  block.text += text;
  if (state !== null) block.state = (block.state ?? '') + state;
}

/** The text of all blocks of one kind, in order. */
export function textOfKind(blocks: readonly GatheredBlock[], kind: BlockStart['kind']): string {
  return blocks
    .filter(({ start }) => start.kind === kind)
    .map(({ text }) => text)
    .join('');
}
