import { randomUUID } from 'node:crypto';
import type { CanonicalEvent } from './canonical.ts';
import type { EventSource } from './types.ts';

/**
 * Gives an answer an id of its own where its vendor names none (Bedrock): clients tell answers apart by it, and some keep only one answer
 * of an id. Dialects stay free of chance: the same bytes give the same events.
 */
export function withAnswerId(events: readonly CanonicalEvent[], newId = newAnswerId): CanonicalEvent[] {
  return events.map((event) =>
    event.type === 'message_start' && event.id === '' ? { ...event, id: newId() } : event,
  );
}

/** The same for the events of a stream. */
export class NamedAnswer implements EventSource {
  readonly #source: EventSource;

  constructor(source: EventSource) {
    this.#source = source;
  }

  push(chunk: Uint8Array): CanonicalEvent[] {
    return withAnswerId(this.#source.push(chunk));
  }

  end(): CanonicalEvent[] {
    return withAnswerId(this.#source.end());
  }

  model(): string | null {
    return this.#source.model();
  }
}

function newAnswerId(): string {
  return `msg_${randomUUID().replaceAll('-', '')}`;
}
