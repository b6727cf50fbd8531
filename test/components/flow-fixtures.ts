import { indexTargets, type TargetIndex } from '#components/flow/target-label.ts';
import type { TargetView } from '#lib/contract/api.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';

export function targetView(slug: string, own: Partial<TargetView>): TargetView {
  return {
    slug,
    provider: 'openai',
    providerName: 'OpenAI',
    endpoint: 'us-east',
    endpointId: 'openai.us-east',
    region: 'us-east',
    model: 'gpt-4o',
    deployment: null,
    modelFamily: 'gpt-4o',
    contextWindow: null,
    capabilities: null,
    enabled: true,
    simulated: true,
    breaker: {},
    effectiveBreaker: {},
    flows: [],
    version: 1,
    ...own,
  };
}

/** One model in two regions, a smaller one beside it, another vendor's, and a target that is switched off. */
export function demoTargets(): TargetIndex {
  return indexTargets([
    targetView('gpt-us', {}),
    targetView('gpt-eu', { endpoint: 'eu-west', endpointId: 'openai.eu-west', region: 'eu-west' }),
    targetView('mini', { model: 'gpt-mini', modelFamily: 'gpt-mini' }),
    targetView('off', { model: 'gpt-old', modelFamily: 'gpt-old', enabled: false }),
    targetView('claude', {
      provider: 'anthropic',
      providerName: 'Anthropic',
      endpoint: 'global',
      endpointId: 'anthropic.global',
      region: 'global',
      model: 'claude-sonnet',
      modelFamily: 'claude-sonnet',
    }),
  ]);
}

export function breakerView(scope: BreakerView['scope'], id: string, own: Partial<BreakerView>): BreakerView {
  return {
    scope,
    id,
    seq: 1,
    state: 'closed',
    effective: 'closed',
    sinceWallMs: 0,
    reason: 'initial',
    why: 'No calls yet.',
    trips: 0,
    outageSinceWallMs: null,
    openUntilWallMs: null,
    probe: null,
    window: { seconds: 60, ok: 0, slow: 0, failure: 0, consecutiveFailures: 0, late: 0, buckets: [] },
    errors: [],
    cooldown: null,
    override: null,
    inFlight: 0,
    ...own,
  };
}
