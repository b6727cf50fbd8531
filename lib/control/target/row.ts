import type { ConfigTarget } from '#lib/contract/config.ts';
import type { BreakerSettings } from '#lib/engine/types.ts';
import type { NewTarget } from '#lib/store/targets.ts';

/** A target as it will be stored. */
export function targetRow(input: ConfigTarget): NewTarget {
  return {
    slug: input.slug,
    provider: input.provider,
    endpoint: input.endpoint,
    model: input.model,
    deployment: input.deployment ?? null,
    modelFamily: input.modelFamily ?? null,
    contextWindow: input.contextWindow ?? null,
    capabilities: input.capabilities ?? null,
    enabled: input.enabled,
    breaker: ownBreaker(input.breaker),
    metricsOnly: input.metricsOnly,
    prices: input.prices ?? null,
  };
}

/** Settings that say nothing are none. */
export function ownBreaker(
  given: Partial<BreakerSettings> | null | undefined,
): Partial<BreakerSettings> | null {
  const own = Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined));
  return Object.keys(own).length === 0 ? null : own;
}
