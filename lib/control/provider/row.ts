import type { ConfigProvider, CredentialInput } from '#lib/contract/config.ts';
import type { EndpointRow, NewProvider, ProviderRow } from '#lib/store/providers.ts';
import type { ControlContext } from '../context.ts';
import { ownerOf, sealCredential } from '../credential.ts';

/**
 * A provider as it will be stored, its credentials sealed; `current` is the row that it replaces, whose stored keys it may keep.
 * `path` leads to the provider in the caller's document: '' or `providers.0.`.
 * @throws ControlError `invalid` when it asks to keep a key that is not there
 */
export function providerRow(
  ctx: Pick<ControlContext, 'store'>,
  input: ConfigProvider,
  current: ProviderRow | null,
  path = '',
): NewProvider {
  return {
    slug: input.slug,
    name: input.name,
    kind: input.kind,
    simulated: current?.simulated ?? false,
    credential: sealCredential(
      ctx,
      input.credential,
      current?.credential ?? null,
      ownerOf(input.slug),
      `${path}credential`,
    ),
    endpoints: endpointRows(ctx, input.slug, input.endpoints, current, path),
  };
}

/** The endpoints of a provider as they will be stored. */
export function endpointRows(
  ctx: Pick<ControlContext, 'store'>,
  provider: string,
  endpoints: readonly { slug: string; region?: string; baseUrl: string; credential?: CredentialInput }[],
  current: ProviderRow | null,
  path = '',
): EndpointRow[] {
  return endpoints.map((endpoint, n) => {
    const before = current?.endpoints.find(({ slug }) => slug === endpoint.slug) ?? null;
    return {
      slug: endpoint.slug,
      region: endpoint.region ?? null,
      baseUrl: endpoint.baseUrl,
      credential: sealCredential(
        ctx,
        endpoint.credential,
        before?.credential ?? null,
        ownerOf(provider, endpoint.slug),
        `${path}endpoints.${n}.credential`,
      ),
    };
  });
}
