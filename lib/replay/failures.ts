import type { Failure } from '#lib/engine/types.ts';
import type { Told } from './types.ts';

export function timedOut(timeout: 'first_token' | 'deadline' | 'idle'): Failure {
  return { class: 'timeout', status: null, code: null, message: '', retryAfterMs: null, timeout };
}

/** The failure of a call, in the engine's terms. A stream that timed out after its first content fell silent. */
export function failureFrom(told: Told, firstTokenMs: number | null): Failure {
  const { class: failureClass, status, retryAfterMs, connect } = told;
  if (failureClass === 'timeout' && status === null && firstTokenMs !== null) return timedOut('idle');
  const failure: Failure = { class: failureClass, status, code: null, message: '', retryAfterMs };
  return connect ? { ...failure, connect } : failure;
}
