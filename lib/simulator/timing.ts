import { hash } from './hash.ts';

/** Uniform in [0, 1). */
export type Random = () => number;

/** How long a simulated model thinks; ms. */
export interface Timing {
  firstTokenMs(model: string): number;
  /** Between two pieces of a stream. */
  pieceMs(): number;
}

/** No waiting at all, for tests. */
export const INSTANT: Timing = { firstTokenMs: () => 0, pieceMs: () => 0 };

/** Spread of the lognormal first token: about one in twenty takes half as long again as the median. */
const SIGMA = 0.25;

/** First token lognormal around 250-450 ms, by model; then a piece every 15-30 ms. */
export function realisticTiming(random: Random): Timing {
  return {
    firstTokenMs: (model) => (250 + (hash(model) % 201)) * Math.exp(SIGMA * normal(random)),
    pieceMs: () => 15 + 15 * random(),
  };
}

/** Box-Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Waits; false when the signal came first. Leaves no timer and no listener behind. */
export function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  if (ms <= 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Waits for the client to give up, without a timer. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
