import type { ProviderView } from '#lib/contract/api.ts';
import type { EndOverlap } from '#lib/contract/onboarding.ts';
import type { ProviderRow, StoredCredential } from '#lib/store/providers.ts';
import { change } from '../change.ts';
import { found, requireVersion, sameJson } from '../checks.ts';
import type { ControlContext } from '../context.ts';
import { ownerOf, resolveCredential } from '../credential.ts';
import { ControlError } from '../errors.ts';
import { type KeyPlace, keyPlace, withKeys } from './key-place.ts';
import { viewProvider } from './view.ts';

export interface EndOverlapInput extends EndOverlap {
  slug: string;
  /** The version that the caller read. */
  expectedVersion: number;
}

/**
 * Ends the overlap of two keys at once. `keep: 'old'` goes back to the key before the rotation.
 * @throws ControlError `not_found`, `stale_version`, `conflict` when there is one key alone
 */
export async function endOverlap({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: EndOverlapInput;
}): Promise<ProviderView> {
  const { slug, expectedVersion, endpoint, keep } = input;
  return change(ctx, 'config', async ({ tx, atWallMs, audit }) => {
    const row = found(await tx.providers.get(slug), 'provider', slug);
    requireVersion(row.version, expectedVersion, `The provider "${slug}"`, viewProvider(ctx, row));
    const place = keyPlace(row, endpoint);
    const { previous } = place;
    if (previous === null || previous.untilWallMs <= atWallMs) {
      throw new ControlError('conflict', `${place.id} has one key alone: there is no overlap to end.`);
    }
    const credential = keep === 'new' ? place.credential : broughtBack(ctx, row, place, previous.credential);
    await tx.providers.update(expectedVersion, withKeys(row, endpoint, { credential, previous: null }));
    await audit({
      action: 'provider.rotate.end',
      entity: 'provider',
      entityId: slug,
      summary:
        keep === 'new'
          ? `Ended the overlap of two keys of ${place.id}: the new one is used alone.`
          : `Went back to the old key of ${place.id}: the new one is not used any more.`,
      before: { overlapUntilWallMs: previous.untilWallMs },
      after: { overlapUntilWallMs: null },
    });
    return viewProvider(ctx, found(await tx.providers.get(slug), 'provider', slug));
  });
}

/** An endpoint whose old key is still the provider's has none of its own again, so that the provider's next key is its too. */
function broughtBack(
  ctx: ControlContext,
  row: ProviderRow,
  place: KeyPlace,
  credential: StoredCredential,
): StoredCredential | null {
  if (place.id === row.slug) return credential;
  const { key } = resolveCredential(ctx, credential, place.owner);
  const shared = resolveCredential(ctx, row.credential, ownerOf(row.slug)).key;
  const same = key === null ? sameJson(credential, row.credential) : key === shared;
  return same ? null : credential;
}
