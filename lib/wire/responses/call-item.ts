import type { JsonObject } from '../json.ts';
import { added, type ItemStatus, itemDone, type OutEvent, type OutItem, type Place } from './output-items.ts';

/** A call of one of the client's functions. */
export class CallItem implements OutItem {
  readonly #place: Place;
  readonly #callId: string;
  readonly #name: string;
  #arguments = '';
  #status: ItemStatus = 'in_progress';

  constructor(place: Place, callId: string, name: string) {
    this.#place = place;
    this.#callId = callId;
    this.#name = name;
  }

  get done(): boolean {
    return this.#status !== 'in_progress';
  }

  json(): JsonObject {
    return {
      id: this.#place.item_id,
      type: 'function_call',
      status: this.#status,
      call_id: this.#callId,
      name: this.#name,
      arguments: this.#arguments,
    };
  }

  open(): OutEvent {
    return added(this.#place, this.json());
  }

  add(delta: string): OutEvent {
    this.#arguments += delta;
    return { type: 'response.function_call_arguments.delta', ...this.#place, delta };
  }

  close(status: 'completed' | 'incomplete'): OutEvent[] {
    if (this.done) return [];
    // A call without parameters streams none; clients parse the arguments and need an object.
    const missing = this.#arguments === '' && status === 'completed' ? [this.add('{}')] : [];
    this.#status = status;
    const whole = { ...this.#place, arguments: this.#arguments };
    return [
      ...missing,
      { type: 'response.function_call_arguments.done', ...whole },
      itemDone(this.#place, this.json()),
    ];
  }
}
