import { effectOf } from '#lib/engine/effects.ts';
import type { FailureClass } from '#lib/engine/types.ts';
import type { RecordedAttempt, Told } from './types.ts';

/** Failures that say nothing about other requests to the same target, beside the callers' own. */
const OF_THE_REQUEST: ReadonlySet<string> = new Set(['client_abort', 'rate_limited_too_big']);

/** The class behind an attempt's outcome; null: it was answered, or says nothing. */
export function failureOf(outcome: string): FailureClass | null {
  return outcome === 'ok' || outcome === 'slow' || outcome === 'aborted' ? null : asClass(outcome);
}

/** Outcomes that are neither good nor cut short are failure classes: only the gateway's recorder writes them. */
function asClass(outcome: string): FailureClass {
  return outcome as FailureClass;
}

/** An attempt's failure; null: it was answered, or says nothing. */
export function toldBy({ outcome, status, retryAfterMs, connect }: RecordedAttempt): Told | null {
  const failure = failureOf(outcome);
  return failure === null ? null : { class: failure, status, retryAfterMs, connect };
}

/** Whether the failure is about what was asked, not about who was asked. */
export function isOfTheRequest(failure: FailureClass): boolean {
  return effectOf(failure).callersFault || OF_THE_REQUEST.has(failure);
}

/** It was given up before the target had shown what it would do: another one was faster, or the request's own time was over. */
export function wasCutShort({ outcome, verdict, firstTokenMs }: RecordedAttempt): boolean {
  if (outcome === 'aborted') return true;
  if (firstTokenMs !== null) return false;
  return outcome === 'slow' || (outcome === 'timeout' && verdict === 'none');
}
