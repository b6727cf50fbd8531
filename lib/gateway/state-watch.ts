import type { Usage } from '#lib/contract/records.ts';
import type { Frame, Relayed, StreamDecoder } from '#lib/wire/types.ts';

/** Shows what is not content of a stream to `look`: there the ids stand, and content is the bulk. */
export class StateWatch implements StreamDecoder {
  readonly #inner: StreamDecoder;
  readonly #look: (bytes: Uint8Array) => void;

  constructor(inner: StreamDecoder, look: (bytes: Uint8Array) => void) {
    this.#inner = inner;
    this.#look = look;
  }

  push(chunk: Uint8Array): Frame[] {
    return this.#seen(this.#inner.push(chunk));
  }

  end(): Frame[] {
    return this.#seen(this.#inner.end());
  }

  usage(): Usage | null {
    return this.#inner.usage();
  }

  model(): string | null {
    return this.#inner.model();
  }

  relayed(): Relayed | null {
    return this.#inner.relayed();
  }

  sequence(): number | null {
    return this.#inner.sequence?.() ?? null;
  }

  #seen(frames: Frame[]): Frame[] {
    for (const frame of frames) {
      if (frame.kind === 'opening' || frame.kind === 'finish') this.#look(frame.bytes);
    }
    return frames;
  }
}
