import { endpointId } from '#lib/contract/slug.ts';
import type { EngineFlow, EngineTarget } from '#lib/engine/types.ts';
import type { FlowRow } from '#lib/store/flows.ts';
import type { TargetRow } from '#lib/store/targets.ts';
import type { ConfigRows } from '../config/document.ts';

/** The configuration in the engine's terms, as far as planning a chain needs it. */
export function engineModel(rows: ConfigRows): { flows: EngineFlow[]; targets: Map<string, EngineTarget> } {
  return {
    flows: rows.flows.map(engineFlow),
    targets: new Map(rows.targets.map((target) => [target.slug, engineTarget(target, rows)])),
  };
}

function engineTarget(target: TargetRow, rows: ConfigRows): EngineTarget {
  return {
    slug: target.slug,
    provider: target.provider,
    endpointId: endpointId(target.provider, target.endpoint),
    model: target.model,
    modelFamily: target.modelFamily ?? target.model,
    contextWindow: target.contextWindow,
    capabilities: target.capabilities,
    enabled: target.enabled,
    rateLimitScope: 'target',
    credentialId: target.provider,
    breaker: { ...rows.breaker, ...target.breaker },
    metricsOnly: target.metricsOnly,
  };
}

function engineFlow({ slug, published }: FlowRow): EngineFlow {
  const { mode, defaultStakes, timeouts, retry, hedge, contentFilter, contextOverflow, degraded } =
    published.policy;
  return {
    slug,
    chain: published.chain.map(({ target, enabled }) => ({ target, enabled })),
    policy: {
      mode,
      defaultStakes,
      firstTokenMs: timeouts.firstTokenSeconds * 1000,
      idleMs: timeouts.idleSeconds * 1000,
      totalMs: timeouts.totalSeconds * 1000,
      maxRetriesPerTarget: retry.maxPerTarget,
      maxAttempts: retry.maxAttempts,
      failOverOnContentFilter: contentFilter === 'failover',
      failOverOnContextOverflow: contextOverflow === 'larger_window',
      retryBudgetPerSuccess: retry.budgetPerSuccess,
      hedge: hedge.on ? { minDelayMs: hedge.minDelaySeconds * 1000, share: hedge.share } : null,
      degradedRetryAfterMs: degraded.retryAfterSeconds * 1000,
    },
  };
}
