import type { Clock } from '#lib/engine/clock.ts';

interface Sleeper {
  at: number;
  order: number;
  wake: () => void;
}

/**
 * Time that stands still until a test moves it. `advance` wakes sleepers in the order in which they are due, letting
 * everything that a wake-up sets off finish first; the wall clock can be set apart from it.
 */
export class VirtualClock implements Clock {
  #now: number;
  #wallOffset: number;
  #order = 0;
  #sleepers: Sleeper[] = [];

  constructor(now = 1_000_000, wall = Date.UTC(2026, 0, 1)) {
    this.#now = now;
    this.#wallOffset = wall - now;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now + this.#wallOffset;
  }

  /** Sleeps that have neither ended nor been aborted. */
  get pending(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      this.#order += 1;
      const leave = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = () => {
        leave();
        reject(signal?.reason);
      };
      const wake = () => {
        leave();
        resolve();
      };
      const sleeper: Sleeper = { at: this.#now + ms, order: this.#order, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Moves time without waking anybody: for code that only compares instants. */
  skip(ms: number): void {
    this.#now += ms;
  }

  /** Moves time on, waking everybody who is due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  /** Moves time from sleeper to sleeper until the promise settles. Throws when nobody is left to wake. */
  async until<T>(promise: Promise<T>): Promise<T> {
    const done = { yes: false };
    const mark = () => {
      done.yes = true;
    };
    promise.then(mark, mark);
    await settled();
    while (!done.yes) {
      const next = this.#next();
      if (next === undefined) throw new Error('Nothing is left that could settle this promise.');
      await this.advance(Math.max(0, next.at - this.#now));
    }
    return promise;
  }

  /** Until the next sleeper is due, ms; 0 when nobody sleeps. */
  nextMs(): number {
    return Math.max(0, (this.#next()?.at ?? this.#now) - this.#now);
  }

  /** Moves the wall clock alone, as an administrator or NTP would. */
  jumpWall(ms: number): void {
    this.#wallOffset += ms;
  }

  #next(): Sleeper | undefined {
    return this.#sleepers.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}

/** Resolves once every microtask that is due has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
