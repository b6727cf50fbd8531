import type { FlowView, TargetView } from '#lib/contract/api.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { type ChainLink, chainState } from '../breaker/chain-state.ts';
import { formatActor, formatShare } from '../ui/format.ts';
import { targetLabel } from './target-label.ts';

export interface FlowNowInput {
  flow: Pick<FlowView, 'chain' | 'policy'>;
  targets: ReadonlyMap<string, TargetView>;
  breakers: ReadonlyMap<string, BreakerView>;
  /** Server's wall clock, ms; null before it is known. */
  now: number | null;
}

/** Who answers a flow at this moment. */
export interface FlowNow {
  primary: ChainLink | null;
  /** null: nobody, callers are refused. */
  servedBy: ChainLink | null;
  /** Where high-stakes requests are treated otherwise: who answers those; undefined: the same. */
  highStakes: ChainLink | null | undefined;
}

export function flowNow(input: FlowNowInput): FlowNow {
  const servedBy = carrying(input);
  const { policy } = input.flow;
  const lenient = policy.mode === 'mixed' && policy.defaultStakes === 'low';
  const strict = lenient
    ? carrying({ ...input, flow: { ...input.flow, policy: { ...policy, defaultStakes: 'high' } } })
    : servedBy;
  const { links } = chainState(input);
  return {
    primary: links.find((link) => link.role === 'primary') ?? null,
    servedBy,
    highStakes: strict?.slug === servedBy?.slug ? undefined : strict,
  };
}

function carrying(input: FlowNowInput): ChainLink | null {
  const { links, carryingAt } = chainState(input);
  return carryingAt === null ? null : (links[carryingAt] ?? null);
}

/** The flow's state in words. `clock` writes an instant. */
export function flowSentence(
  flowAtNow: FlowNow,
  input: Pick<FlowNowInput, 'flow' | 'targets'>,
  clock: (wallMs: number) => string,
): string {
  const { primary, servedBy, highStakes } = flowAtNow;
  const { policy } = input.flow;
  const name = (link: ChainLink) => targetLabel(input.targets, link.slug);
  if (primary === null) return 'No target of this chain is enabled: every request is refused.';
  if (servedBy?.slug === primary.slug) return `Serving from its primary, ${name(primary)}.`;
  const head = `${name(primary)} ${away(primary, clock)}; `;
  if (servedBy === null) return `${head}nobody may answer, so callers are told “${policy.degraded.message}”`;
  const manner =
    servedBy.role !== 'backup'
      ? ', the same model'
      : policy.badge.on
        ? ', with the badge'
        : ', without a badge';
  const answered = `${head}answered by ${name(servedBy)}${manner}.`;
  if (highStakes === undefined) return answered;
  if (highStakes?.condition === 'half_open') {
    return `${answered} High-stakes requests wait for the probes of ${name(highStakes)}.`;
  }
  return highStakes === null
    ? `${answered} High-stakes requests are told “${policy.degraded.message}”`
    : `${answered} High-stakes requests are answered by ${name(highStakes)}.`;
}

/** "is open since 02:51 (5 failures in a row)" */
function away(link: ChainLink, clock: (wallMs: number) => string): string {
  const view = link.deciding;
  const scope = view === undefined || view.scope === 'target' ? '' : ` with its ${view.scope} ${view.id}`;
  switch (link.condition) {
    case 'forced_open': {
      const by = view?.override ? ` by ${formatActor(view.override.by)} (${view.override.reason})` : '';
      return `is forced open${scope}${by}`;
    }
    case 'open':
      return view === undefined
        ? 'is open'
        : `is open${scope} since ${clock(view.outageSinceWallMs ?? view.sinceWallMs)} (${shortWhy(view.why)})`;
    case 'derived_open':
      return view?.derived
        ? `is passed over${scope} since ${clock(view.derived.sinceWallMs)} (${shortWhy(view.derived.why)})`
        : `is passed over${scope}`;
    case 'recovering':
      return view?.ramp
        ? `is taking its traffic back, ${formatShare(view.ramp.share)} for now`
        : 'is taking its traffic back';
    case 'half_open':
      return 'is being probed';
    case 'cooling':
      return view?.cooldown ? `is cooling down until ${clock(view.cooldown.untilWallMs)}` : 'is cooling down';
    case 'closed':
    case 'forced_closed':
    case 'disabled':
    case 'unknown':
      return 'is away';
    default:
      return link.condition satisfies never;
  }
}

/** The cause alone, in the middle of a sentence: what the provider said about it stands elsewhere. */
export function shortWhy(why: string): string {
  const plain = why.replace(/\.$/, '');
  const cause = plain.length > 60 ? (plain.split(': ')[0] ?? plain) : plain;
  return /^[A-Z][a-z]* /.test(cause) ? cause.charAt(0).toLowerCase() + cause.slice(1) : cause;
}
