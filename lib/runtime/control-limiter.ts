/** Counts attempts by key in fixed windows. Bounded: the oldest keys go first. */
export class AttemptLimiter {
  #options: { max: number; windowMs: number; now: () => number; maxKeys: number };
  #windows = new Map<string, { startedAt: number; count: number }>();

  constructor(options: { max: number; windowMs: number; now: () => number; maxKeys?: number }) {
    this.#options = { maxKeys: 10_000, ...options };
  }

  /** Takes one attempt: 0 when it may go on, else the seconds until the next may. */
  take(key: string): number {
    const { max, windowMs, now, maxKeys } = this.#options;
    const at = now();
    const known = this.#windows.get(key);
    if (known !== undefined && at - known.startedAt < windowMs) {
      known.count += 1;
      return known.count <= max ? 0 : Math.max(1, Math.ceil((known.startedAt + windowMs - at) / 1000));
    }
    this.#windows.delete(key);
    this.#windows.set(key, { startedAt: at, count: 1 });
    if (this.#windows.size > maxKeys) {
      const oldest = this.#windows.keys().next().value;
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    return 0;
  }
}
