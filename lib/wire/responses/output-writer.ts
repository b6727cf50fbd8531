import type { BlockStart, FinishReason } from '../canonical.ts';
import type { JsonObject } from '../json.ts';
import { RELAYED_LIMIT } from '../relayed-text.ts';
import type { Relayed } from '../types.ts';
import { CallItem } from './call-item.ts';
import { type IdKind, ownId } from './ids.ts';
import { MessageItem, type MessagePart } from './message-item.ts';
import type { OutEvent, OutItem, Place } from './output-items.ts';
import { ReasoningItem } from './reasoning-item.ts';
import { endState } from './response-object.ts';

/** What a block writes into. Texts and reasoning begin with their first piece, so that empty blocks leave no trace. */
type Block =
  | { kind: 'waiting'; as: 'text' | 'refusal' | 'thinking' }
  | { kind: 'part'; part: MessagePart }
  | { kind: 'item'; item: ReasoningItem | CallItem }
  | { kind: 'silent' };

type RelayedOutput = Pick<Relayed, 'text' | 'textIndex' | 'itemId' | 'items'>;

/** Puts canonical blocks into output items, with the events that show them growing. */
export class OutputWriter {
  readonly #continues: Relayed | null;
  readonly #before: readonly JsonObject[];
  readonly #firstIndex: number;
  readonly #items: OutItem[] = [];
  readonly #blocks = new Map<number, Block>();
  readonly #callIds = new Set<string>();
  #vendorId: string;
  /** The part that the client of a continued answer has the beginning of, until a block takes it up. */
  #begun: MessagePart | null = null;

  constructor(continues: Relayed | null) {
    this.#continues = continues;
    this.#before = continues?.items ?? [];
    this.#firstIndex = continues?.textIndex ?? 0;
    this.#vendorId = continues?.id ?? '';
    if (continues === null || continues.itemId === null) return;
    const place = { item_id: continues.itemId, output_index: this.#firstIndex };
    const message = new MessageItem(place, continues.text);
    this.#items.push(message);
    this.#begun = message.parts[0] ?? null;
  }

  /** The vendor's id of the answer, which the items' ids are made of. */
  name(vendorId: string): void {
    this.#vendorId = vendorId;
  }

  /** Closes what the client of a continued answer still has open before the text. */
  resume(): OutEvent[] {
    const items = this.#continues?.items ?? [];
    return items.flatMap((item, output_index) =>
      item.status === 'incomplete' ? [{ type: 'response.output_item.done', output_index, item }] : [],
    );
  }

  start(index: number, start: BlockStart): OutEvent[] {
    switch (start.kind) {
      case 'text':
      case 'refusal':
        this.#blocks.set(index, { kind: 'waiting', as: start.kind });
        return [];
      case 'thinking':
        // A client that has the beginning of the text is past the reasoning.
        this.#blocks.set(
          index,
          this.#continues === null ? { kind: 'waiting', as: 'thinking' } : { kind: 'silent' },
        );
        return [];
      case 'tool_use':
        return this.#startCall(index, start.id, start.name);
      case 'opaque':
        this.#blocks.set(index, { kind: 'silent' });
        return [];
      default:
        return start satisfies never;
    }
  }

  /** The events of one piece; none for a block that is not shown. */
  add(index: number, text: string): { events: OutEvent[]; reasoning: boolean } {
    const block = this.#blocks.get(index);
    if (block === undefined || block.kind === 'silent' || text === '')
      return { events: [], reasoning: false };
    if (block.kind === 'waiting') return this.#begin(index, block.as, text);
    if (block.kind === 'part') return { events: [block.part.add(text)], reasoning: false };
    return { events: [block.item.add(text)], reasoning: block.item instanceof ReasoningItem };
  }

  stop(index: number): OutEvent[] {
    const block = this.#blocks.get(index);
    this.#blocks.delete(index);
    if (block?.kind === 'part') return block.part.close();
    return block?.kind === 'item' ? block.item.close('completed') : [];
  }

  /** Closes what is still open. What was being written when a limit ended the answer is incomplete. */
  finish(reason: FinishReason): OutEvent[] {
    const { status } = endState(reason);
    const last = this.#items.at(-1);
    return this.#items.flatMap((item) => item.close(item === last ? status : 'completed'));
  }

  output(): JsonObject[] {
    return [...this.#before, ...this.#items.map((item) => item.json())];
  }

  /** What of it another target could go on with: reasoning, then one text that is still open. null: nothing. */
  relayed(): RelayedOutput | null {
    const last = this.#items.at(-1);
    const message = last instanceof MessageItem ? last : null;
    const earlier = message === null ? this.#items : this.#items.slice(0, -1);
    const reasoning = earlier.filter((item) => item instanceof ReasoningItem);
    const part = message?.parts[0];
    if (reasoning.length < earlier.length || (message !== null && !isContinuable(message))) return null;
    const text = part?.text ?? '';
    const kept = reasoning.reduce((sum, item) => sum + item.text.length, text.length);
    if (kept > RELAYED_LIMIT) return null;
    const items = [...this.#before, ...reasoning.map((item) => seen(item.json()))];
    return { text, textIndex: items.length, itemId: message?.place.item_id ?? null, items };
  }

  #begin(
    index: number,
    as: 'text' | 'refusal' | 'thinking',
    text: string,
  ): { events: OutEvent[]; reasoning: boolean } {
    if (as === 'thinking') {
      const { place, events } = this.#place('rs');
      const item = new ReasoningItem(place);
      this.#items.push(item);
      this.#blocks.set(index, { kind: 'item', item });
      return { events: [...events, ...item.open(), item.add(text)], reasoning: true };
    }
    const { part, events } = this.#startPart(as);
    this.#blocks.set(index, { kind: 'part', part });
    return { events: [...events, part.add(text)], reasoning: false };
  }

  #startPart(kind: 'text' | 'refusal'): { part: MessagePart; events: OutEvent[] } {
    const begun = this.#begun;
    if (begun !== null && kind === 'text') {
      this.#begun = null;
      return { part: begun, events: [] };
    }
    const last = this.#items.at(-1);
    if (last instanceof MessageItem && !last.done) {
      const { part, event } = last.startPart(kind);
      return { part, events: [event] };
    }
    const { place, events } = this.#place('msg');
    const message = new MessageItem(place);
    this.#items.push(message);
    const opened = message.open();
    const { part, event } = message.startPart(kind);
    return { part, events: [...events, opened, event] };
  }

  #startCall(index: number, id: string, name: string): OutEvent[] {
    const { place, events } = this.#place('fc');
    const item = new CallItem(place, this.#uniqueCallId(id, place.output_index), name);
    this.#items.push(item);
    this.#blocks.set(index, { kind: 'item', item });
    return [...events, item.open()];
  }

  /** Some vendors name their calls twice the same, or not at all; clients tell them apart by this id. */
  #uniqueCallId(id: string, position: number): string {
    const unique =
      id === '' ? `call_switchyard_${position}` : this.#callIds.has(id) ? `${id}_${position}` : id;
    this.#callIds.add(unique);
    return unique;
  }

  /** Where the next item stands, and the closing of a message before it. */
  #place(kind: IdKind): { place: Place; events: OutEvent[] } {
    const last = this.#items.at(-1);
    const finished = last instanceof MessageItem && last.parts.every(({ done }) => done);
    const output_index = this.#firstIndex + this.#items.length;
    const place = { item_id: ownId(kind, this.#vendorId, output_index), output_index };
    return { place, events: finished ? last.close('completed') : [] };
  }
}

function isContinuable({ parts, done }: MessageItem): boolean {
  const [part] = parts;
  return !done && parts.length === 1 && part?.kind === 'text' && !part.done;
}

/** As its client sees it: what is not finished stays open for whoever goes on. */
function seen(item: JsonObject): JsonObject {
  return item.status === 'in_progress' ? { ...item, status: 'incomplete' } : item;
}
