import type { ProviderView } from '#lib/contract/api.ts';
import { endpointId } from '#lib/contract/slug.ts';
import type { ProviderRow } from '#lib/store/providers.ts';
import type { ControlContext } from '../context.ts';
import { viewCredential } from '../credential.ts';
import { problemsOf } from '../snapshot/build.ts';
import { refusedKeyProblems, viewOverlap } from './overlap.ts';

type Viewer = Pick<ControlContext, 'env' | 'store' | 'gateway' | 'now'>;

/** What is shown of a provider; never a key. */
export function viewProvider(ctx: Viewer, row: ProviderRow): ProviderView {
  return {
    slug: row.slug,
    name: row.name,
    kind: row.kind,
    simulated: row.simulated,
    credential: viewCredential(ctx, row.credential),
    overlap: viewOverlap(ctx, row.previous, row.slug),
    endpoints: row.endpoints.map((endpoint) => viewEndpoint(ctx, row.slug, endpoint)),
    problems: [...refusedKeyProblems(ctx, row), ...problemsOf(ctx, row)],
    version: row.version,
  };
}

function viewEndpoint(
  ctx: Viewer,
  provider: string,
  { slug, region, baseUrl, credential, previous }: ProviderRow['endpoints'][number],
): ProviderView['endpoints'][number] {
  const id = endpointId(provider, slug);
  return {
    id,
    slug,
    region,
    baseUrl,
    credential: viewCredential(ctx, credential),
    overlap: viewOverlap(ctx, previous, id),
  };
}
