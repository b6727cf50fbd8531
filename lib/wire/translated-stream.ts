import type { Usage } from '../contract/records.ts';
import type { CanonicalEvent } from './canonical.ts';
import type { EventSource, FaceEncoder, Frame, Relayed, StreamDecoder } from './types.ts';

/** One vendor's stream in another dialect: its events, encoded for the client's face. */
export class TranslatedStream implements StreamDecoder {
  readonly #source: EventSource;
  readonly #encoder: FaceEncoder;

  constructor(source: EventSource, encoder: FaceEncoder) {
    this.#source = source;
    this.#encoder = encoder;
  }

  push(chunk: Uint8Array): Frame[] {
    return this.#encode(this.#source.push(chunk));
  }

  end(): Frame[] {
    return [...this.#encode(this.#source.end()), ...this.#encoder.close()];
  }

  usage(): Usage | null {
    return this.#encoder.usage();
  }

  model(): string | null {
    return this.#source.model();
  }

  relayed(): Relayed | null {
    return this.#encoder.relayed();
  }

  sequence(): number | null {
    return this.#encoder.sequence?.() ?? null;
  }

  #encode(events: readonly CanonicalEvent[]): Frame[] {
    const out: Frame[] = [];
    for (const event of events) for (const frame of this.#encoder.encode(event)) out.push(frame);
    return out;
  }
}
