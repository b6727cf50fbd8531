import type { Impact } from '#lib/contract/api.ts';
import type { BreakerView, Override } from '#lib/contract/breaker-view.ts';
import { blockedByViews } from '#lib/engine/blocked.ts';
import { planChain } from '#lib/engine/select-plan.ts';
import type { EngineFlow, EngineTarget } from '#lib/engine/types.ts';
import type { ConfigRows } from '../config/document.ts';
import { engineModel } from './engine-model.ts';
import { impactSentences } from './impact-sentences.ts';
import { asScopeView, standingViews, type ViewLookup } from './standing-views.ts';

export interface ImpactInput {
  rows: ConfigRows;
  views: readonly BreakerView[];
  /** Those in force now. */
  overrides: readonly Override[];
  /** The one that is being thought about. */
  proposed: Override;
  flowRates: ReadonlyMap<string, number>;
  nowWallMs: number;
}

type FlowImpact = Impact['flows'][number];

/** Who serves each flow that the scope can touch, now and under the proposed override. Pure. */
export function impactOf(input: ImpactInput): Impact {
  const { rows, views, overrides, proposed } = input;
  const { flows, targets } = engineModel(rows);
  const others = overrides.filter(({ scope, id }) => scope !== proposed.scope || id !== proposed.id);
  const now = standingViews(views, overrides);
  const then = standingViews(views, [...others, proposed]);
  const touched = flows.filter((flow) => touches(flow, targets, proposed));
  const compared = touched.map((flow) => compare(flow, targets, now, then, input));
  return {
    scope: proposed.scope,
    id: proposed.id,
    kind: proposed.kind,
    sentences: impactSentences(proposed, compared, then),
    flows: compared,
    flowsWithoutTarget: compared
      .filter(({ before, after }) => before !== null && after === null)
      .map(({ slug }) => slug),
  };
}

function touches(
  flow: EngineFlow,
  targets: ReadonlyMap<string, EngineTarget>,
  { scope, id }: Pick<Override, 'scope' | 'id'>,
): boolean {
  return flow.chain.some((entry) => {
    const target = targets.get(entry.target);
    if (target === undefined || !entry.enabled) return false;
    return { target: target.slug, endpoint: target.endpointId, provider: target.provider }[scope] === id;
  });
}

function compare(
  flow: EngineFlow,
  targets: ReadonlyMap<string, EngineTarget>,
  now: ViewLookup,
  then: ViewLookup,
  { flowRates, nowWallMs }: ImpactInput,
): FlowImpact {
  const before = servingTarget(flow, targets, now, nowWallMs);
  const after = servingTarget(flow, targets, then, nowWallMs);
  return {
    slug: flow.slug,
    before: before.target,
    after: after.target,
    perMinute: Math.round(flowRates.get(flow.slug) ?? 0),
    degraded: after.degraded,
  };
}

/** The target that a plain request would be sent to first. */
export function servingTarget(
  flow: EngineFlow,
  targets: ReadonlyMap<string, EngineTarget>,
  lookup: ViewLookup,
  nowWallMs: number,
): { target: string | null; degraded: boolean } {
  const plan = planChain({
    flow,
    target: (slug) => targets.get(slug),
    blocked: (target) => blockedByViews(target, (scope, id) => asScopeView(lookup(scope, id)), nowWallMs),
    needs: { tools: false, vision: false, jsonSchema: false },
    stakes: null,
  });
  const first = plan.steps.find((step) => step.kind === 'candidate')?.target ?? plan.lastResort;
  if (first === null || typeof first === 'string') return { target: null, degraded: true };
  return { target: first.slug, degraded: first.modelFamily !== plan.primary?.modelFamily };
}
