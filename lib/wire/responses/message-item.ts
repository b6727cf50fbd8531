import type { JsonObject } from '../json.ts';
import { added, type ItemStatus, itemDone, type OutEvent, type OutItem, type Place } from './output-items.ts';

type PartKind = 'text' | 'refusal';

/** A text or a refusal in a message. */
export class MessagePart {
  readonly kind: PartKind;
  readonly #place: Place & { content_index: number };
  #text: string;
  #done = false;

  constructor(kind: PartKind, place: Place & { content_index: number }, begun = '') {
    this.kind = kind;
    this.#place = place;
    this.#text = begun;
  }

  get done(): boolean {
    return this.#done;
  }

  get text(): string {
    return this.#text;
  }

  json(): JsonObject {
    if (this.kind === 'refusal') return { type: 'refusal', refusal: this.#text };
    return { type: 'output_text', text: this.#text, annotations: [], logprobs: [] };
  }

  open(): OutEvent {
    return { type: 'response.content_part.added', ...this.#place, part: this.json() };
  }

  add(delta: string): OutEvent {
    this.#text += delta;
    if (this.kind === 'refusal') return { type: 'response.refusal.delta', ...this.#place, delta };
    return { type: 'response.output_text.delta', ...this.#place, delta, logprobs: [] };
  }

  close(): OutEvent[] {
    if (this.#done) return [];
    this.#done = true;
    const whole: OutEvent =
      this.kind === 'refusal'
        ? { type: 'response.refusal.done', ...this.#place, refusal: this.#text }
        : { type: 'response.output_text.done', ...this.#place, text: this.#text, logprobs: [] };
    return [whole, { type: 'response.content_part.done', ...this.#place, part: this.json() }];
  }
}

/** The assistant's message. Texts that follow each other are its parts. */
export class MessageItem implements OutItem {
  readonly place: Place;
  readonly #parts: MessagePart[] = [];
  #status: ItemStatus = 'in_progress';

  /** `begun`: the text that the client of a continued answer has already been given as its first part. */
  constructor(place: Place, begun: string | null = null) {
    this.place = place;
    if (begun !== null) this.#parts.push(new MessagePart('text', { ...place, content_index: 0 }, begun));
  }

  get done(): boolean {
    return this.#status !== 'in_progress';
  }

  get parts(): readonly MessagePart[] {
    return this.#parts;
  }

  json(): JsonObject {
    return {
      id: this.place.item_id,
      type: 'message',
      role: 'assistant',
      status: this.#status,
      content: this.#parts.map((part) => part.json()),
    };
  }

  open(): OutEvent {
    return added(this.place, this.json());
  }

  startPart(kind: PartKind): { part: MessagePart; event: OutEvent } {
    const part = new MessagePart(kind, { ...this.place, content_index: this.#parts.length });
    const event = part.open();
    this.#parts.push(part);
    return { part, event };
  }

  close(status: 'completed' | 'incomplete'): OutEvent[] {
    if (this.done) return [];
    const parts = this.#parts.flatMap((part) => part.close());
    this.#status = status;
    return [...parts, itemDone(this.place, this.json())];
  }
}
