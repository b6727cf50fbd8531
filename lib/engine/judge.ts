import { seconds } from './breaker-state.ts';
import type { Sample } from './breaker-types.ts';
import { effectOf } from './effects.ts';
import type { ResolvedTarget } from './registry.ts';
import type { RunRequest } from './run-types.ts';
import type { Tuning } from './tuning.ts';
import type { EnginePolicy, EngineTarget, Failure } from './types.ts';

/** Share of the request's whole time that an attempt must have had before running out of it counts against its target. */
const OWN_TIME = 0.5;

/**
 * The breaker's verdict on a failure. Running out of the request's own deadline is nobody's fault, unless the target had
 * most of that time to itself: an answer that is not streamed has no other limit, and a target that swallows calls
 * would never be found out.
 * @param limitMs what its first token was given; less than the flow's own limit is what the deadline left of it
 */
export function verdictOnFailure(
  failure: Failure,
  durationMs: number,
  limitMs: number,
  policy: EnginePolicy,
): 'failure' | 'none' {
  const { timeout } = failure;
  const scarce = timeout === 'deadline' || (timeout === 'first_token' && limitMs < policy.firstTokenMs);
  if (scarce && durationMs < policy.totalMs * OWN_TIME) return 'none';
  return effectOf(failure.class).verdict;
}

/**
 * An attempt's limits. Answers that are not streamed know only the request's deadline.
 * @param asideMs of the request's time, what is left to others should this attempt not answer
 */
export function attemptLimits(
  request: RunRequest,
  target: EngineTarget,
  now: number,
  deadlineAt: number,
  asideMs: number,
  tuning: Tuning,
): { firstTokenBy: number; deadlineAt: number; idleMs: number } {
  const { idleMs } = request.flow.policy;
  const by = deadlineAt - asideMs;
  if (!request.stream) return { firstTokenBy: Number.POSITIVE_INFINITY, deadlineAt: by, idleMs };
  return { firstTokenBy: Math.min(by, now + firstTokenLimit(request, target, tuning)), deadlineAt, idleMs };
}

function firstTokenLimit(request: RunRequest, target: EngineTarget, tuning: Tuning): number {
  const { firstTokenMs } = request.flow.policy;
  return target.capabilities?.includes('reasoning')
    ? Math.max(firstTokenMs, tuning.reasoningFirstTokenMs)
    : firstTokenMs;
}

/** What a first token that came late leaves on its target; null: it came in time, or the answer is not streamed. */
export function lateness(
  resolved: ResolvedTarget,
  request: RunRequest,
  firstTokenMs: number,
  now: number,
  tuning: Tuning,
): Sample | null {
  if (!request.stream) return null;
  const own = firstTokenLimit(request, resolved.target, tuning);
  const limit = Math.min(own, resolved.baseline.limit(now) ?? own);
  if (firstTokenMs <= limit) return null;
  const message = `First token after ${seconds(firstTokenMs)}; slow from ${seconds(limit)} on.`;
  return { class: 'slow', status: 200, message };
}
