import { seconds } from './breaker-state.ts';
import { pinOf } from './cooldown-keys.ts';
import type { CooldownBlock } from './cooldowns.ts';
import { shareWords } from './derived.ts';
import type { ScopeBlock } from './scopes.ts';
import { decide, type Standing } from './standing.ts';
import type { EngineTarget, FailureClass, ScopeKind, SkipReason } from './types.ts';
import type { ScopeView } from './view-types.ts';

/** Why a target cannot be called now, whatever the request. Times are in the caller's own clock, ms. */
export interface Blocked {
  reason: Extract<SkipReason, 'forced_open' | 'breaker_open' | 'probing' | 'cooldown' | 'auth' | 'quota'>;
  scope: ScopeKind | null;
  scopeId: string | null;
  /** When it may be called by itself; Infinity when waiting does not help. */
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
  const facts = block.derived && scope.kind !== 'target' ? scope.derived.facts(now) : null;
  const text =
    facts === null
      ? scopeText(kind, id, reason, dueAt - now, override, breaker.why(now))
      : derivedText(kind, id, { ...facts, open: facts.open.length }, now);
  return { reason, scope: kind, scopeId: id, dueAt, text, class: null };
}

/** @param scopedUntil when the scopes let it through as well, where one of them keeps it out too */
export function blockedByCooldown(
  block: CooldownBlock,
  target: string,
  now: number,
  scopedUntil: number = now,
): Blocked {
  const { reason, until } = block;
  const text = cooldownText(block, until - now);
  const dueAt = Math.max(until, scopedUntil);
  return { reason, scope: 'target', scopeId: target, dueAt, text, class: block.class };
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
  const decision = decide(views.map((view) => standingOf(view, nowWallMs)));
  const decider = decision === null ? undefined : views[decision.level];
  const scoped =
    decision === null || decider === undefined
      ? null
      : fromView(decider, decision.reason, decision.derived, decision.dueAt, nowWallMs);
  if (scoped?.reason === 'forced_open') return scoped;
  const cooldown = leaf?.cooldown ?? null;
  if (cooldown !== null && cooldown.untilWallMs > nowWallMs) {
    const reason = pinOf(cooldown.class)?.reason ?? 'cooldown';
    const block: CooldownBlock = {
      reason,
      class: cooldown.class,
      message: cooldown.message,
      until: cooldown.untilWallMs,
    };
    return blockedByCooldown(block, target.slug, nowWallMs, scoped?.dueAt);
  }
  return scoped;
}

function standingOf(view: ScopeView | undefined, nowWallMs: number): Standing {
  const none: Standing = {
    forced: null,
    forcedUntil: 0,
    own: null,
    ownDueAt: nowWallMs,
    derived: null,
    derivedDueAt: nowWallMs,
  };
  if (view === undefined) return none;
  const { effective, openUntilWallMs, probe, derived } = view;
  const forcedUntil = view.override?.expiresAtWallMs ?? Number.POSITIVE_INFINITY;
  if ((effective === 'forced_open' || effective === 'forced_closed') && forcedUntil > nowWallMs) {
    return { ...none, forced: effective, forcedUntil };
  }
  const openUntil = openUntilWallMs ?? Number.POSITIVE_INFINITY;
  if (view.shadow === null && view.state === 'open' && openUntil > nowWallMs) {
    none.own = 'breaker_open';
    none.ownDueAt = openUntil;
  } else if (view.shadow === null && probe?.inFlight === true) {
    none.own = 'probing';
    none.ownDueAt = probe.leaseUntilWallMs ?? nowWallMs;
  }
  if (derived !== null && derived.probeAtWallMs === null) none.derived = 'probing';
  else if (derived?.probeAtWallMs != null && derived.probeAtWallMs > nowWallMs) {
    none.derived = 'breaker_open';
    none.derivedDueAt = derived.probeAtWallMs;
  }
  return none;
}

function fromView(
  view: ScopeView,
  reason: ScopeBlock['reason'],
  derived: boolean,
  dueAt: number,
  nowWallMs: number,
): Blocked {
  const { scope, id, override, why } = view;
  const text =
    derived && view.derived !== null
      ? derivedText(
          scope,
          id,
          {
            since: view.derived.sinceWallMs,
            open: view.derived.open.length,
            recent: view.derived.recent,
            probeAt: view.derived.probeAtWallMs,
          },
          nowWallMs,
        )
      : scopeText(scope, id, reason, dueAt - nowWallMs, override, why);
  return { reason, scope, scopeId: id, dueAt, text, class: null };
}

/** "Endpoint a.east is held to be down since 12 s: 3 of the 4 models used there are open. One probe goes out in 4 s." */
function derivedText(
  kind: ScopeKind,
  id: string,
  facts: { since: number; open: number; recent: number; probeAt: number | null },
  now: number,
): string {
  const { since, open, recent, probeAt } = facts;
  const down = now - since < 1_000 ? 'now held to be down' : `held to be down since ${seconds(now - since)}`;
  const cause = `${NAMES[kind]} ${id} is ${down}: ${shareWords(open, recent)}.`;
  if (probeAt === null) return `${cause} Its one probe is out.`;
  return `${cause} One probe goes out in ${seconds(probeAt - now)}.`;
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

/** How long such a text says that it will be, ms, as exactly as it is written: to 0.5 s, below 10 s to 0.05 s; null: it does not. */
export function waitInText(text: string): number | null {
  const found = /(?:for another|goes out in) ([\d.]+) (ms|s)\b/.exec(text);
  return found === null ? null : Number(found[1]) * (found[2] === 's' ? 1_000 : 1);
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
