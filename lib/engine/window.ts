import { TALLY_KINDS } from './tally.ts';
import type { BucketCounts } from './view-types.ts';

export const BUCKETS = 10;
const OK = 0;
const SLOW = 1;
const FAILURE = 2;
const FIRST_KIND = 3;
const COLUMNS = FIRST_KIND + TALLY_KINDS;

/**
 * Counts of the last `windowMs`, in ten buckets with running sums: O(1) a call, no allocation, no timer. Buckets are aligned
 * to the clock, so the window covers the current bucket and the nine before it; every bucket that has elapsed is dropped at
 * the next touch, however long the silence was.
 */
export class CallWindow {
  readonly windowMs: number;
  readonly #bucketMs: number;
  readonly #cells = new Int32Array(BUCKETS * COLUMNS);
  readonly #sums = new Int32Array(COLUMNS);
  #tick = -1;

  /** @param windowMs length of the window, ms, above 0 */
  constructor(windowMs: number) {
    this.windowMs = windowMs;
    this.#bucketMs = windowMs / BUCKETS;
  }

  addOk(now: number): void {
    this.#add(now, OK);
  }

  addSlow(now: number): void {
    this.#add(now, SLOW);
  }

  /** @param kind index from `tallyKind` */
  addFailure(now: number, kind: number): void {
    const base = this.#add(now, FAILURE);
    const column = FIRST_KIND + kind;
    this.#cells[base + column] = (this.#cells[base + column] ?? 0) + 1;
    this.#sums[column] = (this.#sums[column] ?? 0) + 1;
  }

  /** Drops what has left the window. Idempotent; the getters below are exact after it. */
  roll(now: number): void {
    const tick = Math.floor(now / this.#bucketMs);
    if (tick <= this.#tick) return;
    const elapsed = tick - this.#tick;
    if (elapsed >= BUCKETS) {
      this.#cells.fill(0);
      this.#sums.fill(0);
    } else {
      for (let step = 1; step <= elapsed; step += 1) this.#drop((this.#tick + step) % BUCKETS);
    }
    this.#tick = tick;
  }

  get ok(): number {
    return this.#sums[OK] ?? 0;
  }

  get slow(): number {
    return this.#sums[SLOW] ?? 0;
  }

  get failure(): number {
    return this.#sums[FAILURE] ?? 0;
  }

  /** Failures by kind, for words. */
  kinds(): Int32Array {
    return this.#sums.subarray(FIRST_KIND);
  }

  /** Oldest first; the last one is still filling. */
  buckets(now: number): BucketCounts[] {
    this.roll(now);
    return Array.from({ length: BUCKETS }, (_, age) => {
      const base = ((this.#tick + 1 + age) % BUCKETS) * COLUMNS;
      return {
        ok: this.#cells[base + OK] ?? 0,
        slow: this.#cells[base + SLOW] ?? 0,
        failure: this.#cells[base + FAILURE] ?? 0,
      };
    });
  }

  clear(): void {
    this.#cells.fill(0);
    this.#sums.fill(0);
  }

  /** Returns where the current bucket starts. */
  #add(now: number, column: number): number {
    this.roll(now);
    const base = (this.#tick % BUCKETS) * COLUMNS;
    this.#cells[base + column] = (this.#cells[base + column] ?? 0) + 1;
    this.#sums[column] = (this.#sums[column] ?? 0) + 1;
    return base;
  }

  #drop(bucket: number): void {
    const base = bucket * COLUMNS;
    for (let column = 0; column < COLUMNS; column += 1) {
      this.#sums[column] = (this.#sums[column] ?? 0) - (this.#cells[base + column] ?? 0);
      this.#cells[base + column] = 0;
    }
  }
}
