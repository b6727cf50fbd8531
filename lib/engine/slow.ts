const HOUR_MS = 3_600_000;
/** Two generations of this length: what a baseline rests on is between the window's age and 24 h old. */
const GENERATION_MS = 12 * HOUR_MS;
const MINIMUM_SAMPLES = 100;
const FACTOR = 3;
const FLOOR_MS = 2_000;
/** Eight steps per doubling: at most 9 % wide; the last one is above 10 minutes. */
const STEPS = 8;
const SIZE = 20 * STEPS;

/**
 * What is normal for one target's first token, so that "slow" can be judged against it. Log histograms of the `ok` samples:
 * two of staging, so that the last window never judges itself, and two generations, so that what is older than a day
 * leaves. Bounded memory (3 kB), O(1) a sample.
 */
export class Baseline {
  readonly #periodMs: number;
  #staging: Uint32Array[] = [new Uint32Array(SIZE), new Uint32Array(SIZE)];
  #generations: Uint32Array[] = [new Uint32Array(SIZE), new Uint32Array(SIZE)];
  #period = -1;
  #generation = -1;
  #limit: number | null = null;

  /** @param windowMs length of the breaker's window: younger samples do not count yet */
  constructor(windowMs: number) {
    this.#periodMs = windowMs;
  }

  /** Takes the first-token time of an answer that was judged `ok`. */
  add(now: number, firstTokenMs: number): void {
    this.#roll(now);
    const cells = this.#staging[0];
    const at = index(firstTokenMs);
    if (cells !== undefined) cells[at] = (cells[at] ?? 0) + 1;
  }

  /** First tokens later than this are slow, ms; null while too little is known. */
  limit(now: number): number | null {
    this.#roll(now);
    return this.#limit;
  }

  #roll(now: number): void {
    const period = Math.floor(now / this.#periodMs);
    if (period === this.#period) return;
    const elapsed = this.#period < 0 ? 0 : period - this.#period;
    this.#period = period;
    this.#rollGenerations(now);
    for (let step = 0; step < Math.min(elapsed, 2); step += 1) this.#promote();
    this.#limit = this.#judge();
  }

  /** The older staging histogram has left the window: it joins the baseline. */
  #promote(): void {
    const [younger, older] = this.#staging;
    const into = this.#generations[0];
    if (younger === undefined || older === undefined || into === undefined) return;
    for (let at = 0; at < SIZE; at += 1) into[at] = (into[at] ?? 0) + (older[at] ?? 0);
    older.fill(0);
    this.#staging = [older, younger];
  }

  #rollGenerations(now: number): void {
    const generation = Math.floor(now / GENERATION_MS);
    const elapsed = this.#generation < 0 ? 0 : generation - this.#generation;
    this.#generation = generation;
    if (elapsed >= 2) {
      for (const cells of [...this.#generations, ...this.#staging]) cells.fill(0);
    } else if (elapsed === 1) {
      const [younger, older] = this.#generations;
      if (younger === undefined || older === undefined) return;
      older.fill(0);
      this.#generations = [older, younger];
    }
  }

  #judge(): number | null {
    const [a, b] = this.#generations;
    let total = 0;
    for (let at = 0; at < SIZE; at += 1) total += (a?.[at] ?? 0) + (b?.[at] ?? 0);
    if (total < MINIMUM_SAMPLES) return null;
    let seen = 0;
    for (let at = 0; at < SIZE; at += 1) {
      seen += (a?.[at] ?? 0) + (b?.[at] ?? 0);
      if (seen >= total * 0.95) return Math.max(FLOOR_MS, FACTOR * upperBound(at));
    }
    return null;
  }
}

function index(ms: number): number {
  return Math.min(SIZE - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, ms)) * STEPS)));
}

function upperBound(at: number): number {
  return 2 ** ((at + 1) / STEPS);
}
