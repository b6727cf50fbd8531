import { seconds } from './breaker-state.ts';
import { pinOf } from './cooldown-keys.ts';
import type { CooldownBlock } from './cooldowns.ts';
import type { ScopeBlock } from './scopes.ts';
import type { EngineTarget, FailureClass, ScopeKind, SkipReason } from './types.ts';
import type { ScopeView } from './view-types.ts';

/** Why a target cannot be called now, whatever the request. Times are in the caller's own clock, ms. */
export interface Blocked {
  reason: Extract<SkipReason, 'forced_open' | 'breaker_open' | 'probing' | 'cooldown' | 'auth' | 'quota'>;
  scope: ScopeKind | null;
  scopeId: string | null;
  /** When it may change by itself; Infinity when it will not. */
  dueAt: number;
  text: string;
  /** The class of failure behind a cooldown or a pin. */
  class: FailureClass | null;
}

const NAMES: Record<ScopeKind, string> = { target: 'Target', endpoint: 'Endpoint', provider: 'Provider' };

/** The scope's verdict in words, naming the scope that decided. */
export function blockedByScope(block: ScopeBlock, now: number): Blocked {
  const { scope, reason, dueAt } = block;
  const { kind, id, breaker, override } = scope;
  const text = scopeText(kind, id, reason, dueAt - now, override, breaker.why(now));
  return { reason, scope: kind, scopeId: id, dueAt, text, class: null };
}

export function blockedByCooldown(block: CooldownBlock, target: string, now: number): Blocked {
  const { reason, until } = block;
  const text = cooldownText(block, until - now);
  return { reason, scope: 'target', scopeId: target, dueAt: until, text, class: block.class };
}

/**
 * The same judgement from published views, for previews that have no live engine.
 * @param lookup the view of a scope; undefined when it is not known, which blocks nothing
 * @param nowWallMs wall-clock ms, as all times in views; `dueAt` is wall-clock then
 */
export function blockedByViews(
  target: EngineTarget,
  lookup: (scope: ScopeKind, id: string) => ScopeView | undefined,
  nowWallMs: number,
): Blocked | null {
  const leaf = lookup('target', target.slug);
  const views = [leaf, lookup('endpoint', target.endpointId), lookup('provider', target.provider)];
  for (const view of views.toReversed()) {
    if (view?.effective === 'forced_open') return fromView(view, 'forced_open', nowWallMs);
  }
  const cooldown = leaf?.cooldown ?? null;
  if (cooldown !== null && cooldown.untilWallMs > nowWallMs) {
    const reason = pinOf(cooldown.class)?.reason ?? 'cooldown';
    const block: CooldownBlock = {
      reason,
      class: cooldown.class,
      message: cooldown.message,
      until: cooldown.untilWallMs,
    };
    return blockedByCooldown(block, target.slug, nowWallMs);
  }
  for (const view of views) {
    if (view?.effective === 'forced_closed') return null;
    if (view?.effective === 'open') return fromView(view, 'breaker_open', nowWallMs);
    if (view?.effective === 'half_open' && view.probe?.inFlight === true) {
      return fromView(view, 'probing', nowWallMs);
    }
  }
  return null;
}

function fromView(view: ScopeView, reason: ScopeBlock['reason'], nowWallMs: number): Blocked {
  const due =
    reason === 'forced_open'
      ? view.override?.expiresAtWallMs
      : (view.openUntilWallMs ?? view.probe?.leaseUntilWallMs);
  const dueAt = due ?? Number.POSITIVE_INFINITY;
  const text = scopeText(view.scope, view.id, reason, dueAt - nowWallMs, view.override, view.why);
  return { reason, scope: view.scope, scopeId: view.id, dueAt, text, class: null };
}

function scopeText(
  kind: ScopeKind,
  id: string,
  reason: ScopeBlock['reason'],
  dueMs: number,
  override: { by: string; reason: string } | null,
  why: string,
): string {
  const name = `${NAMES[kind]} ${id}`;
  switch (reason) {
    case 'forced_open':
      return override === null
        ? `${name} is forced open.`
        : `${name} is forced open by ${override.by}: ${override.reason}`;
    case 'breaker_open':
      return `${name} is open for another ${seconds(dueMs)}. ${why}`;
    case 'probing':
      return `${name} is half-open and its probe is still out.`;
    default: {
      const never: never = reason;
      return never;
    }
  }
}

function cooldownText(block: CooldownBlock, forMs: number): string {
  const wait = `for another ${seconds(forMs)}`;
  switch (block.reason) {
    case 'auth':
      return `The provider refused the credential (${block.class}); one call is tried every 5 minutes, the next after ${seconds(forMs)}.`;
    case 'quota':
      return `The account's quota is used up; one call is tried every hour, the next after ${seconds(forMs)}.`;
    case 'cooldown':
      return block.class === 'rate_limited'
        ? `Rate limited by the provider: not called ${wait}.`
        : `The provider asked not to be called ${wait} (${block.class}).`;
    default: {
      const never: never = block.reason;
      return never;
    }
  }
}
