import { TALLY_KINDS } from './tally.ts';

/** Failures in a row, by kind. A silence longer than the window ends a streak: the last failure no longer tells anything. */
export class Streak {
  count = 0;
  readonly kinds = new Int32Array(TALLY_KINDS);
  #lastAt = Number.NEGATIVE_INFINITY;

  add(now: number, kind: number, windowMs: number): void {
    if (now - this.#lastAt > windowMs) this.end();
    this.count += 1;
    this.kinds[kind] = (this.kinds[kind] ?? 0) + 1;
    this.#lastAt = now;
  }

  /** Length as of `now`. */
  at(now: number, windowMs: number): number {
    return now - this.#lastAt > windowMs ? 0 : this.count;
  }

  end(): void {
    if (this.count === 0) return;
    this.count = 0;
    this.kinds.fill(0);
  }
}
