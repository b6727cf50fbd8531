import { indexTargets, type TargetIndex } from '#components/flow/target-label.ts';
import type { ProviderView, TargetView } from '#lib/contract/api.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import type { CredentialView, ProviderKind } from '#lib/contract/config.ts';
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
      capabilities: ['prefill'],
    }),
    targetView('gpt-azure', {
      provider: 'azure',
      providerName: 'Azure',
      endpoint: 'global',
      endpointId: 'azure.global',
      region: 'global',
    }),
  ]);
}

/** The accounts behind them. @param credentials of endpoints that have their own */
export function demoProviders(credentials: Record<string, CredentialView> = {}): ProviderView[] {
  const provider = (slug: string, name: string, kind: ProviderKind, endpoints: string[]): ProviderView => ({
    slug,
    name,
    kind,
    simulated: true,
    credential: { stored: true },
    overlap: null,
    endpoints: endpoints.map((endpoint) => ({
      id: `${slug}.${endpoint}`,
      slug: endpoint,
      region: endpoint,
      baseUrl: 'https://example.com',
      credential: credentials[`${slug}.${endpoint}`] ?? null,
      overlap: null,
    })),
    problems: [],
    version: 1,
  });
  return [
    provider('openai', 'OpenAI', 'openai', ['us-east', 'eu-west']),
    provider('anthropic', 'Anthropic', 'anthropic', ['global']),
    provider('azure', 'Azure', 'azure-openai', ['global']),
  ];
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
