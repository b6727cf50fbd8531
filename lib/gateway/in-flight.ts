/** How many calls each target carries right now. */
export class InFlight {
  readonly #counts = new Map<string, number>();

  /** Counts one call in; the result counts it out again and must be called once. */
  enter(target: string): () => void {
    this.#counts.set(target, (this.#counts.get(target) ?? 0) + 1);
    return () => {
      const left = (this.#counts.get(target) ?? 1) - 1;
      if (left > 0) this.#counts.set(target, left);
      else this.#counts.delete(target);
    };
  }

  get empty(): boolean {
    return this.#counts.size === 0;
  }

  view(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
