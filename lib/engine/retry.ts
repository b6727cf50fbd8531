import type { Random } from './clock.ts';
import { effectOf } from './effects.ts';
import type { Failure } from './types.ts';

const BASE_MS = 500;
const CAP_MS = 8_000;
/** Longest wait for a provider's own hint while somebody else could be asked at once. */
const SHORT_HINT_MS = 2_000;

export interface RetryQuestion {
  failure: Failure;
  /** Same-target retries made so far. */
  retries: number;
  maxRetries: number;
  /** Attempts of the request that are left, over all targets. */
  attemptsLeft: number;
  /** Other targets of this request that could be called now. */
  elsewhere: number;
  /** How long the target is not to be called, ms; 0 when nothing says so. */
  cooledMs: number;
  /** Until the request's deadline, ms. */
  remainingMs: number;
}

/** Full jitter: anything from 0 to `min(8 s, 500 ms x 2^retry)`, ms. Finite and at most 8 s for every `retry`. */
export function backoffMs(retry: number, random: Random): number {
  return Math.min(CAP_MS, BASE_MS * 2 ** Math.min(retry, 30)) * random();
}

/**
 * How long to wait, ms, before calling the same target again; null: do not. A retry never uses up an attempt that a target
 * which has not been tried needs, never follows a timeout, and never ends after the deadline.
 */
export function retryWaitMs(question: RetryQuestion, random: Random): number | null {
  const { failure, retries, maxRetries, attemptsLeft, elsewhere, cooledMs, remainingMs } = question;
  const rule = effectOf(failure.class).retry;
  if (rule === 'never' || retries >= maxRetries || attemptsLeft <= elsewhere) return null;
  // A host that swallows connections costs its whole connect timeout again; its class alone would allow that.
  if (failure.timeout !== undefined) return null;
  const hinted = Math.max(cooledMs, failure.retryAfterMs ?? 0);
  const wait = rule === 'hint' ? hinted : Math.max(hinted, backoffMs(retries, random));
  if (hinted > (elsewhere > 0 ? SHORT_HINT_MS : CAP_MS)) return null;
  if (rule === 'hint' && failure.retryAfterMs === null && elsewhere > 0) return null;
  return wait < remainingMs ? wait : null;
}
