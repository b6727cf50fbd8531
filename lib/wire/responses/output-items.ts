import type { JsonObject } from '../json.ts';

/** One event of the Responses API without its sequence number. */
export interface OutEvent {
  type: string;
  [field: string]: unknown;
}

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** An output item while it is written. It gives the events that show it to a client. */
export interface OutItem {
  readonly done: boolean;
  /** The item as it stands. */
  json(): JsonObject;
  /** Its closing events; none when it is closed already. */
  close(status: 'completed' | 'incomplete'): OutEvent[];
}

/** What every item's events have in common: which item, and where in the output. */
export interface Place {
  item_id: string;
  output_index: number;
}

export function added({ output_index }: Place, item: JsonObject): OutEvent {
  return { type: 'response.output_item.added', output_index, item };
}

export function itemDone({ output_index }: Place, item: JsonObject): OutEvent {
  return { type: 'response.output_item.done', output_index, item };
}
