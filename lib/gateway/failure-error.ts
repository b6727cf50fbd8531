import type { RunOutcome } from '#lib/engine/run-types.ts';
import type { Failure, FailureClass } from '#lib/engine/types.ts';
import type { Dialect } from '#lib/wire/types.ts';
import { wordsForCaller } from './caller-words.ts';
import type { HttpError } from './http-error.ts';
import { retryAfterSeconds } from './respond.ts';

const TYPE = 'invalid_request_error';

type Failed = Extract<RunOutcome<unknown>, { kind: 'failed' }>;

/** What a request that nobody could serve is told: the caller's own fault in the provider's words, ours as a 502. */
export function failedError(
  { failure, callersFault, retryAfterMs, attempts }: Failed,
  dialect: Dialect,
): HttpError {
  if (callersFault) return callersError(failure, dialect);
  const headers: Record<string, string> = {};
  if (retryAfterMs !== null) headers['retry-after'] = retryAfterSeconds(retryAfterMs);
  return {
    status: 502,
    type: 'upstream_error',
    code: upstreamCode(failure),
    message: `No provider could answer (${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}). The last error: ${failure.message}`,
    param: null,
    headers,
  };
}

/** `upstream_auth`, `upstream_timeout`, ...; what stands between us and a provider for want of rights is all `upstream_auth`. */
export function upstreamCode({ class: failureClass }: Failure): string {
  const rights = failureClass === 'permission' || failureClass === 'provider_access_denied';
  return `upstream_${rights ? 'auth' : failureClass}`;
}

function callersError(failure: Failure, dialect: Dialect): HttpError {
  const status =
    failure.status !== null && failure.status >= 400 && failure.status < 500 ? failure.status : 400;
  return {
    status,
    type: TYPE,
    code: ownCode(failure.class) ?? (failure.code === TYPE ? null : failure.code),
    message: wordsForCaller(failure, dialect),
    param: failure.param ?? null,
  };
}

/** Codes that OpenAI's clients know, whatever the provider called it; null: the provider's own is used. */
function ownCode(failureClass: FailureClass): string | null {
  switch (failureClass) {
    case 'context_length_exceeded':
      return 'context_length_exceeded';
    case 'content_filtered':
      return 'content_filter';
    case 'rate_limited_too_big':
      return 'rate_limit_exceeded';
    default:
      return null;
  }
}
