import { enginePolicy, rateLimitScope } from '#lib/contract/engine-terms.ts';
import { endpointId } from '#lib/contract/slug.ts';
import type { EngineFlow, EngineTarget } from '#lib/engine/types.ts';
import type { FlowRow } from '#lib/store/flows.ts';
import type { TargetRow } from '#lib/store/targets.ts';
import type { ConfigRows } from '../config/document.ts';

/** The configuration in the engine's terms: what the gateway's engine is configured with, without the keys. */
export function engineModel(rows: ConfigRows): { flows: EngineFlow[]; targets: Map<string, EngineTarget> } {
  return {
    flows: rows.flows.map(({ slug, published }) => engineFlow(slug, published)),
    targets: new Map(rows.targets.map((target) => [target.slug, engineTarget(target, rows)])),
  };
}

/** A chain and a policy, published or not, as the engine runs them. */
export function engineFlow(
  slug: string,
  { chain, policy }: Pick<FlowRow['published'], 'chain' | 'policy'>,
): EngineFlow {
  return {
    slug,
    chain: chain.map(({ target, enabled }) => ({ target, enabled })),
    policy: enginePolicy(policy),
  };
}

function engineTarget(target: TargetRow, rows: ConfigRows): EngineTarget {
  const id = endpointId(target.provider, target.endpoint);
  const provider = rows.providers.find(({ slug }) => slug === target.provider);
  const endpoint = provider?.endpoints.find(({ slug }) => slug === target.endpoint);
  return {
    slug: target.slug,
    provider: target.provider,
    endpointId: id,
    model: target.model,
    modelFamily: target.modelFamily ?? target.model,
    contextWindow: target.contextWindow,
    capabilities: target.capabilities,
    enabled: target.enabled,
    rateLimitScope: provider === undefined ? 'target' : rateLimitScope(provider.kind),
    credentialId: endpoint === undefined || endpoint.credential === null ? target.provider : id,
    breaker: { ...rows.breaker, ...target.breaker },
    metricsOnly: target.metricsOnly,
  };
}
