import type { LiveAttempt } from './live-attempt.ts';
import type { RunState } from './run-state.ts';
import type { ResumeAt, RunOutcome } from './run-types.ts';
import type { Failure } from './types.ts';

/** The outcome of a request that has its answer. @param resume what is done when the answer breaks off */
export function served<T>(
  state: RunState<T>,
  live: LiveAttempt<T>,
  value: T,
  resume: (failure: Failure, at: ResumeAt) => Promise<RunOutcome<T>>,
): RunOutcome<T> {
  const { target } = live.resolved;
  const { flow } = state.request;
  const primary = state.plan.primary ?? target;
  state.around.budgets.succeeded(flow.slug, target.provider, flow.policy.retryBudgetPerSuccess);
  if (target.modelFamily !== primary.modelFamily) state.degraded = true;
  return {
    kind: 'served',
    value,
    target,
    degraded: state.degraded,
    reason: target.slug === primary.slug && !state.degraded ? null : state.reason,
    finish: (failure) => {
      live.finish(failure);
    },
    resume,
    trail: state.trail,
    attempts: state.attempts.length,
  };
}
