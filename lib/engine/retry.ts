import { seconds } from './breaker-state.ts';
import type { Random } from './clock.ts';
import { noTimeWords } from './deadline.ts';
import { effectOf } from './effects.ts';
import type { DeniedReason, Failure } from './types.ts';

const BASE_MS = 500;
const CAP_MS = 8_000;
/** Longest wait for a provider's own hint while somebody else could be asked at once. */
const SHORT_HINT_MS = 2_000;

export interface RetryQuestion {
  failure: Failure;
  /** The answer had begun when it failed. */
  begun: boolean;
  /** Same-target retries made so far. */
  retries: number;
  maxRetries: number;
  /** Attempts of the request that are left, over all targets. */
  attemptsLeft: number;
  /** Targets of this request that have not been tried; some of them may not be callable at this moment. */
  untried: number;
  /** Those of them that could be called now, in order. */
  elsewhere: readonly string[];
  /** How long the target is not to be called, ms; 0 when nothing says so. */
  cooledMs: number;
  /** Until the request's deadline, ms. */
  remainingMs: number;
  /** What an attempt there needs at least, ms. */
  neededMs: number;
  /** What the next target needs after it, ms; 0: there is none. */
  asideMs: number;
}

export type RetryAnswer =
  | { retry: true; waitMs: number }
  /** `why` is the second half of a sentence. */
  | { retry: false; reason: DeniedReason; why: string };

/** Full jitter: anything from 0 to `min(8 s, 500 ms x 2^retry)`, ms. Finite and at most 8 s for every `retry`. */
export function backoffMs(retry: number, random: Random): number {
  return Math.min(CAP_MS, BASE_MS * 2 ** Math.min(retry, 30)) * random();
}

/** The random number behind a backoff of `waitedMs`, as `backoffMs` would take it; null: it is longer than any. */
export function luckBehind(retry: number, waitedMs: number): number | null {
  const luck = waitedMs / backoffMs(retry, () => 1);
  return luck <= 1 ? luck : null;
}

/**
 * Whether the same target is called again, and after how many ms; or why not. A retry never uses up an attempt that a target
 * which has not been tried needs, nor the time of the next one, never follows a timeout or an answer that had begun, and never starts too late to finish.
 * What it costs is another question (`Budgets`).
 */
export function judgeRetry(question: RetryQuestion, random: Random): RetryAnswer {
  const { failure, retries, maxRetries, attemptsLeft, untried, elsewhere, cooledMs } = question;
  const rule = effectOf(failure.class).retry;
  const hopeless = uselessAgain(question);
  if (hopeless !== null) return no('class', hopeless);
  if (retries >= maxRetries) return no('policy', policyWords(maxRetries));
  if (attemptsLeft <= untried) return no('attempts', attemptsWords(attemptsLeft));
  const hinted = Math.max(cooledMs, failure.retryAfterMs ?? 0);
  const [next] = elsewhere;
  if (hinted > (next === undefined ? CAP_MS : SHORT_HINT_MS)) return no('wait', waitWords(hinted, next));
  if (rule === 'hint' && failure.retryAfterMs === null && next !== undefined) {
    return no('wait', `the provider does not say for how long it limits calls, and ${next} can answer now`);
  }
  const waitMs = rule === 'hint' ? hinted : Math.max(hinted, backoffMs(retries, random));
  const { neededMs, asideMs, remainingMs } = question;
  if (waitMs + neededMs + asideMs > remainingMs) {
    return no('deadline', noTimeWords(waitMs, neededMs, asideMs, remainingMs));
  }
  return { retry: true, waitMs };
}

function no(reason: DeniedReason, why: string): RetryAnswer {
  return { retry: false, reason, why };
}

/** Why another call there would come to the same; null: it may not. */
export function uselessAgain({ failure, begun }: Pick<RetryQuestion, 'failure' | 'begun'>): string | null {
  // A host that swallows connections costs its whole connect timeout again; its class alone would allow that.
  if (failure.timeout !== undefined) return 'a target that ran out of time is not asked again';
  if (begun) return 'its answer broke off half-way';
  if (failure.noRetry === true) return 'the provider says that it is of no use';
  if (effectOf(failure.class).retry !== 'never') return null;
  return `another call does not help against this (${failure.class.replaceAll('_', ' ')})`;
}

function policyWords(maxRetries: number): string {
  if (maxRetries === 0) return 'the flow does not retry';
  return `the flow allows ${maxRetries === 1 ? 'one retry' : `${maxRetries} retries`} of a target`;
}

export function attemptsWords(left: number): string {
  if (left <= 0) return 'all attempts that the flow allows were made';
  return left === 1
    ? 'the one attempt left is for a target that has not been tried'
    : `the ${left} attempts left are for targets that have not been tried`;
}

function waitWords(hintedMs: number, next: string | undefined): string {
  const asked = `the provider asks to wait ${seconds(hintedMs)}`;
  return next === undefined
    ? `${asked}, and a request waits ${seconds(CAP_MS)} at most`
    : `${asked}, and ${next} can answer now`;
}
