import { Breaker } from '#lib/engine/breaker.ts';
import type { Edge, Sample } from '#lib/engine/breaker-types.ts';
import type { BreakerSettings, Verdict } from '#lib/engine/types.ts';
import { makeFailure, SETTINGS } from './factories.ts';

export const START = 1_000_000;
export const LEASE = 5_000;

/** A breaker at `START` with its edges, and calls in one line each. */
export function makeBreaker(differs: Partial<BreakerSettings> = {}, random = 0) {
  const edges: Edge[] = [];
  const breaker = new Breaker({
    settings: { ...SETTINGS, ...differs },
    random: () => random,
    now: START,
    onEdge: (edge) => edges.push(edge),
  });
  const acquire = (now: number): number => {
    const permit = breaker.tryAcquire(now, LEASE);
    if (typeof permit !== 'number') throw new Error(`Turned down: ${permit.reason}`);
    return permit;
  };
  const call = (now: number, verdict: Verdict, sample: Sample | null = null) =>
    breaker.settle(acquire(now), verdict, now, sample);
  const fail = (now: number, times = 1, sample: Sample = makeFailure('server_error')) => {
    for (let n = 0; n < times; n += 1) call(now, 'failure', sample);
  };
  return { breaker, edges, acquire, call, fail };
}
