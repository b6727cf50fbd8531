import type { ProviderView } from '#lib/contract/api.ts';
import { endpointId } from '#lib/contract/slug.ts';
import type { ProviderRow } from '#lib/store/providers.ts';
import type { ControlContext } from '../context.ts';
import { viewCredential } from '../credential.ts';
import { problemsOf } from '../snapshot/build.ts';

/** What is shown of a provider; never a key. */
export function viewProvider(ctx: Pick<ControlContext, 'env' | 'store'>, row: ProviderRow): ProviderView {
  return {
    slug: row.slug,
    name: row.name,
    kind: row.kind,
    simulated: row.simulated,
    credential: viewCredential(ctx, row.credential),
    endpoints: row.endpoints.map((endpoint) => ({
      id: endpointId(row.slug, endpoint.slug),
      slug: endpoint.slug,
      region: endpoint.region,
      baseUrl: endpoint.baseUrl,
      credential: viewCredential(ctx, endpoint.credential),
    })),
    problems: problemsOf(ctx, row),
    version: row.version,
  };
}
