import { endpointId } from '#lib/contract/slug.ts';
import type { NewProvider, PreviousCredential, ProviderRow, StoredCredential } from '#lib/store/providers.ts';
import { found } from '../checks.ts';
import { ownerOf } from '../credential.ts';

/** One of a provider's credentials: its own, or that of one endpoint. */
export interface KeyPlace {
  /** `provider` or `provider.endpoint`, as the gateway and people call it. */
  id: string;
  /** What a sealed key is bound to. */
  owner: string;
  credential: StoredCredential | null;
  previous: PreviousCredential | null;
}

/** @throws ControlError `not_found` when there is no such endpoint */
export function keyPlace(row: ProviderRow, endpoint: string | undefined): KeyPlace {
  if (endpoint === undefined) {
    return { id: row.slug, owner: ownerOf(row.slug), credential: row.credential, previous: row.previous };
  }
  const { credential, previous } = found(
    row.endpoints.find(({ slug }) => slug === endpoint),
    `endpoint of ${row.slug}`,
    endpoint,
  );
  return { id: endpointId(row.slug, endpoint), owner: ownerOf(row.slug, endpoint), credential, previous };
}

/** The row with that credential replaced. */
export function withKeys(
  { version: _version, ...row }: ProviderRow,
  endpoint: string | undefined,
  keys: Pick<KeyPlace, 'credential' | 'previous'>,
): NewProvider {
  const { credential, previous } = keys;
  if (endpoint === undefined) return { ...row, credential, previous };
  return {
    ...row,
    endpoints: row.endpoints.map((own) => (own.slug === endpoint ? { ...own, credential, previous } : own)),
  };
}
