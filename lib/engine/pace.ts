/** Answers that the quantiles rest on. */
const KEPT = 200;
/** Calls among which the late ones are counted. */
const RECENT = 50;
/** Fewer answers than this say nothing about what is usual. */
const MINIMUM_ANSWERS = 20;
/** Fewer calls than this say nothing about what is going on. */
const MINIMUM_RECENT = 10;
/** Quantiles are worked out again after this many new answers. */
const REFRESH_AFTER = 10;

/**
 * How long one target's streams take until their first token, of late: over its last 200 good answers, and over its last 50 calls
 * whatever came of them. Two rings, filled at one write a call; sorted only when somebody asks.
 */
export class Pace {
  #answers = new Float32Array(0);
  #answered = 0;
  #recent = new Float32Array(0);
  #seen = 0;
  #sorted = new Float32Array(0);
  #sortedAt = 0;

  /** A first token came. @param ok the answer was not slow */
  add(firstTokenMs: number, ok: boolean): void {
    this.waited(firstTokenMs);
    if (!ok) return;
    if (this.#answered === 0) this.#answers = new Float32Array(KEPT);
    this.#answers[this.#answered % KEPT] = firstTokenMs;
    this.#answered += 1;
  }

  /** A call was waited for this long, ms, until its first token or until it was given up. */
  waited(ms: number): void {
    if (this.#seen === 0) this.#recent = new Float32Array(RECENT);
    this.#recent[this.#seen % RECENT] = ms;
    this.#seen += 1;
  }

  /** The time within which this share (0..1) of the last 200 good answers began, ms; null while too few are known. */
  quantile(share: number): number | null {
    if (this.#answered < MINIMUM_ANSWERS) return null;
    if (this.#sortedAt === 0 || this.#answered - this.#sortedAt >= REFRESH_AFTER) {
      this.#sorted = this.#answers.slice(0, Math.min(KEPT, this.#answered)).sort();
      this.#sortedAt = this.#answered;
    }
    return this.#sorted[Math.ceil(this.#sorted.length * share) - 1] ?? null;
  }

  /** Share of the last 50 calls that had no first token within `ms`; null while too few are known. */
  lateShare(ms: number): number | null {
    const size = Math.min(RECENT, this.#seen);
    if (size < MINIMUM_RECENT) return null;
    let late = 0;
    for (let at = 0; at < size; at += 1) if ((this.#recent[at] ?? 0) > ms) late += 1;
    return late / size;
  }
}

/** Every target's pace; one goes when its target's scope goes. */
export class Paces {
  readonly #paces = new WeakMap<object, Pace>();

  /** @param leaf the target's scope */
  of(leaf: object): Pace {
    const known = this.#paces.get(leaf);
    if (known !== undefined) return known;
    const pace = new Pace();
    this.#paces.set(leaf, pace);
    return pace;
  }
}
