import { effectOf } from './effects.ts';
import { isRecovering } from './hedge-policy.ts';
import type { LiveAttempt } from './live-attempt.ts';
import type { ResolvedTarget } from './registry.ts';
import type { RunState } from './run-state.ts';
import type { ResumeAt, RunOutcome } from './run-types.ts';
import { served } from './served.ts';
import type { DeniedReason, EngineTarget, Failure } from './types.ts';

interface Choice {
  resolved: ResolvedTarget;
  how: 'prefill' | 'restart';
}

/**
 * After an answer broke off: books the failure, and makes one try to go on with it at the next target. Whatever comes of that
 * try, the failure that is told in the end is the first one, since it is the one that the caller suffers from.
 */
export async function resumed<T>(
  state: RunState<T>,
  broken: LiveAttempt<T>,
  failure: Failure,
  at: ResumeAt,
): Promise<RunOutcome<T>> {
  if (!broken.finish(failure)) return brokenOff(state, broken, failure);
  if (state.left || failure.class === 'client_abort') return state.aborted();
  if (state.isPrimary(broken.resolved.target)) state.reason ??= effectOf(failure.class).reason;
  const choice = choose(state, broken, failure, at);
  if (choice === null) return brokenOff(state, broken, failure);
  const launch = { waitedMs: 0, lastResort: false, hedge: false, resume: choice.how, patience: null };
  const next = state.launch(choice.resolved, launch);
  if (next === null) return brokenOff(state, broken, failure);
  const result = await next.flight.done;
  next.conclude(result);
  if (result.kind === 'committed') {
    return served(state, next, result.value, async (again) => onceOnly(state, next, again));
  }
  const gone = result.kind === 'aborted' || (result.kind === 'failed' && isAbort(result.failure));
  return gone ? state.aborted() : brokenOff(state, broken, failure);
}

function isAbort(failure: Failure): boolean {
  return failure.class === 'client_abort';
}

/** A second break is the end. */
function onceOnly<T>(state: RunState<T>, broken: LiveAttempt<T>, failure: Failure): RunOutcome<T> {
  if (broken.finish(failure)) {
    if (state.left || isAbort(failure)) return state.aborted();
    const { slug } = broken.resolved.target;
    state.deny(slug, 'resume', 'policy', 'Not continued again: an answer is continued once at most.');
  }
  return brokenOff(state, broken, failure);
}

function brokenOff<T>(state: RunState<T>, { resolved }: LiveAttempt<T>, failure: Failure): RunOutcome<T> {
  return {
    kind: 'failed',
    failure,
    reason: state.reason,
    retryAfterMs: null,
    callersFault: false,
    target: resolved.target,
    trail: state.trail,
    attempts: state.attempts.length,
  };
}

/** Where and how the answer goes on; null: nowhere, and the trail says why. */
function choose<T>(
  state: RunState<T>,
  broken: LiveAttempt<T>,
  failure: Failure,
  at: ResumeAt,
): Choice | null {
  const { target } = broken.resolved;
  const no = (reason: DeniedReason, why: string): null => {
    state.deny(target.slug, 'resume', reason, `Not continued elsewhere: ${why}.`);
    return null;
  };
  if (failure.timeout === 'deadline') return no('deadline', "the request's time was over");
  if (!mayGoOn(state, failure)) return no('class', 'the same would come of it at any target');
  const { maxAttempts } = state.request.flow.policy;
  if (state.attempts.length >= maxAttempts) {
    return no('attempts', `the flow allows ${maxAttempts} attempts a request, and they were made`);
  }
  const now = state.around.clock.now();
  // There is one try, so whoever is only just recovering is asked last.
  const open = state
    .callable(now)
    .toSorted((a, b) => Number(isRecovering(a.chain, now)) - Number(isRecovering(b.chain, now)));
  const uncertain: string[] = [];
  for (const resolved of open) {
    const obstacle = state.obstacle(resolved, now);
    if (obstacle !== null) {
      state.pass(obstacle);
      continue;
    }
    if (!isPaidFor(state, target, resolved.target, now)) continue;
    const how = at(resolved.target, resolved.target.modelFamily === target.modelFamily);
    if (how !== null) return { resolved, how };
    uncertain.push(resolved.target.slug);
  }
  if (open.length === 0) return no('nowhere', 'no other target may be called');
  if (uncertain.length === 0) return null;
  return no('uncertain', `at ${uncertain.join(', ')} it would not be certain to go on as it began`);
}

function mayGoOn<T>(state: RunState<T>, failure: Failure): boolean {
  const { failOver } = effectOf(failure.class);
  if (failOver === 'policy') return state.request.flow.policy.failOverOnContentFilter;
  return failOver === 'yes';
}

/** Another call to the provider that has just broken off needs a token; going elsewhere does not. */
function isPaidFor<T>(state: RunState<T>, from: EngineTarget, to: EngineTarget, now: number): boolean {
  const { flow } = state.request;
  if (from.provider !== to.provider || state.around.budgets.canRetry(flow.slug, from.provider, now)) {
    return true;
  }
  const text = `Not continued at ${to.slug}: the retries of flow ${flow.slug} at provider ${to.provider} are used up for now.`;
  state.deny(to.slug, 'resume', 'budget', text);
  return false;
}
