import type { FlowView, TargetView } from '#lib/contract/api.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { breakerKey } from '../live/live-state.ts';
import { CONDITIONS, type Condition, conditionOf, enforcedState } from './state-meta.ts';

type ChainEntry = FlowView['chain'][number];

/** One target of a chain as it stands now. */
export interface ChainLink {
  slug: string;
  role: ChainEntry['role'];
  target: TargetView | undefined;
  condition: Condition;
  /** The scope that decides: the target itself, or the endpoint or provider above it. */
  deciding: BreakerView | undefined;
  /** New calls get through its breakers. */
  passable: boolean;
  /** The next ordinary request goes here. */
  carrying: boolean;
  /** A backup model in a flow that never serves one. */
  barred: boolean;
}

export interface ChainState {
  links: ChainLink[];
  /** Index of the carrying link; null: nobody serves. */
  carryingAt: number | null;
}

export interface ChainInput {
  flow: Pick<FlowView, 'chain' | 'policy'>;
  targets: ReadonlyMap<string, TargetView>;
  breakers: ReadonlyMap<string, BreakerView>;
  now: number | null;
}

/** Who would carry the next ordinary request, and how each of the others stands. */
export function chainState({ flow, targets, breakers, now }: ChainInput): ChainState {
  const bars = barsBackups(flow.policy);
  const links = flow.chain.map((entry): ChainLink => {
    const target = targets.get(entry.target);
    const enabled = entry.enabled && entry.role !== 'disabled' && (target?.enabled ?? true);
    const deciding = decidingView(entry.target, target, breakers);
    const condition = conditionOf({ view: deciding, enabled, now });
    const passable = PASSABLE.has(condition);
    const barred = bars && entry.role === 'backup';
    return {
      slug: entry.target,
      role: entry.role,
      target,
      condition,
      deciding,
      passable,
      carrying: false,
      barred,
    };
  });
  const carryingAt = links.findIndex(
    (link) =>
      link.passable && !link.barred && link.condition !== 'half_open' && link.condition !== 'recovering',
  );
  const fallback = links.findIndex((link) => link.passable && !link.barred);
  const at = carryingAt >= 0 ? carryingAt : fallback;
  if (at < 0) return { links, carryingAt: null };
  return { links: links.map((link, n) => (n === at ? { ...link, carrying: true } : link)), carryingAt: at };
}

const PASSABLE: ReadonlySet<Condition> = new Set(['closed', 'half_open', 'recovering', 'forced_closed']);

/** Whether an ordinary request (one that states no stakes) may be answered by a backup model. */
export function barsBackups(policy: FlowView['policy']): boolean {
  return policy.mode === 'quality' || (policy.mode === 'mixed' && policy.defaultStakes === 'high');
}

/** "endpoint presumed down": what keeps calls from a target that is not its own; null: nothing. */
export function barredAbove(
  own: BreakerView | undefined,
  deciding: BreakerView | undefined,
): { condition: Condition; text: string } | null {
  if (deciding === undefined || deciding === own || deciding.scope === 'target') return null;
  const condition = enforcedState(deciding);
  return { condition, text: `${deciding.scope} ${CONDITIONS[condition].word.toLowerCase()}` };
}

/**
 * The scope that decides about calls to a target, as the gateway decides: the widest one that is forced open; else, up to the first
 * that is forced, the widest that is presumed down; else the narrowest that is open by itself; else the target's own.
 */
export function decidingView(
  slug: string,
  target: TargetView | undefined,
  breakers: ReadonlyMap<string, BreakerView>,
): BreakerView | undefined {
  const own = breakers.get(breakerKey('target', slug));
  if (target === undefined || own === undefined) return own;
  const levels = [
    own,
    breakers.get(breakerKey('endpoint', target.endpointId)),
    breakers.get(breakerKey('provider', target.provider)),
  ].filter((view) => view !== undefined);
  const forcedOpen = levels.findLast((view) => view.effective === 'forced_open');
  if (forcedOpen !== undefined) return forcedOpen;
  const forced = levels.findIndex((view) => view.override !== null);
  const asked = forced < 0 ? levels : levels.slice(0, forced + 1);
  return (
    asked.findLast((view) => view.effective === 'derived_open') ??
    asked.find((view) => enforcedState(view) === 'open') ??
    own
  );
}
