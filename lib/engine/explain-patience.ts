import { isBackup, soonCallable } from './patience-plan.ts';
import type { ChainPlan } from './select-plan.ts';
import type { EngineFlow, EngineTarget } from './types.ts';

/** A target of the primary's family that such a request waits for before a backup model is called. */
export interface Awaited {
  target: EngineTarget;
  /** Until it may be called, ms. */
  waitMs: number;
  /** Its probe is out: it is called when that has gone well, which may be sooner. */
  probing: boolean;
}

/**
 * Whom the flow's patience is given to first, by the loop's own rules as far as views know them (budgets and usual times are the
 * loop's alone); null: nobody is waited for.
 */
export function awaited(
  plan: ChainPlan,
  first: EngineTarget | null,
  { policy }: EngineFlow,
  lookup: (slug: string) => EngineTarget | undefined,
  now: number,
): Awaited | null {
  const { patience, maxAttempts, totalMs } = policy;
  if (patience === null || plan.primary === null) return null;
  if (first !== null && !isBackup(plan, first)) return null;
  let best: Awaited | null = null;
  for (const slug of soonCallable(plan, () => false)) {
    const target = lookup(slug);
    if (target === undefined || isBackup(plan, target)) continue;
    const step = plan.steps.find((one) => one.kind === 'skip' && one.target === slug);
    const due = step?.kind === 'skip' ? (step.dueAt ?? Number.POSITIVE_INFINITY) : now;
    const waitMs = Math.max(0, due - now);
    const probing = step?.kind === 'skip' && step.reason === 'probing';
    const others = step === undefined ? plan.candidates - 1 : plan.candidates || (first === null ? 0 : 1);
    const worthIt = maxAttempts > others && (probing || (waitMs <= patience.ms && waitMs < totalMs));
    if (worthIt && (best === null || waitMs < best.waitMs)) best = { target, waitMs, probing };
  }
  return best;
}
