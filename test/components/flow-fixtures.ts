import { indexTargets, type TargetIndex } from '#components/flow/target-label.ts';
import type { TargetView } from '#lib/contract/api.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { target } from './live-factories.ts';

/** A target of the demo. */
export function targetView(slug: string, own: Partial<TargetView>): TargetView {
  return target(slug, { simulated: true, ...own });
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
    derived: null,
    ramp: null,
    shadow: null,
    ...own,
  };
}
