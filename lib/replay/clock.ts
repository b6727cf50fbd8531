import type { Clock } from '#lib/engine/clock.ts';
import type { ReplayHost } from './types.ts';

interface Event {
  at: number;
  order: number;
  run: () => void;
  signal: AbortSignal | undefined;
}

/**
 * The time of a replay: it jumps from event to event, and what is due at one instant happens in the order in which it was asked
 * for. Monotonic and wall-clock time are the same here. A sleep that is aborted rejects when it would have been over, since
 * nobody waits for those, and listening to every signal would cost more than all the rest.
 */
export class ReplayClock implements Clock {
  readonly #heap: Event[] = [];
  #now: number;
  #order = 0;

  constructor(startWallMs: number) {
    this.#now = startWallMs;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const run = () => {
        if (signal?.aborted === true) reject(signal.reason);
        else resolve();
      };
      this.#add({ at: this.#now + Math.max(0, ms), order: 0, run, signal });
    });
  }

  /** Something that happens at an instant, ms; one that has passed is now. */
  at(wallMs: number, run: () => void): void {
    this.#add({ at: Math.max(this.#now, wallMs), order: 0, run, signal: undefined });
  }

  /** Goes from instant to instant until nothing is left to happen. Rejects with the reason of the host's signal. */
  async run({ turn, signal }: ReplayHost): Promise<void> {
    for (let next = this.#heap[0]; next !== undefined; next = this.#heap[0]) {
      signal?.throwIfAborted();
      this.#now = next.at;
      if (this.#runInstant()) await turn();
    }
  }

  /** False when only sleepers that nobody waits for were due. */
  #runInstant(): boolean {
    let alive = false;
    for (let next = this.#heap[0]; next?.at === this.#now; next = this.#heap[0]) {
      this.#takeFirst();
      alive ||= next.signal?.aborted !== true;
      next.run();
    }
    return alive;
  }

  #add(event: Event): void {
    event.order = this.#order;
    this.#order += 1;
    const heap = this.#heap;
    let child = heap.push(event) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, event)) break;
      heap[child] = above;
      child = parent;
    }
    heap[child] = event;
  }

  #takeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      let best = heap[child];
      const right = heap[child + 1];
      if (best === undefined) break;
      if (right !== undefined && isBefore(right, best)) {
        best = right;
        child += 1;
      }
      if (isBefore(last, best)) break;
      heap[parent] = best;
      parent = child;
    }
    heap[parent] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}
