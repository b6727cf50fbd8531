import type { IncomingHttpHeaders } from 'node:http';
import type { CallerFault, FaultContext, HttpReply, StatusFault } from '../dialect.ts';

export function awsError(status: number, type: string, message: string): HttpReply {
  return {
    status,
    headers: { 'x-amzn-errortype': `${type}:http://internal.amazon.com/` },
    body: { message },
  };
}

/** A signature or a bearer key, any but one that says `invalid`: signatures are not checked here. */
export function authoriseAws(headers: IncomingHttpHeaders): HttpReply | null {
  const given = headers.authorization ?? '';
  if (!/^(AWS4-HMAC-SHA256|Bearer) /.test(given)) {
    return awsError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  return given.includes('invalid') ? badToken() : null;
}

function badToken(): HttpReply {
  return awsError(
    403,
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  );
}

export function awsCallerFault(fault: CallerFault, path: string): HttpReply {
  switch (fault) {
    case 'not_found':
      return awsError(404, 'UnknownOperationException', `There is no operation at ${path}.`);
    case 'bad_json':
      return awsError(400, 'SerializationException', 'The request body is not valid JSON.');
    case 'too_large':
      return awsError(413, 'RequestEntityTooLargeException', 'Request body too large.');
    default:
      return fault satisfies never;
  }
}

type PlainFault = Exclude<StatusFault, 'content_filter'>;

const ANSWERS: Readonly<Record<PlainFault, readonly [status: number, type: string, message: string]>> = {
  rate_limit: [429, 'ThrottlingException', 'Too many requests, please wait before trying again.'],
  rate_limit_no_hint: [429, 'ThrottlingException', 'Too many tokens, please wait before trying again.'],
  rate_limit_too_big: [429, 'ThrottlingException', 'Request too large: Limit 30000, Requested 37313.'],
  server_error: [500, 'InternalServerException', 'The system encountered an unexpected error.'],
  stream_error: [500, 'InternalServerException', 'The system encountered an unexpected error.'],
  overloaded: [
    503,
    'ServiceUnavailableException',
    'The service is temporarily unable to process the request.',
  ],
  gateway_timeout: [408, 'ModelTimeoutException', 'The request took too long to process.'],
  auth: [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'],
  permission: [
    403,
    'AccessDeniedException',
    "You don't have access to the model with the specified model ID.",
  ],
  quota: [429, 'ThrottlingException', 'Too many tokens per day, please wait before trying again.'],
  model_not_found: [400, 'ValidationException', 'The provided model identifier is invalid.'],
  context_overflow: [400, 'ValidationException', 'Input is too long for requested model.'],
  unsupported: [400, 'ValidationException', "This model doesn't support tool use in streaming mode."],
  invalid_request: [400, 'ValidationException', 'A conversation must start with a user message.'],
  payload_too_large: [413, 'RequestEntityTooLargeException', 'Request body too large.'],
  model_output: [424, 'ModelErrorException', 'The model produced an invalid tool use.'],
  prefill_refused: [
    400,
    'ValidationException',
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  ],
};

export function awsStatusFault(fault: StatusFault, context: FaultContext): HttpReply {
  if (fault === 'content_filter') return filtered();
  const [status, type, message] = ANSWERS[fault];
  const reply = awsError(status, type, message);
  if (fault !== 'rate_limit') return reply;
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(context.retryAfterSeconds) } };
}

/** A guardrail stops the answer before its first word. */
function filtered(): HttpReply {
  return {
    status: 200,
    headers: {},
    body: {
      output: { message: { role: 'assistant', content: [] } },
      stopReason: 'content_filtered',
      usage: { inputTokens: 5, outputTokens: 0, totalTokens: 5 },
      metrics: { latencyMs: 1 },
    },
  };
}
