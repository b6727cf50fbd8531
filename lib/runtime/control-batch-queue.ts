/** A bounded queue that is emptied in batches; a batch leaves it only when it has been written. */
export class BatchQueue<T> {
  #items: T[] = [];
  #dropped = 0;
  readonly #max: number;
  readonly #batch: number;

  constructor(max: number, batch: number) {
    this.#max = max;
    this.#batch = batch;
  }

  /** The oldest go when it is full. */
  add(items: readonly T[]): void {
    for (const item of items) this.#items.push(item);
    const over = this.#items.length - this.#max;
    if (over <= 0) return;
    this.#items.splice(0, over);
    this.#dropped += over;
  }

  get size(): number {
    return this.#items.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Gives up on the first batch: it is refused for what it holds, and what waits behind it would wait for ever. */
  dropFirstBatch(): void {
    this.#dropped += this.#items.splice(0, this.#batch).length;
  }

  /** Rejects with what `write` rejects with; that batch stays first in the queue. */
  async drain(write: (batch: T[]) => Promise<unknown>): Promise<void> {
    while (this.#items.length > 0) {
      const batch = this.#items.slice(0, this.#batch);
      await write(batch);
      const written = new Set(batch);
      // Some of them may have been dropped meanwhile.
      while (this.#items[0] !== undefined && written.has(this.#items[0])) this.#items.shift();
    }
  }
}
