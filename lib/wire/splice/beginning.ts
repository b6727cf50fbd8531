/** Tells how much of a continuation its client already has. Pieces may be cut anywhere. */
export interface Beginning {
  /** What of this piece is new; null: the continuation does not fit behind what the client has. */
  take(text: string): string | null;
  /** Nothing is left to be compared: what comes now is new, and so may the end. */
  readonly settled: boolean;
}

/** The continuation begins with exactly this text, which is left out. */
export class Repeated implements Beginning {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get settled(): boolean {
    return this.#at === this.#text.length;
  }

  take(text: string): string | null {
    const known = Math.min(text.length, this.#text.length - this.#at);
    if (known === 0) return text;
    if (!this.#text.startsWith(text.slice(0, known), this.#at)) return null;
    this.#at += known;
    return text.slice(known);
  }
}

/** Longest beginning that is compared, characters. */
const TELLING = 32;

/**
 * The continuation goes on where the client's text ends. One that begins as that text does was not gone on with but given anew: a
 * server that does not know assistant prefill does that.
 */
export class NotAgain implements Beginning {
  readonly #begin: string;
  #held = '';
  #differs = false;

  constructor(text: string) {
    this.#begin = text.slice(0, TELLING);
  }

  get settled(): boolean {
    return this.#held === '';
  }

  take(text: string): string | null {
    if (this.#differs) return text;
    const held = this.#held + text;
    const known = Math.min(held.length, this.#begin.length);
    if (this.#begin.slice(0, known) === held.slice(0, known)) {
      this.#held = held;
      return known === this.#begin.length ? null : '';
    }
    this.#differs = true;
    this.#held = '';
    return held;
  }
}
