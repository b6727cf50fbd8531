import type { SwitchyardObject } from '../../contract/served-by.ts';
import type { Failure } from '../../engine/types.ts';
import { sseData } from '../sse.ts';

export interface OpenAiError {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
  /** Only in graceful refusals. */
  status?: string;
}

export interface OpenAiErrorBody {
  error: OpenAiError;
  switchyard?: SwitchyardObject;
}

export interface ErrorInput {
  message: string;
  type: string;
  param?: string | null;
  code?: string | null;
}

/** OpenAI's error shape. */
export function openAiError({ message, type, param = null, code = null }: ErrorInput): OpenAiErrorBody {
  return { error: { message, type, param, code } };
}

/** The body of a graceful refusal (503). */
export function degradedBody(message: string, switchyard: SwitchyardObject): OpenAiErrorBody {
  return {
    error: { message, type: 'degraded', param: null, code: 'degraded', status: 'degraded' },
    switchyard,
  };
}

/** The explicit end of a stream that broke after its start, as one SSE event. No `[DONE]` follows it. */
export function streamErrorFrame(error: ErrorInput, switchyard?: SwitchyardObject): Uint8Array {
  return sseData({ ...openAiError(error), switchyard });
}

/** What a client is told when its request ended with this failure: an HTTP status and OpenAI's error. */
export function clientError(failure: Failure): { status: number; body: OpenAiErrorBody } {
  const { status, type, code } = clientView(failure.class);
  return { status, body: openAiError({ message: failure.message, type, code }) };
}

interface ClientView {
  status: number;
  type: string;
  code: string;
}

/** Never 401: a client would drop its own key, while the gateway's is meant. */
function clientView(cls: Failure['class']): ClientView {
  const yours = (status: number, code: string): ClientView => ({
    status,
    type: 'invalid_request_error',
    code,
  });
  const theirs = (status: number, code: string): ClientView => ({ status, type: 'upstream_error', code });
  switch (cls) {
    case 'auth':
    case 'permission':
    case 'provider_access_denied':
      return theirs(502, 'upstream_auth');
    case 'quota_exhausted':
      return theirs(429, 'insufficient_quota');
    case 'rate_limited':
    case 'rate_limited_too_big':
      return theirs(429, 'rate_limit_exceeded');
    case 'overloaded':
      return theirs(503, 'overloaded');
    case 'server_error':
    case 'connection':
    case 'model_output_invalid':
    case 'protocol_violation':
      return theirs(502, cls);
    case 'timeout':
      return theirs(504, 'timeout');
    case 'model_not_found':
      return yours(404, 'model_not_found');
    case 'context_length_exceeded':
      return yours(400, 'context_length_exceeded');
    case 'content_filtered':
      return yours(400, 'content_filter');
    case 'unsupported_feature':
    case 'invalid_request':
    case 'state_not_portable':
      return yours(400, cls);
    case 'payload_too_large':
      return yours(413, cls);
    case 'client_abort':
      return yours(499, cls);
    default: {
      const unknown: never = cls;
      return theirs(502, String(unknown));
    }
  }
}
