import type { JsonObject } from '../json.ts';
import { added, type ItemStatus, itemDone, type OutEvent, type OutItem, type Place } from './output-items.ts';

/** Reasoning as a summary of one part: the form that clients of the Responses API show. */
export class ReasoningItem implements OutItem {
  readonly #place: Place;
  #text = '';
  #status: ItemStatus = 'in_progress';

  constructor(place: Place) {
    this.#place = place;
  }

  get done(): boolean {
    return this.#status !== 'in_progress';
  }

  get text(): string {
    return this.#text;
  }

  json(): JsonObject {
    const summary = this.#text === '' ? [] : [{ type: 'summary_text', text: this.#text }];
    return { id: this.#place.item_id, type: 'reasoning', summary, status: this.#status };
  }

  open(): OutEvent[] {
    const part = { type: 'summary_text', text: '' };
    return [
      added(this.#place, this.json()),
      { type: 'response.reasoning_summary_part.added', ...this.#place, summary_index: 0, part },
    ];
  }

  add(delta: string): OutEvent {
    this.#text += delta;
    return { type: 'response.reasoning_summary_text.delta', ...this.#place, summary_index: 0, delta };
  }

  close(status: 'completed' | 'incomplete'): OutEvent[] {
    if (this.done) return [];
    this.#status = status;
    const text = this.#text;
    const place = { ...this.#place, summary_index: 0 };
    return [
      { type: 'response.reasoning_summary_text.done', ...place, text },
      { type: 'response.reasoning_summary_part.done', ...place, part: { type: 'summary_text', text } },
      itemDone(this.#place, this.json()),
    ];
  }
}
