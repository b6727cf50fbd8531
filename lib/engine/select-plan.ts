import type { Blocked } from './blocked.ts';
import type { Random } from './clock.ts';
import type { Unfit } from './run-types.ts';
import type {
  Capability,
  EngineFlow,
  EngineTarget,
  FailureClass,
  RequestNeeds,
  ScopeKind,
  SkipReason,
  Stakes,
} from './types.ts';

/** A target that is passed over, with the scope that decided and why in words. */
export interface Skip {
  kind: 'skip';
  target: string;
  reason: SkipReason;
  scope: ScopeKind | null;
  scopeId: string | null;
  text: string;
  /** When it may be called again, in the caller's clock; null when waiting does not help. */
  dueAt: number | null;
  /** The class of failure behind a cooldown or a pin. */
  class: FailureClass | null;
}

export type PlanStep = { kind: 'candidate'; target: EngineTarget } | Skip;

export interface ChainPlan {
  /** The first enabled entry with an enabled target; null when there is none. */
  primary: EngineTarget | null;
  /** The chain in order; a recovering target that was passed over comes again at its end, for when nobody else answers. */
  steps: PlanStep[];
  /** How many candidates are among the steps. */
  candidates: number;
  /** The target to call when there is no candidate: the one due soonest of those that only their breakers keep out. */
  lastResort: EngineTarget | null;
}

export interface PlanInput {
  flow: EngineFlow;
  /** A target by its slug. */
  target: (slug: string) => EngineTarget | undefined;
  /** What keeps a target from being called now; null: nothing. Pure. */
  blocked: (target: EngineTarget) => Blocked | null;
  needs: RequestNeeds;
  /** From the request; null when it says nothing. */
  stakes: Stakes | null;
  /** The host's own reasons why a target cannot take this request; null: it can. Pure. */
  unfit?: ((target: EngineTarget) => Unfit | null) | undefined;
  /** The share of its traffic, above 0, that a recovering target is to take; 1: all of it. */
  rampShare?: ((target: EngineTarget) => number) | undefined;
  /** Asked once when a target is recovering: it takes this request when the number is below its share. 0 by default. */
  random?: Random | undefined;
}

/** Whether this request may be answered by a model of another family than the primary's. */
export function allowsBackup(flow: EngineFlow, stakes: Stakes | null): boolean {
  switch (flow.policy.mode) {
    case 'availability':
      return true;
    case 'quality':
      return false;
    case 'mixed':
      return (stakes ?? flow.policy.defaultStakes) === 'low';
    default: {
      const never: never = flow.policy.mode;
      return never;
    }
  }
}

/**
 * The order in which a flow's targets would be called for one request, and why the others would not. Pure: the same input
 * gives the same plan, so it serves the failover loop and previews of what an override would do.
 */
export function planChain(input: PlanInput): ChainPlan {
  const { flow } = input;
  const backups = allowsBackup(flow, input.stakes);
  const plan: ChainPlan = { primary: null, steps: [], candidates: 0, lastResort: null };
  let soonest = Number.POSITIVE_INFINITY;
  for (const entry of flow.chain) {
    const target = input.target(entry.target);
    if (target === undefined || !entry.enabled || !target.enabled) {
      plan.steps.push(disabled(entry.target, target, entry.enabled));
      continue;
    }
    plan.primary ??= target;
    const unfit = unfitFor(target, plan.primary, backups, input);
    if (unfit !== null) {
      plan.steps.push(unfit);
      continue;
    }
    const blocked = input.blocked(target);
    if (blocked === null) {
      plan.steps.push({ kind: 'candidate', target });
      plan.candidates += 1;
      continue;
    }
    plan.steps.push(skipBlocked(target, blocked));
    const automatic = blocked.reason === 'breaker_open' || blocked.reason === 'probing';
    if (automatic && blocked.dueAt < soonest) {
      soonest = blocked.dueAt;
      plan.lastResort = target;
    }
  }
  if (plan.candidates > 0) plan.lastResort = null;
  if (plan.candidates > 1 && input.rampShare !== undefined) {
    spareRecovering(plan, input.rampShare, input.random);
  }
  return plan;
}

/** Recovering targets that this request is not to be sent to give way to the others, as long as there are any. */
function spareRecovering(
  plan: ChainPlan,
  rampShare: (target: EngineTarget) => number,
  random: Random | undefined,
): void {
  // Nearly always nobody is; a list is made only when somebody is.
  let recovering: EngineTarget[] | null = null;
  for (const step of plan.steps) {
    if (step.kind !== 'candidate' || rampShare(step.target) >= 1) continue;
    recovering ??= [];
    recovering.push(step.target);
  }
  if (recovering === null) return;
  const drawn = random?.() ?? 0;
  const spared = recovering.filter((target) => drawn >= rampShare(target));
  if (spared.length === plan.candidates) return;
  plan.steps = plan.steps.map((step) =>
    step.kind === 'candidate' && spared.includes(step.target)
      ? ramped(step.target, rampShare(step.target))
      : step,
  );
  for (const target of spared) plan.steps.push({ kind: 'candidate', target });
}

function ramped({ slug }: EngineTarget, share: number): Skip {
  const text = `${slug} is recovering and takes ${Math.round(share * 100)} % of its traffic for now; others are asked first.`;
  return { ...skip(slug, 'ramp', text), scope: 'target', scopeId: slug };
}

export function skipBlocked(target: EngineTarget, blocked: Blocked): Skip {
  const { reason, scope, scopeId, text } = blocked;
  const dueAt = Number.isFinite(blocked.dueAt) ? blocked.dueAt : null;
  return { kind: 'skip', target: target.slug, reason, scope, scopeId, text, dueAt, class: blocked.class };
}

/** A skip that no scope is to blame for. */
export function skip(target: string, reason: SkipReason, text: string): Skip {
  return { kind: 'skip', target, reason, scope: null, scopeId: null, text, dueAt: null, class: null };
}

function disabled(slug: string, target: EngineTarget | undefined, entryEnabled: boolean): Skip {
  if (target === undefined) return skip(slug, 'disabled', `There is no target ${slug}.`);
  return skip(
    slug,
    'disabled',
    entryEnabled ? `Target ${slug} is disabled.` : `Target ${slug} is disabled in this flow.`,
  );
}

function unfitFor(
  target: EngineTarget,
  primary: EngineTarget,
  backups: boolean,
  { needs, unfit }: PlanInput,
): Skip | null {
  if (!backups && target.modelFamily !== primary.modelFamily) {
    const text = `${target.modelFamily} is a backup model, and the flow does not serve one for this request.`;
    return skip(target.slug, 'mode', text);
  }
  const missing = missingCapability(target.capabilities, needs);
  if (missing !== null) {
    const text = `The request needs ${missing}, which ${target.slug} does not have.`;
    return skip(target.slug, 'incapable', text);
  }
  const own = unfit?.(target) ?? null;
  return own === null ? null : skip(target.slug, own.reason, own.text);
}

function missingCapability(has: readonly Capability[] | null, needs: RequestNeeds): Capability | null {
  if (has === null) return null;
  if (needs.tools && !has.includes('tools')) return 'tools';
  if (needs.vision && !has.includes('vision')) return 'vision';
  return needs.jsonSchema && !has.includes('json-schema') ? 'json-schema' : null;
}
