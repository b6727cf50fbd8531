import type { IncomingHttpHeaders } from 'node:http';
import type { CallerFault, FaultContext, HttpReply, StatusFault } from '../dialect.ts';

export function googleError(
  status: number,
  name: string,
  message: string,
  details: object[] = [],
): HttpReply {
  const error = { code: status, message, status: name, ...(details.length === 0 ? {} : { details }) };
  return { status, headers: {}, body: { error } };
}

/** A key in `x-goog-api-key` or a bearer token, any but one that says `invalid`. */
export function authoriseGoogle(headers: IncomingHttpHeaders): HttpReply | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = [headers['x-goog-api-key']].flat()[0] ?? bearer;
  return key === undefined || key === '' || key.includes('invalid') ? badKey() : null;
}

function badKey(): HttpReply {
  return googleError(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
    },
  ]);
}

export function googleCallerFault(fault: CallerFault, path: string): HttpReply {
  switch (fault) {
    case 'not_found':
      return googleError(404, 'NOT_FOUND', `The path ${path} was not found.`);
    case 'bad_json':
      return googleError(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received.');
    case 'too_large':
      return googleError(413, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit: 20971520 bytes.');
    default:
      return fault satisfies never;
  }
}

export function unknownGoogleModel(model: string): HttpReply {
  return googleError(
    404,
    'NOT_FOUND',
    `models/${model} is not found for API version v1beta, or is not supported for generateContent.`,
  );
}

export function googleStatusFault(fault: StatusFault, context: FaultContext): HttpReply {
  switch (fault) {
    case 'rate_limit':
      return tooMany('GenerateRequestsPerMinutePerProjectPerModel', `${context.retryAfterSeconds}s`);
    case 'rate_limit_no_hint':
      return tooMany('GenerateRequestsPerMinutePerProjectPerModel', null);
    case 'rate_limit_too_big':
      return googleError(
        429,
        'RESOURCE_EXHAUSTED',
        'Request too large: quota of input tokens per minute, Limit 30000, Requested 37313.',
        [quotaFailure('GenerateContentInputTokensPerModelPerMinute')],
      );
    case 'quota':
      return tooMany('GenerateRequestsPerDayPerProjectPerModel', null);
    case 'server_error':
    case 'stream_error':
      return googleError(500, 'INTERNAL', 'An internal error has occurred. Please retry.');
    case 'overloaded':
      return googleError(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.');
    case 'gateway_timeout':
      return googleError(504, 'DEADLINE_EXCEEDED', 'The request timed out. Please try again.');
    case 'auth':
      return badKey();
    case 'permission':
      return googleError(403, 'PERMISSION_DENIED', 'The caller does not have permission to use this model.');
    case 'model_not_found':
      return unknownGoogleModel(context.model);
    default:
      return googleRequestFault(fault);
  }
}

type RequestFault = Extract<
  StatusFault,
  | 'context_overflow'
  | 'content_filter'
  | 'unsupported'
  | 'invalid_request'
  | 'payload_too_large'
  | 'model_output'
  | 'prefill_refused'
>;

function googleRequestFault(fault: RequestFault): HttpReply {
  switch (fault) {
    case 'context_overflow':
      return googleError(
        400,
        'INVALID_ARGUMENT',
        'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      );
    case 'content_filter':
      return {
        status: 200,
        headers: {},
        body: {
          promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
          usageMetadata: { promptTokenCount: 5 },
        },
      };
    case 'unsupported':
      return googleError(400, 'INVALID_ARGUMENT', 'Function calling is not supported by this model.');
    case 'invalid_request':
      return googleError(400, 'INVALID_ARGUMENT', 'Unable to submit request because the temperature is 3.');
    case 'payload_too_large':
      return googleError(413, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit: 20971520 bytes.');
    case 'model_output':
      return {
        status: 200,
        headers: {},
        body: { candidates: [{ content: {}, finishReason: 'MALFORMED_FUNCTION_CALL', index: 0 }] },
      };
    case 'prefill_refused':
      return googleError(
        400,
        'INVALID_ARGUMENT',
        'Please ensure that multiturn requests end with a user role or a function response.',
      );
    default:
      return fault satisfies never;
  }
}

function tooMany(quotaId: string, delay: string | null): HttpReply {
  const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: delay };
  const details = [quotaFailure(quotaId), ...(delay === null ? [] : [retry])];
  const message = 'You exceeded your current quota for this model.';
  return googleError(429, 'RESOURCE_EXHAUSTED', message, details);
}

function quotaFailure(quotaId: string): object {
  const quotaMetric = 'generativelanguage.googleapis.com/generate_content_requests';
  return {
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [{ quotaMetric, quotaId, quotaValue: '10' }],
  };
}
