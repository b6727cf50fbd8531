import { effectOf } from '#lib/engine/effects.ts';
import type { EngineTarget, FailureClass } from '#lib/engine/types.ts';
import { failureOf } from './outcomes.ts';
import type { RecordedAttempt, RecordedRequest } from './types.ts';

/** Requests that are malformed are malformed everywhere. */
const EVERYWHERE: ReadonlySet<FailureClass> = new Set(['invalid_request', 'payload_too_large']);

/**
 * The recorded attempt whose failure this target would have told as well, because the fault is the request's: a malformed request
 * fails everywhere, one that is refused for its content or too long fails with every target of the same model. null: none.
 */
export function boundFailure(
  request: RecordedRequest,
  target: EngineTarget,
  targets: ReadonlyMap<string, EngineTarget>,
): RecordedAttempt | null {
  for (const attempt of request.attempts) {
    const failure = failureOf(attempt.outcome);
    if (failure === null || !effectOf(failure).callersFault) continue;
    const tried = targets.get(attempt.target);
    if (EVERYWHERE.has(failure) || tried?.modelFamily === target.modelFamily) return attempt;
    if (failure === 'context_length_exceeded' && isNoLarger(target, tried)) return attempt;
  }
  return null;
}

function isNoLarger(target: EngineTarget, than: EngineTarget | undefined): boolean {
  if (target.contextWindow === null || than === undefined || than.contextWindow === null) return false;
  return target.contextWindow <= than.contextWindow;
}
