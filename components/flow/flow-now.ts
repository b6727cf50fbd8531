import { formatActor } from '#components/ui/format.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import type { Policy } from '#lib/contract/policy.ts';
import { chainRoles, type DraftEntry } from './chain-draft.ts';
import { type TargetIndex, targetLabel } from './target-label.ts';

/** Why a target would not be called at this moment; null: it would. */
export interface Blocked {
  kind: 'forced_open' | 'open' | 'cooldown';
  why: string;
  /** When it may be called again, wall-clock ms; null: not known, or until cleared. */
  untilWallMs: number | null;
}

export type BreakerLookup = (scope: BreakerView['scope'], id: string) => BreakerView | undefined;

/** Looks at the target's three scopes, the widest first, as the gateway does. */
export function blockedTarget(slug: string, targets: TargetIndex, breakers: BreakerLookup): Blocked | null {
  const target = targets.get(slug);
  const leaf = breakers('target', slug);
  const scopes = target
    ? [breakers('provider', target.provider), breakers('endpoint', target.endpointId), leaf]
    : [leaf];
  const known = scopes.filter((view) => view !== undefined);
  const forced = known.find((view) => view.effective === 'forced_open');
  if (forced !== undefined) {
    const until = forced.override?.expiresAtWallMs ?? null;
    const by =
      forced.override === null ? '' : ` by ${formatActor(forced.override.by)}: ${forced.override.reason}`;
    return { kind: 'forced_open', why: `forced open${by}`, untilWallMs: until };
  }
  if (leaf?.cooldown) {
    return { kind: 'cooldown', why: leaf.cooldown.message, untilWallMs: leaf.cooldown.untilWallMs };
  }
  const open = known.find((view) => view.effective === 'open');
  return open === undefined ? null : { kind: 'open', why: open.why, untilWallMs: open.openUntilWallMs };
}

export interface FlowNow {
  primary: string | null;
  /** Who answers now; null: nobody, callers are refused. */
  servedBy: string | null;
  /** For mixed flows when high stakes are served otherwise: who answers those; undefined: the same. */
  highStakes: string | null | undefined;
  degraded: boolean;
  /** Why the primary does not answer. */
  blocked: Blocked | null;
}

/** Who answers a flow at this moment, from the breakers alone. */
export function flowNow(
  draft: readonly DraftEntry[],
  policy: Policy,
  targets: TargetIndex,
  breakers: BreakerLookup,
): FlowNow {
  const roles = chainRoles(draft, targets);
  const open = draft.flatMap((entry, at) => {
    const role = roles[at] ?? 'disabled';
    const usable = role !== 'disabled' && blockedTarget(entry.target, targets, breakers) === null;
    return usable ? [{ slug: entry.target, role }] : [];
  });
  const primary = draft[roles.indexOf('primary')]?.target ?? null;
  const strict = open.find((entry) => entry.role !== 'backup') ?? null;
  const lenient = open[0] ?? null;
  const normal =
    policy.mode === 'quality' || (policy.mode === 'mixed' && policy.defaultStakes === 'high')
      ? strict
      : lenient;
  const differs = policy.mode === 'mixed' && policy.defaultStakes === 'low' && strict?.slug !== lenient?.slug;
  return {
    primary,
    servedBy: normal?.slug ?? null,
    highStakes: differs ? (strict?.slug ?? null) : undefined,
    degraded: normal === null || normal.role === 'backup',
    blocked: primary === null ? null : blockedTarget(primary, targets, breakers),
  };
}

/** The flow's state in words; times are added by whoever shows it. */
export function flowSentence(now: FlowNow, policy: Policy, targets: TargetIndex): string {
  const name = (slug: string) => targetLabel(targets, slug);
  if (now.primary === null) return 'No target of this chain is enabled: every request is refused.';
  if (now.servedBy === now.primary) return `Serving from its primary, ${name(now.primary)}.`;
  const cause = now.blocked === null ? 'is away' : `is ${stateWord(now.blocked)}`;
  const head = `${name(now.primary)} ${cause}; `;
  if (now.servedBy === null)
    return `${head}nobody may answer, so callers are told “${policy.degraded.message}”`;
  const badge = !now.degraded
    ? ', the same model'
    : policy.badge.on
      ? ', with the badge'
      : ', without a badge';
  const answered = `${head}answered by ${name(now.servedBy)}${badge}.`;
  if (now.highStakes === undefined) return answered;
  return now.highStakes === null
    ? `${answered} High-stakes requests are told “${policy.degraded.message}”`
    : `${answered} High-stakes requests are answered by ${name(now.highStakes)}.`;
}

function stateWord(blocked: Blocked): string {
  switch (blocked.kind) {
    case 'forced_open':
      return blocked.why;
    case 'cooldown':
      return 'cooling down';
    case 'open':
      return 'open';
    default:
      return blocked.kind satisfies never;
  }
}
