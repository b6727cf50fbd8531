import type { EnginePolicy, EngineTarget } from '../engine/types.ts';
import type { ProviderKind } from './config.ts';
import type { Policy } from './policy.ts';

/** A flow's policy in the engine's terms: the one translation, for live calls, previews and replays. Durations in ms. */
export function enginePolicy(policy: Policy): EnginePolicy {
  const { hedge, primaryPatience: patience } = policy;
  const patient = patience.seconds > 0 && patience.retries > 0;
  return {
    mode: policy.mode,
    defaultStakes: policy.defaultStakes,
    firstTokenMs: policy.timeouts.firstTokenSeconds * 1000,
    idleMs: policy.timeouts.idleSeconds * 1000,
    totalMs: policy.timeouts.totalSeconds * 1000,
    maxRetriesPerTarget: policy.retry.maxPerTarget,
    maxAttempts: policy.retry.maxAttempts,
    failOverOnContentFilter: policy.contentFilter === 'failover',
    failOverOnContextOverflow: policy.contextOverflow === 'larger_window',
    retryBudgetPerSuccess: policy.retry.budgetPerSuccess,
    hedge: hedge.on ? { minDelayMs: hedge.minDelaySeconds * 1000, share: hedge.share } : null,
    patience: patient ? { ms: patience.seconds * 1000, retries: patience.retries } : null,
    degradedRetryAfterMs: policy.degraded.retryAfterSeconds * 1000,
  };
}

/**
 * Whose limits a 429 is about: some vendors meter the account, others a deployment, and the clouds share out what one region has
 * of a model.
 */
export function rateLimitScope(kind: ProviderKind): EngineTarget['rateLimitScope'] {
  switch (kind) {
    case 'openai':
    case 'anthropic':
    case 'google':
      return 'account';
    case 'azure-openai':
    case 'vertex':
    case 'bedrock':
    case 'openai-compatible':
      return 'target';
    default:
      return kind satisfies never;
  }
}
