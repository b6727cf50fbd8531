import type { Failure } from '../engine/types.ts';
import type { CanonicalEvent } from './canonical.ts';
import { protocolViolation } from './failures.ts';
import type { EventSource } from './types.ts';

/** The continuation says something else than what its client has already read. */
export function divergedAnswer(): Failure {
  return protocolViolation('The new answer does not begin with what the client already has.', 'diverged');
}

/**
 * Leaves out of an answer what its client already has. `strict`: the answer begins again, so its beginning must be exactly that text, and
 * anything else is an error before a word is relayed. Otherwise it goes on behind the text, and only white space at the seam may come
 * twice, since vendors take a prefilled text without the white space at its end.
 */
export class SplicedSource implements EventSource {
  readonly #source: EventSource;
  readonly #strict: boolean;
  readonly #seam: string;
  #matched = 0;
  #diverged = false;
  /** Text blocks of which nothing was passed on yet. */
  readonly #held = new Set<number>();
  readonly #texts = new Set<number>();

  constructor(source: EventSource, relayed: string, strict: boolean) {
    this.#source = source;
    this.#strict = strict;
    this.#seam = strict ? relayed : relayed.slice(relayed.trimEnd().length);
  }

  push(chunk: Uint8Array): CanonicalEvent[] {
    return this.#splice(this.#source.push(chunk));
  }

  end(): CanonicalEvent[] {
    return this.#splice(this.#source.end());
  }

  model(): string | null {
    return this.#source.model();
  }

  #splice(events: readonly CanonicalEvent[]): CanonicalEvent[] {
    const out: CanonicalEvent[] = [];
    for (const event of events) if (!this.#diverged) this.#take(event, out);
    return out;
  }

  #take(event: CanonicalEvent, out: CanonicalEvent[]): void {
    if (this.#matched === this.#seam.length && this.#held.size === 0) {
      out.push(event);
      return;
    }
    switch (event.type) {
      case 'block_start':
        this.#takeStart(event, out);
        return;
      case 'block_delta':
        if (this.#texts.has(event.index)) this.#takeText(event.index, event.text, out);
        else out.push(event);
        return;
      case 'block_stop':
        if (!this.#held.delete(event.index)) out.push(event);
        return;
      case 'stop':
        if (this.#strict) this.#diverge(out);
        else out.push(event);
        return;
      default:
        out.push(event);
    }
  }

  #takeStart(event: Extract<CanonicalEvent, { type: 'block_start' }>, out: CanonicalEvent[]): void {
    const { kind } = event.block;
    if (kind === 'text') {
      this.#texts.add(event.index);
      this.#held.add(event.index);
    } else if (this.#strict && kind !== 'thinking' && kind !== 'opaque') this.#diverge(out);
    else out.push(event);
  }

  #takeText(index: number, text: string, out: CanonicalEvent[]): void {
    const seam = this.#seam;
    let at = 0;
    while (at < text.length && this.#matched < seam.length && text[at] === seam[this.#matched]) {
      at += 1;
      this.#matched += 1;
    }
    const rest = text.slice(at);
    if (rest === '') {
      out.push({ type: 'ping' });
      return;
    }
    if (this.#strict && this.#matched < seam.length) {
      this.#diverge(out);
      return;
    }
    this.#matched = seam.length;
    if (this.#held.delete(index)) out.push({ type: 'block_start', index, block: { kind: 'text' } });
    this.#held.clear();
    out.push({ type: 'block_delta', index, text: rest });
  }

  #diverge(out: CanonicalEvent[]): void {
    this.#diverged = true;
    out.push({ type: 'error', failure: divergedAnswer() });
  }
}
