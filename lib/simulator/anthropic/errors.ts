import type { IncomingHttpHeaders } from 'node:http';
import type { CallerFault, FaultContext, HttpReply, StatusFault } from '../dialect.ts';

export function anthropicError(
  status: number,
  type: string,
  message: string,
  requestId: string,
  headers: Record<string, string> = {},
): HttpReply {
  return { status, headers, body: { type: 'error', error: { type, message }, request_id: requestId } };
}

/** `x-api-key` or a bearer token, any but one that says `invalid`; and `anthropic-version`. */
export function authoriseAnthropic(headers: IncomingHttpHeaders, requestId: string): HttpReply | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = [headers['x-api-key']].flat()[0] ?? bearer;
  if (key === undefined || key === '') {
    return anthropicError(401, 'authentication_error', 'x-api-key header is required', requestId, {
      'x-should-retry': 'false',
    });
  }
  if (key.includes('invalid')) {
    return anthropicError(401, 'authentication_error', 'invalid x-api-key', requestId, {
      'x-should-retry': 'false',
    });
  }
  if (headers['anthropic-version'] !== undefined) return null;
  return anthropicError(400, 'invalid_request_error', 'anthropic-version: header is required', requestId);
}

export function anthropicCallerFault(fault: CallerFault, _path: string, requestId: string): HttpReply {
  switch (fault) {
    case 'not_found':
      return anthropicError(404, 'not_found_error', 'Not Found', requestId);
    case 'bad_json':
      return anthropicError(
        400,
        'invalid_request_error',
        'The request body is not valid JSON: unexpected character.',
        requestId,
      );
    case 'too_large':
      return anthropicError(
        413,
        'request_too_large',
        'Request exceeds the maximum allowed number of bytes.',
        requestId,
      );
    default:
      return fault satisfies never;
  }
}

export function anthropicStatusFault(fault: StatusFault, context: FaultContext): HttpReply {
  const { requestId, retryAfterSeconds } = context;
  switch (fault) {
    case 'rate_limit':
      return rateLimit(requestId, {
        'retry-after': String(retryAfterSeconds),
        'x-should-retry': 'true',
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '0',
      });
    case 'rate_limit_no_hint':
      return rateLimit(requestId, {});
    case 'server_error':
      return anthropicError(500, 'api_error', 'Internal server error', requestId);
    case 'overloaded':
    case 'stream_error':
      return anthropicError(529, 'overloaded_error', 'Overloaded', requestId, { 'x-should-retry': 'true' });
    default: {
      const [status, type, message] = ANSWERS[fault];
      return anthropicError(status, type, message.replace('MODEL', context.model), requestId);
    }
  }
}

type PlainFault = Exclude<
  StatusFault,
  'rate_limit' | 'rate_limit_no_hint' | 'server_error' | 'overloaded' | 'stream_error'
>;

/** What has no headers of its own: status, type and words. */
const ANSWERS: Readonly<Record<PlainFault, readonly [status: number, type: string, message: string]>> = {
  gateway_timeout: [504, 'timeout_error', 'Request timed out'],
  rate_limit_too_big: [
    429,
    'rate_limit_error',
    'Request too large: your organization may send 30000 input tokens per minute. Limit 30000, Requested 37313.',
  ],
  auth: [401, 'authentication_error', 'invalid x-api-key'],
  permission: [
    403,
    'permission_error',
    'Your API key does not have permission to use the specified resource.',
  ],
  quota: [
    400,
    'invalid_request_error',
    'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  ],
  model_not_found: [404, 'not_found_error', 'model: MODEL'],
  context_overflow: [400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'],
  content_filter: [400, 'invalid_request_error', 'Output blocked by content filtering policy'],
  unsupported: [400, 'invalid_request_error', 'This model does not support the effort parameter.'],
  invalid_request: [400, 'invalid_request_error', 'messages.0.role: Input should be user or assistant'],
  payload_too_large: [413, 'request_too_large', 'Request exceeds the maximum allowed number of bytes.'],
  // This vendor has no word of its own for it.
  model_output: [500, 'api_error', 'Internal server error'],
  prefill_refused: [
    400,
    'invalid_request_error',
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  ],
};

function rateLimit(requestId: string, headers: Record<string, string>): HttpReply {
  const message =
    'This request would exceed the rate limit for your organization of 50 requests per minute. For details, refer to the rate limits documentation.';
  return anthropicError(429, 'rate_limit_error', message, requestId, headers);
}
