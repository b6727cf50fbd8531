import type { CredentialInput, CredentialView } from '#lib/contract/config.ts';
import { endpointId } from '#lib/contract/slug.ts';
import type { StoredCredential } from '#lib/store/providers.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './errors.ts';

const NOTHING_STORED = 'There is no stored credential to keep: write { apiKey: "..." } or { env: NAME }.';

/** The row that a sealed credential is bound to. */
export function ownerOf(provider: string, endpoint?: string): string {
  return endpoint === undefined ? `provider:${provider}` : `endpoint:${endpointId(provider, endpoint)}`;
}

/**
 * A credential as it will be stored. `{ stored: true }` keeps `current`; a key equal to the stored one keeps its ciphertext, so that
 * saving it again is no change.
 *
 * @throws ControlError `invalid` at `path` when there is nothing stored to keep
 */
export function sealCredential(
  ctx: Pick<ControlContext, 'store'>,
  input: CredentialInput | null | undefined,
  current: StoredCredential | null,
  owner: string,
  path: string,
): StoredCredential | null {
  if (input === null || input === undefined) return null;
  if ('env' in input) return { env: input.env };
  if ('stored' in input) {
    if (current !== null && 'sealed' in current) return current;
    throw new ControlError('invalid', NOTHING_STORED, { issues: [{ path, message: NOTHING_STORED }] });
  }
  if (current !== null && 'sealed' in current && opensTo(ctx, current.sealed, owner) === input.apiKey) {
    return current;
  }
  return { sealed: ctx.store.secrets.seal(input.apiKey, owner) };
}

/** What is ever shown of a credential. */
export function viewCredential(
  ctx: Pick<ControlContext, 'env'>,
  credential: StoredCredential | null,
): CredentialView | null {
  if (credential === null) return null;
  if ('env' in credential) return { env: credential.env, present: isSet(ctx.env(credential.env)) };
  return { stored: true };
}

/** The key in clear, or what stands in the way, in words. */
export function resolveCredential(
  ctx: Pick<ControlContext, 'env' | 'store'>,
  credential: StoredCredential | null,
  owner: string,
): { key: string | null; problem: string | null } {
  if (credential === null) return { key: null, problem: null };
  if ('env' in credential) {
    const key = ctx.env(credential.env);
    return isSet(key) ? { key, problem: null } : { key: null, problem: `${credential.env} is not set.` };
  }
  try {
    return { key: ctx.store.secrets.open(credential.sealed, owner), problem: null };
  } catch (error) {
    return { key: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

function opensTo(ctx: Pick<ControlContext, 'store'>, sealed: string, owner: string): string | null {
  try {
    return ctx.store.secrets.open(sealed, owner);
  } catch {
    // Sealed under another key: then the new one replaces it.
    return null;
  }
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
