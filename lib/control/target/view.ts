import type { TargetView } from '#lib/contract/api.ts';
import { endpointId } from '#lib/contract/slug.ts';
import type { TargetRow } from '#lib/store/targets.ts';
import type { ConfigRows } from '../config/document.ts';

/** What is shown of a target: with its place, its flows and the breaker settings in force. */
export function viewTarget(row: TargetRow, rows: ConfigRows): TargetView {
  const provider = rows.providers.find(({ slug }) => slug === row.provider);
  const endpoint = provider?.endpoints.find(({ slug }) => slug === row.endpoint);
  return {
    slug: row.slug,
    provider: row.provider,
    providerName: provider?.name ?? row.provider,
    endpoint: row.endpoint,
    endpointId: endpointId(row.provider, row.endpoint),
    region: endpoint?.region ?? null,
    model: row.model,
    deployment: row.deployment,
    modelFamily: row.modelFamily ?? row.model,
    contextWindow: row.contextWindow,
    capabilities: row.capabilities,
    enabled: row.enabled,
    simulated: provider?.simulated ?? false,
    breaker: { ...row.breaker },
    effectiveBreaker: { ...rows.breaker, ...row.breaker },
    metricsOnly: row.metricsOnly,
    prices: row.prices,
    flows: rows.flows
      .filter(({ published }) => published.chain.some(({ target }) => target === row.slug))
      .map(({ slug }) => slug),
    version: row.version,
  };
}
