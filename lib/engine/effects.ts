import type { DegradedReason, Failure, FailureClass, Verdict } from './types.ts';

/** What one class of failure does to everything else. */
export interface Effect {
  /** For the target's breaker. */
  verdict: Extract<Verdict, 'failure' | 'none'>;
  /** Same-target retries: never, only after the provider's own hint, or after backoff. */
  retry: 'never' | 'hint' | 'backoff';
  /** Whether the next target is tried. */
  failOver: 'yes' | 'no' | 'larger_context' | 'policy';
  /** What is told not to be called again for a while; `target` is the breaker's business alone. */
  scope: 'none' | 'target' | 'limit' | 'account' | 'credential';
  /** The request itself is at fault: the provider's error is passed on as it is. */
  callersFault: boolean;
  /** The operator has to change something: calling again is useless. */
  misconfiguration: boolean;
  /** What users and headers are told; null where it never leads to a degraded answer. */
  reason: DegradedReason | null;
}

const BASE: Effect = {
  verdict: 'none',
  retry: 'never',
  failOver: 'yes',
  scope: 'none',
  callersFault: false,
  misconfiguration: false,
  reason: null,
};

const effect = (differs: Partial<Effect>): Readonly<Effect> => Object.freeze({ ...BASE, ...differs });
const sick = (reason: DegradedReason, retry: Effect['retry']) =>
  effect({ verdict: 'failure', scope: 'target', reason, retry });
const misconfigured = (reason: DegradedReason, scope: Effect['scope']) =>
  effect({ misconfiguration: true, reason, scope });
const callers = (reason: DegradedReason | null, failOver: Effect['failOver'] = 'no') =>
  effect({ callersFault: true, failOver, reason });

const AUTH = misconfigured('auth', 'credential');
const PERMISSION = misconfigured('auth', 'account');
const QUOTA = effect({ scope: 'credential', reason: 'quota' });
const RATE_LIMITED = effect({ scope: 'limit', retry: 'hint', reason: 'rate_limited' });
const TOO_BIG = effect({ reason: 'rate_limited' });
const OVERLOADED = sick('overloaded', 'backoff');
const SERVER_ERROR = sick('server_error', 'backoff');
const CONNECTION = sick('connection', 'backoff');
const TIMEOUT = sick('timeout', 'never');
const PROTOCOL = sick('protocol_violation', 'never');
const MODEL_OUTPUT = effect({ reason: 'protocol_violation' });
const MODEL_NOT_FOUND = misconfigured('model_not_found', 'none');
const CONTEXT = callers('context_length_exceeded', 'larger_context');
const CONTENT = callers('content_filtered', 'policy');
const UNSUPPORTED = callers('incapable');
const CALLERS = callers(null);
const ABORTED = effect({ failOver: 'no' });

/**
 * What a failure of this class does. Pure and total; the classes are the taxonomy of provider failures, each judged by whose
 * fault it is and what calling again would achieve.
 */
export function effectOf(failureClass: FailureClass): Readonly<Effect> {
  switch (failureClass) {
    case 'auth':
    case 'provider_access_denied':
      return AUTH;
    case 'permission':
      return PERMISSION;
    case 'quota_exhausted':
      return QUOTA;
    case 'rate_limited':
      return RATE_LIMITED;
    case 'rate_limited_too_big':
      return TOO_BIG;
    case 'overloaded':
      return OVERLOADED;
    case 'server_error':
      return SERVER_ERROR;
    case 'timeout':
      return TIMEOUT;
    case 'connection':
      return CONNECTION;
    case 'protocol_violation':
      return PROTOCOL;
    case 'model_output_invalid':
      return MODEL_OUTPUT;
    case 'model_not_found':
      return MODEL_NOT_FOUND;
    case 'context_length_exceeded':
      return CONTEXT;
    case 'content_filtered':
      return CONTENT;
    case 'unsupported_feature':
      return UNSUPPORTED;
    case 'invalid_request':
    case 'payload_too_large':
    case 'state_not_portable':
      return CALLERS;
    case 'client_abort':
      return ABORTED;
    default: {
      const never: never = failureClass;
      return never;
    }
  }
}

/** The verdict for the endpoint's breaker, which is only about reaching the endpoint at all. */
export function endpointVerdict(failure: Failure): Verdict {
  if (failure.connect === true || failure.timeout === 'connect') return 'failure';
  return failure.status === null ? 'none' : 'ok';
}
