import type { ProviderView } from '#lib/contract/api.ts';
import { type CredentialInput, inputFault, type ProviderKind } from '#lib/contract/config.ts';
import type { Rotate } from '#lib/contract/onboarding.ts';
import type { PreviousCredential, ProviderRow, StoredCredential } from '#lib/store/providers.ts';
import { authorise } from '../actor.ts';
import { change } from '../change.ts';
import { found, requireVersion } from '../checks.ts';
import { invalid } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { ownerOf, resolveCredential, sealCredential } from '../credential.ts';
import type { ControlError } from '../errors.ts';
import { keyFrom } from './given-key.ts';
import { type KeyPlace, keyPlace, withKeys } from './key-place.ts';
import { clockUtc } from './overlap.ts';
import { testWords } from './test-words.ts';
import { viewProvider } from './view.ts';

export interface RotateInput extends Rotate {
  slug: string;
  /** The version that the caller read. */
  expectedVersion: number;
}

/**
 * Puts a new key in use, tested first. For `overlapSeconds` the one before it is kept for calls that the vendor refuses with the new
 * one, so that no request fails while a key is being switched at the vendor.
 * @throws ControlError `not_found`, `stale_version`, `invalid` (the new key is refused, or is the one in use), `gateway_unavailable`
 * when nobody is there to test it
 */
export async function rotateCredential({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: RotateInput;
}): Promise<ProviderView> {
  authorise(ctx);
  const { slug, expectedVersion, endpoint, overlapSeconds, skipTest } = input;
  const before = current(ctx, await ctx.store.providers.get(slug), slug, expectedVersion);
  keyPlace(before, endpoint);
  if (skipTest) refuseBadForm(before.kind, input.credential);
  else {
    const key = keyFrom(ctx, before.kind, input.credential, 'credential');
    // Outside the transaction, which a slow vendor must not hold up.
    await refuseBadKey(ctx, before, endpoint, key);
  }
  const rotated = await change(ctx, 'config', async ({ tx, atWallMs, audit }) => {
    const row = current(ctx, await tx.providers.get(slug), slug, expectedVersion);
    const place = keyPlace(row, endpoint);
    const credential = sealCredential(ctx, input.credential, place.credential, place.owner, 'credential');
    if (sameKey(credential, place.credential)) throw alreadyInUse();
    const previous = keptKey(ctx, row, place, atWallMs, overlapSeconds);
    await tx.providers.update(expectedVersion, withKeys(row, endpoint, { credential, previous }));
    await audit({
      action: 'provider.rotate',
      entity: 'provider',
      entityId: slug,
      summary: `Rotated the key of ${place.id}.${overlapWords(previous, atWallMs)}${skipTest ? ' The new key was not tested.' : ''}`,
      before: { overlapUntilWallMs: place.previous?.untilWallMs ?? null },
      after: { overlapUntilWallMs: previous?.untilWallMs ?? null },
    });
    return found(await tx.providers.get(slug), 'provider', slug);
  });
  // Only now has the gateway forgotten what it said of the key before.
  return viewProvider(ctx, rotated);
}

function current(
  ctx: ControlContext,
  row: ProviderRow | null,
  slug: string,
  expectedVersion: number,
): ProviderRow {
  const provider = found(row, 'provider', slug);
  requireVersion(provider.version, expectedVersion, `The provider "${slug}"`, viewProvider(ctx, provider));
  return provider;
}

function sameKey(a: StoredCredential | null, b: StoredCredential | null): boolean {
  if (a === null || b === null) return false;
  return 'env' in a ? 'env' in b && a.env === b.env : 'sealed' in b && a.sealed === b.sealed;
}

/** A variable that is not set yet may be named: that is the provider's problem then, and shown as such. */
function refuseBadForm(kind: ProviderKind, credential: CredentialInput): void {
  const message = inputFault(kind, credential);
  if (message !== null) throw invalid([{ path: 'credential', message }]);
}

function alreadyInUse(): ControlError {
  return invalid([{ path: 'credential', message: 'This is the key that is in use already.' }]);
}

/** Asks the vendor with the new key, at the endpoint that will use it. */
async function refuseBadKey(
  ctx: ControlContext,
  row: ProviderRow,
  endpoint: string | undefined,
  credential: string | null,
): Promise<void> {
  const users = row.endpoints.filter((own) =>
    endpoint === undefined ? own.credential === null : own.slug === endpoint,
  );
  const place = users[0];
  // Every endpoint has a key of its own: nobody would call with this one.
  if (place === undefined) return;
  const targets = await ctx.store.targets.list();
  const target = targets.find((one) => one.provider === row.slug && one.endpoint === place.slug);
  const { kind } = row;
  const { baseUrl, region } = place;
  const call = { kind, baseUrl, region, credential, model: null, deployment: null };
  let { failure } = await ctx.gateway.testCall(call);
  let model: string | null = null;
  if (failure?.code === 'no_list') {
    // A vendor without a list, and nothing there that would be called with the key.
    if (target === undefined) return;
    model = target.model;
    const { deployment } = target;
    failure = (await ctx.gateway.testCall({ ...call, model, deployment })).failure;
  }
  if (failure === null) return;
  const words = testWords(failure, { vendor: row.name, baseUrl, model });
  const said = words.said === null ? '' : ` It said: “${words.said}”.`;
  throw invalid([
    { path: 'credential', message: `${words.message}${said} Nothing was changed.` },
    { path: 'skipTest', message: 'To store it all the same, send skipTest: true.' },
  ]);
}

/**
 * The key that answers where the new one is refused. Of two that overlap already that is the one in use, unless the vendor refuses
 * it: then the one before it is the one that works.
 */
function keptKey(
  ctx: ControlContext,
  row: ProviderRow,
  place: KeyPlace,
  atWallMs: number,
  overlapSeconds: number,
): PreviousCredential | null {
  if (overlapSeconds === 0) return null;
  const untilWallMs = atWallMs + overlapSeconds * 1000;
  const { previous } = place;
  const refused = ctx.gateway.refusedKeys().has(place.id);
  if (previous !== null && previous.untilWallMs > atWallMs && refused) {
    return { credential: previous.credential, untilWallMs };
  }
  const credential = place.credential ?? inherited(ctx, row, place);
  return credential === null ? null : { credential, untilWallMs };
}

/** An endpoint that gets its first key of its own has used the provider's, which is sealed for the provider's row. */
function inherited(ctx: ControlContext, row: ProviderRow, place: KeyPlace): StoredCredential | null {
  const { credential } = row;
  if (place.id === row.slug || credential === null || 'env' in credential) return credential;
  const { key } = resolveCredential(ctx, credential, ownerOf(row.slug));
  return key === null ? null : { sealed: ctx.store.secrets.seal(key, place.owner) };
}

function overlapWords(previous: PreviousCredential | null, nowWallMs: number): string {
  if (previous === null) return ' The old one is not used any more.';
  return ` The old one may be used until ${clockUtc(previous.untilWallMs, nowWallMs)}, where the new one is refused.`;
}
