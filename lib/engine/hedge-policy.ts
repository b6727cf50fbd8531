import type { Pace } from './pace.ts';
import type { ScopeChain } from './scopes.ts';
import type { EnginePolicy } from './types.ts';

/** From this share of late calls on, more calls are no help: everybody is slow. */
const STORM_SHARE = 0.3;

export type HedgePolicy = NonNullable<EnginePolicy['hedge']>;

/** When a stream that says nothing is late: after its target's p95, and never before the flow's own minimum, ms. */
export function hedgeDelayMs(pace: Pace, hedge: HedgePolicy): number {
  return Math.max(pace.quantile(0.95) ?? 0, hedge.minDelayMs);
}

/** Whether so many recent calls were later than this that hedging would only add load. */
export function isStorm(pace: Pace, delayMs: number): boolean {
  return (pace.lateShare(delayMs) ?? 0) >= STORM_SHARE;
}

/** Whether a target or what is above it is just finding out if it works again: no place for a second call. */
export function isRecovering(chain: ScopeChain, now: number): boolean {
  if (chain.rampShare(now) < 1) return true;
  return [chain.leaf, chain.endpoint, chain.provider].some(
    ({ breaker }) => breaker.peek(now) === 'half_open',
  );
}

/**
 * Which probes may have somebody else asked beside them, so that the request that carries the probe does not wait for a target
 * that is still dead: one in each open period of a target. One goes when its target's scope goes.
 */
export class ProbeNets {
  readonly #spread = new WeakMap<object, { period: number; at: number }>();

  /** Whether a probe of this target at `now` may be covered; asking uses the permission up. */
  spread(chain: ScopeChain, maxOpenMs: number, now: number): boolean {
    const { leaf, endpoint, provider } = chain;
    const period = leaf.breaker.generation + endpoint.breaker.generation + provider.breaker.generation;
    const last = this.#spread.get(leaf);
    // A parent that is held to be down is probed without an edge; no open period is longer than the longest.
    if (last !== undefined && last.period === period && now - last.at < maxOpenMs) return false;
    this.#spread.set(leaf, { period, at: now });
    return true;
  }
}
