import type { IncomingHttpHeaders } from 'node:http';
import type { CallerFault, FaultContext, HttpReply, StatusFault } from '../dialect.ts';

interface OpenAiErrorBody {
  message: string;
  type: string;
  param?: string | null;
  code?: string | null;
}

export function openaiError(
  status: number,
  error: OpenAiErrorBody,
  headers: Record<string, string> = {},
): HttpReply {
  const { message, type, param = null, code = null } = error;
  return { status, headers, body: { error: { message, type, param, code } } };
}

/** Any bearer token is good, except one that says `invalid`. */
export function authoriseBearer(headers: IncomingHttpHeaders): HttpReply | null {
  const key = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (key === undefined) {
    return openaiError(401, {
      message:
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
      type: 'invalid_request_error',
    });
  }
  if (!key.includes('invalid')) return null;
  return openaiError(401, {
    message: 'Incorrect API key provided. You can find your API key in your account settings.',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  });
}

export function openaiCallerFault(fault: CallerFault, path: string): HttpReply {
  const type = 'invalid_request_error';
  switch (fault) {
    case 'not_found':
      return openaiError(404, { message: `Invalid URL (${path})`, type });
    case 'bad_json':
      return openaiError(400, {
        message: 'We could not parse the JSON body of your request. The API expects a JSON payload.',
        type,
      });
    case 'too_large':
      return openaiError(413, { message: 'Request body too large.', type });
    default:
      return fault satisfies never;
  }
}

export function openaiStatusFault(fault: StatusFault, context: FaultContext): HttpReply {
  switch (fault) {
    case 'rate_limit':
      return rateLimit(context, context.retryAfterSeconds);
    case 'rate_limit_no_hint':
      return rateLimit(context, null);
    case 'overloaded':
      return openaiError(503, {
        message:
          'The server is currently overloaded with other requests. Sorry about that! You can retry your request, or contact us if the error persists.',
        type: 'service_unavailable_error',
        code: 'server_is_overloaded',
      });
    case 'server_error':
    case 'stream_error':
      return openaiError(500, serverError(context.requestId));
    case 'gateway_timeout':
      return openaiError(504, {
        message: 'The request timed out before the model answered.',
        type: 'server_error',
      });
    case 'rate_limit_too_big':
      return openaiError(429, {
        message: `Request too large for ${context.model} in organization org-simulated on tokens per min (TPM): Limit 30000, Requested 37313. The input or output tokens must be reduced in order to run successfully.`,
        type: 'tokens',
        code: 'rate_limit_exceeded',
      });
    case 'quota':
      return openaiError(429, {
        message: 'You exceeded your current quota, please check your plan and billing details.',
        type: 'insufficient_quota',
        code: 'insufficient_quota',
      });
    case 'auth':
      return openaiError(401, {
        message: 'Incorrect API key provided. You can find your API key in your account settings.',
        type: 'invalid_request_error',
        code: 'invalid_api_key',
      });
    case 'permission':
      return openaiError(403, {
        message: `Project simulated does not have access to model ${context.model}: permission denied.`,
        type: 'permission_error',
      });
    default:
      return openaiRequestFault(fault, context);
  }
}

/** Faults that are said to be the caller's, in the order of their statuses. */
function openaiRequestFault(
  fault: Extract<
    StatusFault,
    | 'model_not_found'
    | 'context_overflow'
    | 'content_filter'
    | 'unsupported'
    | 'invalid_request'
    | 'payload_too_large'
    | 'model_output'
    | 'prefill_refused'
  >,
  { model }: FaultContext,
): HttpReply {
  const type = 'invalid_request_error';
  switch (fault) {
    case 'model_not_found':
      return openaiError(404, {
        message: `The model \`${model}\` does not exist or you do not have access to it.`,
        type,
        code: 'model_not_found',
      });
    case 'context_overflow':
      return openaiError(400, {
        message:
          'Your input exceeds the context window of this model. Please adjust your input and try again.',
        type,
        param: 'messages',
        code: 'context_length_exceeded',
      });
    case 'content_filter':
      return openaiError(400, {
        message: 'Your request was rejected as it was flagged as potentially violating our usage policy.',
        type,
        code: 'content_policy_violation',
      });
    case 'unsupported':
      return openaiError(400, {
        message: "Unsupported value: 'temperature' does not support 0.3 with this model.",
        type,
        param: 'temperature',
        code: 'unsupported_value',
      });
    case 'invalid_request':
      return openaiError(400, {
        message: "Invalid value for 'messages'.",
        type,
        param: 'messages',
        code: 'invalid_value',
      });
    case 'payload_too_large':
      return openaiError(413, { message: 'Request body too large.', type });
    case 'model_output':
      return openaiError(400, {
        message: 'Failed to call a function. Please adjust your prompt.',
        type,
        code: 'tool_use_failed',
      });
    case 'prefill_refused':
      return openaiError(400, {
        message: 'The last message must not be an assistant message for this model.',
        type,
        param: 'messages',
        code: 'invalid_value',
      });
    default:
      return fault satisfies never;
  }
}

export function serverError(requestId: string): OpenAiErrorBody {
  return {
    message: `The server had an error while processing your request. Sorry about that! (Please include the request ID ${requestId} in your message.)`,
    type: 'server_error',
  };
}

/** With a hint the wait stands in headers and text, as the vendor sends it; without, in neither. */
function rateLimit(context: FaultContext, seconds: number | null): HttpReply {
  const limit = `Rate limit reached for ${context.model} in organization org-simulated on requests per min (RPM): Limit 500, Used 500, Requested 1.`;
  const hint = seconds === null ? '' : ` Please try again in ${seconds}s.`;
  const headers: Record<string, string> =
    seconds === null
      ? {}
      : {
          'retry-after': String(seconds),
          'retry-after-ms': String(seconds * 1000),
          'x-ratelimit-limit-requests': '500',
          'x-ratelimit-remaining-requests': '0',
          'x-ratelimit-reset-requests': `${seconds}s`,
        };
  const message = `${limit}${hint}`;
  return openaiError(429, { message, type: 'requests', code: 'rate_limit_exceeded' }, headers);
}
