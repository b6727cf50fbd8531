import type { ExplainStep, Explanation } from '#lib/contract/explain.ts';
import { CONDITIONS, type Role } from '../breaker/state-meta.ts';

/** Where a step stands in the plan, in a word or two. */
export function verdictWords(
  step: ExplainStep,
  explanation: Pick<Explanation, 'primary' | 'lastResort'>,
): string {
  switch (step.verdict) {
    case 'chosen':
      if (step.target === explanation.lastResort) return 'called as a last resort';
      // Something keeps calls from it that a patient flow waits for.
      return step.reason === null ? 'called first' : 'waited for';
    case 'standby':
      return 'stands by';
    case 'skipped':
      return 'passed over';
    default:
      return step.verdict satisfies never;
  }
}

/** "primary", "alternate: same model", "backup model" */
export function roleWords(step: ExplainStep, { primary }: Pick<Explanation, 'primary'>): string {
  if (step.target === primary) return 'primary';
  if (step.reason === 'disabled') return 'disabled';
  return step.alternate ? 'alternate: same model' : 'backup model';
}

/** Skips for the request's own sake are quiet; those because something is wrong have a colour. */
const REASON_ROLES: Readonly<Record<string, Role>> = {
  breaker_open: CONDITIONS.open.role,
  forced_open: CONDITIONS.forced_open.role,
  probing: CONDITIONS.half_open.role,
  ramp: CONDITIONS.recovering.role,
  cooldown: CONDITIONS.cooling.role,
  auth: CONDITIONS.open.role,
  quota: CONDITIONS.open.role,
};

export function stepRole(step: ExplainStep): Role {
  switch (step.verdict) {
    case 'chosen':
      return 'carry';
    case 'standby':
      return 'stale';
    case 'skipped':
      return REASON_ROLES[step.reason ?? ''] ?? 'stale';
    default:
      return step.verdict satisfies never;
  }
}
