import type { ChainPlan } from './select-plan.ts';
import type { EngineTarget } from './types.ts';

/** Whether this is a model of another family than the primary's. */
export function isBackup({ primary }: ChainPlan, target: EngineTarget): boolean {
  return primary !== null && target.modelFamily !== primary.modelFamily;
}

/**
 * Targets of the plan that may be callable by now or soon, in the chain's order: the candidates, and those that only their breakers
 * or a cooldown kept out when the plan was made. A recovering one that gave way stays out until it has been called in its turn:
 * waiting for others is no reason to send it what its ramp spares it.
 * @param called whether a target has been called for this request
 */
export function soonCallable(plan: ChainPlan, called: (slug: string) => boolean): string[] {
  const spared = new Set<string>();
  const found: string[] = [];
  for (const step of plan.steps) {
    if (step.kind === 'candidate') {
      const { slug } = step.target;
      if (!spared.has(slug) || called(slug)) found.push(slug);
    } else if (step.reason === 'ramp') spared.add(step.target);
    else if (step.reason === 'breaker_open' || step.reason === 'probing' || step.reason === 'cooldown') {
      found.push(step.target);
    }
  }
  return found;
}
