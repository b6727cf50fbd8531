/** Longest text that is kept for a continuation, in characters. */
export const RELAYED_LIMIT = 131_072;

/** The one text that a client has been given so far, for as long as there is just the one and it is not too long. */
export class RelayedText {
  #text: string | null;

  /** `begun`: what an answer that is continued has already given. */
  constructor(begun = '') {
    this.#text = begun;
  }

  add(text: string): void {
    if (this.#text === null) return;
    // Characters are appended to a rope: no copying until it is read.
    this.#text = this.#text.length + text.length > RELAYED_LIMIT ? null : this.#text + text;
  }

  /** Something that cannot be continued was relayed: a tool call, a refusal, a second text. */
  spoil(): void {
    this.#text = null;
  }

  /** null: there is nothing that could be continued. */
  text(): string | null {
    return this.#text;
  }
}
