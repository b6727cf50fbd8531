import type { EngineTarget, FailureClass } from './types.ts';

/** A target's cooldown keys, spelled out once at configuration. */
export interface CooldownKeys {
  target: string;
  account: string;
  credential: string;
  /** Where a 429 goes: the account's where limits are the account's, else the target's. */
  limit: string;
  all: readonly string[];
}

export function cooldownKeys(target: EngineTarget): CooldownKeys {
  const own = `target:${target.slug}`;
  const account = `account:${target.credentialId}:${target.model}`;
  const credential = `credential:${target.credentialId}`;
  const limit = target.rateLimitScope === 'account' ? account : own;
  return { target: own, account, credential, limit, all: [own, account, credential] };
}

/** A pin stays until a call goes through; one is let through every `retryMs` to find out. */
export interface Pin {
  reason: 'auth' | 'quota';
  retryMs: number;
}

const AUTH: Pin = Object.freeze({ reason: 'auth', retryMs: 300_000 });
const QUOTA: Pin = Object.freeze({ reason: 'quota', retryMs: 3_600_000 });

/** The pin that a class asks for; null for those that merely cool. */
export function pinOf(failureClass: FailureClass): Pin | null {
  switch (failureClass) {
    case 'auth':
    case 'permission':
    case 'provider_access_denied':
      return AUTH;
    case 'quota_exhausted':
      return QUOTA;
    default:
      return null;
  }
}

/** Breaker failures whose Retry-After is honoured as a cooldown too. */
export function coolsWithHint(failureClass: FailureClass): boolean {
  return failureClass === 'overloaded' || failureClass === 'server_error';
}
