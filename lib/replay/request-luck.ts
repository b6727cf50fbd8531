import type { Random } from '#lib/engine/clock.ts';
import { luckBehind } from '#lib/engine/retry.ts';
import type { Arrival } from './arrivals.ts';
import { drawFor, hashOf } from './random.ts';
import { lowerBound } from './search.ts';
import type { RecordedRequest } from './types.ts';

/** A ramp is taken to have been on at a request when another one so close to it made way because of it, ms. */
const RAMP_NEAR_MS = 3_000;
/** Makes way for others at any share below 1. */
const MAKES_WAY = 1 - 1e-9;

/** The call that a request has made last. */
export interface LastCall {
  target: string;
  /** Calls that the request had made there before. */
  nth: number;
}

/**
 * The luck of requests in what the engine leaves to chance: how long a retry waits, who makes way for a recovering target. Where
 * the record shows what it was, it is that; elsewhere it is the request's own under any policy.
 */
export class RequestLuck {
  readonly #seed: number;
  /** When requests made way for a recovering target, in the order of time. */
  readonly #ramped: readonly number[];

  constructor(seed: number, arrivals: readonly Arrival[]) {
    this.#seed = seed;
    this.#ramped = arrivals.flatMap(({ atWallMs, request }) => (madeWay(request.skips) ? atWallMs : []));
  }

  /** @param lastCall null: the request has made none */
  of(arrival: Arrival, lastCall: () => LastCall | null): Random {
    return () => {
      const last = lastCall();
      return last === null ? this.#ramp(arrival) : this.#backoff(arrival, last);
    };
  }

  #ramp({ key, atWallMs, filled, request }: Arrival): number {
    if (!filled && madeWay(request.skips)) return MAKES_WAY;
    const near = this.#ramped[lowerBound(this.#ramped, atWallMs - RAMP_NEAR_MS, (at) => at)];
    if (near !== undefined && near <= atWallMs + RAMP_NEAR_MS) return 0;
    return drawFor(this.#seed, key, 11);
  }

  #backoff({ key, request }: Arrival, { target, nth }: LastCall): number {
    const waitedMs = waitAfter(request, target, nth);
    const known = waitedMs === null ? null : luckBehind(nth, waitedMs);
    return known ?? drawFor(this.#seed, key, hashOf(target), nth, 12);
  }
}

/**
 * How long a request really waited after its nth call to a target had failed: for the next one there, or in vain, because by then
 * it was not called any more and somebody else was, or nobody. null: it did not wait.
 */
function waitAfter({ attempts, durationMs }: RecordedRequest, target: string, nth: number): number | null {
  let left = nth;
  const at = attempts.findIndex((attempt) => attempt.target === target && left-- === 0);
  const [last, next] = [attempts[at], attempts[at + 1]];
  if (last === undefined || next?.resume === true || next?.hedge === true) return null;
  if (next?.target === target) return next.waitedMs;
  const waitedMs = (next?.startedMs ?? durationMs) - last.startedMs - last.durationMs - 1;
  return waitedMs > 1 ? waitedMs : null;
}

function madeWay(skips: readonly { reason: string }[]): boolean {
  return skips.some(({ reason }) => reason === 'ramp');
}
