import type { Fault } from '#lib/contract/simulator.ts';
import type { CallSite } from './fault-book.ts';

/** One chat call as the vendor saw it. */
export interface SeenCall extends CallSite {
  atWallMs: number;
  stream: boolean;
  /** What went wrong with it; null: answered. */
  fault: Fault | null;
}

export interface CallReport {
  /** Since the start or the last clearing, by `provider.endpoint/model`. */
  counts: Record<string, number>;
  /** The newest, oldest first. */
  calls: SeenCall[];
}

/** The provider's own view of who called it: counters, and the last calls one by one. */
export class CallLog {
  readonly #most: number;
  readonly #counts = new Map<string, number>();
  #calls: SeenCall[] = [];

  constructor(most = 5000) {
    this.#most = most;
  }

  add(call: SeenCall): void {
    const key = `${call.provider}.${call.endpoint}/${call.model}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#calls.push(call);
    // Trimmed at twice the bound, so that the cost of a shift is paid once per `most` calls.
    if (this.#calls.length >= 2 * this.#most) this.#calls = this.#calls.slice(-this.#most);
  }

  report(): CallReport {
    return { counts: Object.fromEntries(this.#counts), calls: this.#calls.slice(-this.#most) };
  }

  clear(): void {
    this.#counts.clear();
    this.#calls = [];
  }
}
