import { seconds } from './breaker-state.ts';
import type { Pace } from './pace.ts';
import type { Tuning } from './tuning.ts';
import type { EnginePolicy } from './types.ts';

/** Part of a request's whole time that is always enough to begin with, whatever is usual at the target. */
const ENOUGH = 0.5;

/**
 * Ms that must be left of a request for an attempt to make sense: half of the target's streams have their first token by then. A
 * request that has half of its time is sent on its way in any case; otherwise a target that was slow for a day would never be
 * called by a flow with little time, and nobody would learn that it is fast again.
 */
export function neededMs(pace: Pace, policy: EnginePolicy, tuning: Tuning): number {
  return Math.min(pace.quantile(0.5) ?? 0, policy.totalMs * ENOUGH) + tuning.deadlineMarginMs;
}

/** True when so much is left that nothing more has to be asked. */
export function isEarly(remainingMs: number, policy: EnginePolicy, tuning: Tuning): boolean {
  return remainingMs >= policy.totalMs * ENOUGH + tuning.deadlineMarginMs;
}

/** Why no attempt is made with `remainingMs` left; null: there is time. */
export function tooLate(
  remainingMs: number,
  pace: Pace,
  policy: EnginePolicy,
  tuning: Tuning,
  target: string,
): string | null {
  if (remainingMs <= 0) return `The request's ${seconds(policy.totalMs)} were over.`;
  if (remainingMs >= neededMs(pace, policy, tuning)) return null;
  const left = `${seconds(remainingMs)} of the request's ${seconds(policy.totalMs)} were left`;
  const usual = pace.quantile(0.5);
  return usual === null || usual <= remainingMs
    ? `Only ${left}.`
    : `Only ${left}, and ${target} usually needs ${seconds(usual)} to its first token.`;
}

/**
 * Why another call would come too late, as the second half of a sentence. In ms: until it would start, what it needs, what the target
 * after it needs (0: there is none), and what is left of the request's time.
 */
export function noTimeWords(waitMs: number, needMs: number, asideMs: number, leftMs: number): string {
  const after = asideMs > 0 ? `, the target after it ${seconds(asideMs)}` : '';
  return `it would start in ${seconds(waitMs)} and need at least ${seconds(needMs)}${after}, and ${seconds(leftMs)} are left`;
}
