import type { Impact } from '#lib/contract/api.ts';
import type { BreakerView, Override } from '#lib/contract/breaker-view.ts';
import type { DrainPreview } from '#lib/contract/onboarding.ts';
import type { EngineFlow, EngineTarget } from '#lib/engine/types.ts';
import { engineModel } from '../breaker/engine-model.ts';
import { servingTarget } from '../breaker/impact.ts';
import { standingViews } from '../breaker/standing-views.ts';
import type { ConfigRows } from '../config/document.ts';

export interface DrainImpactInput {
  rows: ConfigRows;
  views: readonly BreakerView[];
  /** Those in force now. */
  overrides: readonly Override[];
  target: string;
  flowRates: ReadonlyMap<string, number>;
  nowWallMs: number;
}

type FlowImpact = Impact['flows'][number];

/** Who serves each flow of a target now, and who would once it is drained. Pure. */
export function drainImpactOf(input: DrainImpactInput): DrainPreview {
  const { rows, target: slug } = input;
  const { flows, targets } = engineModel(rows);
  const drained = new Map(targets);
  const target = targets.get(slug);
  if (target !== undefined) drained.set(slug, { ...target, enabled: false });
  const lookup = standingViews(input.views, input.overrides);
  const touched = flows.filter(({ chain }) => chain.some((entry) => entry.target === slug && entry.enabled));
  const moves = touched.map((flow): Move => {
    const serving = (by: ReadonlyMap<string, EngineTarget>) =>
      servingTarget(flow, by, lookup, input.nowWallMs);
    const before = serving(targets);
    const after = serving(drained);
    return {
      flow,
      impact: {
        slug: flow.slug,
        before: before.target,
        after: after.target,
        perMinute: Math.round(input.flowRates.get(flow.slug) ?? 0),
        degraded: after.degraded,
      },
      nothingLeft: familyOfPrimary(flow, drained) === undefined,
      newModel: familyOfPrimary(flow, targets) !== familyOfPrimary(flow, drained),
    };
  });
  return {
    target: slug,
    sentences: sentences(input, moves),
    flows: moves.map(({ impact }) => impact),
    flowsWithoutTarget: moves.filter(losesAll).map(({ impact }) => impact.slug),
  };
}

interface Move {
  flow: EngineFlow;
  impact: FlowImpact;
  /** Without this target, the first of the chain is another model. */
  newModel: boolean;
  /** Without this target, nothing in the chain is switched on. */
  nothingLeft: boolean;
}

/** The first enabled target's: what a flow's mode and badge are measured by. */
function familyOfPrimary(flow: EngineFlow, targets: ReadonlyMap<string, EngineTarget>): string | undefined {
  const entry = flow.chain.find(({ target, enabled }) => enabled && targets.get(target)?.enabled === true);
  return entry === undefined ? undefined : targets.get(entry.target)?.modelFamily;
}

/** Also when its breaker lets nothing through just now: that ends by itself, a drain does not. */
function losesAll({ impact: { before, after }, nothingLeft }: Move): boolean {
  return nothingLeft || (before !== null && after === null);
}

function sentences({ target }: DrainImpactInput, moves: readonly Move[]): string[] {
  const running = `Calls under way at ${target} finish; no new one begins there.`;
  if (moves.length === 0) return [running, `No flow has ${target} in its chain: nobody's answers change.`];
  const without = moves.filter(losesAll).length;
  return [
    running,
    ...moves.map(moveWords),
    `${count(without, 'flow')} ${without === 1 ? 'is' : 'are'} left without a target.`,
  ];
}

function moveWords(move: Move): string {
  const { impact, newModel } = move;
  const { slug, before, after, perMinute } = impact;
  const rate = `${slug} (${count(perMinute, 'request')} a minute)`;
  if (after === null && !losesAll(move))
    return `${rate} has nobody to answer it now, with or without this target.`;
  if (after === null) return `${rate} is left without a target: its users get the graceful message.`;
  const moves =
    before === after ? `${rate} stays with ${after}` : `${rate} moves from ${before ?? 'nobody'} to ${after}`;
  if (!newModel) return `${moves}.`;
  return `${moves}, and another model becomes its primary: answers by it carry no badge and are not called degraded. To keep the roles, force the target open instead.`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
