import type { Failure } from '../engine/types.ts';
import { untranslatable } from './failures.ts';

/**
 * What a translation of one request meets on its way: the first thing that cannot be said at all, fields without a counterpart,
 * and what was put differently. Steps go on after a fault; whoever holds the log asks for it at the end.
 */
export class TranslationLog {
  readonly dropped: string[] = [];
  readonly notes: string[] = [];
  #failure: Failure | null = null;

  /** The first field that cannot be said; null when everything can. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** `field` as a client would look for it: `messages[2].content[0]`. Only the first call counts. */
  cannot(field: string, why: string): null {
    this.#failure ??= untranslatable(field, why);
    return null;
  }

  /** A field that has no counterpart, once however often it comes. */
  drop(field: string): void {
    if (!this.dropped.includes(field)) this.dropped.push(field);
  }

  /** A sentence about something that is said differently, once however often it comes. */
  note(sentence: string): void {
    if (!this.notes.includes(sentence)) this.notes.push(sentence);
  }

  /** The sentence for reasoning in the history: without its maker's signature nobody takes it back, and no other vendor with it. */
  leaveOutReasoning(): void {
    this.note("Earlier turns' reasoning was left out: only the model that wrote it can take it back.");
  }

  /** The sentence for what only its own vendor understands; `what` as in `VendorState`. */
  leaveOutState(what: string): void {
    this.note(
      `${what.charAt(0).toUpperCase()}${what.slice(1)} was left out: only its own vendor understands it.`,
    );
  }

  /** The sentence for a field that a vendor has no counterpart for. */
  leaveOut(field: string, vendor: string): void {
    this.note(`\`${field}\` was left out: ${vendor} has no such parameter.`);
  }
}
