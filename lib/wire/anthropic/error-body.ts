import type { SwitchyardObject } from '../../contract/served-by.ts';
import type { JsonObject } from '../json.ts';
import type { FaceError } from '../types.ts';
import { namedEvent } from './message-parts.ts';

const TOO_LONG = /prompt is too long/i;

/** Anthropic's error shape. */
export function messagesError(
  error: FaceError,
  switchyard: SwitchyardObject | null,
  requestId: string,
): { type: 'error' } & JsonObject {
  const { code } = error;
  return {
    type: 'error',
    error: {
      type: errorType(error),
      message: wording(error),
      ...(code === null ? {} : { code }),
    },
    request_id: requestId,
    ...(switchyard === null ? {} : { switchyard }),
  };
}

/** The body of a graceful refusal (503). */
export function messagesRefusal(message: string, switchyard: SwitchyardObject): JsonObject {
  return {
    type: 'error',
    error: { type: 'overloaded_error', message, status: 'degraded' },
    request_id: switchyard.requestId,
    switchyard,
  };
}

/** The explicit end of a stream that broke after its start. */
export function messagesStreamError(
  error: FaceError,
  switchyard: SwitchyardObject,
  requestId: string,
): Uint8Array {
  return namedEvent(messagesError(error, switchyard, requestId));
}

/** Anthropic's clients and agents know this failure by its words. */
function wording({ code, message }: FaceError): string {
  const overflow = code === 'context_length_exceeded' && !TOO_LONG.test(message);
  return overflow ? `prompt is too long: ${message}` : message;
}

/** Anthropic's error type for a status. */
function errorType({ status }: FaceError): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 402:
      return 'billing_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 409:
      return 'conflict_error';
    case 413:
      return 'request_too_large';
    case 429:
      return 'rate_limit_error';
    case 408:
    case 504:
      return 'timeout_error';
    case 503:
    case 529:
      return 'overloaded_error';
    default:
      return status >= 400 && status < 500 ? 'invalid_request_error' : 'api_error';
  }
}
