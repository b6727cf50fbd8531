/** An answer that the gateway gives by itself, in OpenAI's error shape. */
export interface HttpError {
  status: number;
  type: 'invalid_request_error' | 'upstream_error' | 'server_error' | 'degraded';
  code: string | null;
  message: string;
  param: string | null;
  headers?: Record<string, string>;
  /** True when the same request may succeed a little later; otherwise clients are told not to retry. */
  retryable?: boolean;
}

const ROUTES = 'POST /v1/chat/completions, GET /v1/models, GET /v1/models/{id}, GET /healthz, GET /readyz';

export const BODY_LIMIT_BYTES = 20 * 1024 * 1024;

function callerError(
  status: number,
  code: string | null,
  message: string,
  param: string | null = null,
): HttpError {
  return { status, type: 'invalid_request_error', code, message, param };
}

export const httpErrors = {
  missingKey: () =>
    callerError(
      401,
      'invalid_api_key',
      'No API key was sent. Send one of this gateway\'s keys as "Authorization: Bearer <key>".',
    ),
  wrongKey: () =>
    callerError(
      401,
      'invalid_api_key',
      "This API key is not known here. Keys are made in the dashboard under Settings; a provider's own key does not work.",
    ),
  unknownFlow: (model: string, flows: readonly string[]) =>
    callerError(
      404,
      'model_not_found',
      `There is no flow "${model.slice(0, 200)}". Send one of these as \`model\`: ${flows.join(', ') || '(no flow exists yet)'}.`,
      'model',
    ),
  unknownRoute: (method: string, path: string) =>
    callerError(
      404,
      'unknown_route',
      `There is no ${method} ${path.slice(0, 200)} here. The routes are: ${ROUTES}.`,
    ),
  wrongMethod: (path: string, allow: string): HttpError => ({
    ...callerError(405, 'method_not_allowed', `${path} takes ${allow}.`),
    headers: { allow },
  }),
  badContent: (status: number, message: string, param: string | null) =>
    callerError(status, null, message, param),
  encodedBody: (encoding: string) =>
    callerError(
      415,
      'unsupported_media_type',
      `Send the body uncompressed, not as "${encoding.slice(0, 40)}".`,
    ),
  tooLarge: () => callerError(413, 'request_too_large', 'The request body is larger than 20 MB.'),
  wrongStakes: (given: string) =>
    callerError(
      400,
      'invalid_stakes',
      `x-switchyard-stakes must be "high" or "low", not "${given.slice(0, 40)}".`,
    ),
  notReady: (): HttpError => ({
    status: 503,
    type: 'server_error',
    code: 'not_ready',
    message: 'The gateway has just started and has no configuration yet.',
    param: null,
    headers: { 'retry-after': '1' },
    retryable: true,
  }),
  draining: (): HttpError => ({
    status: 503,
    type: 'server_error',
    code: 'draining',
    message: 'This worker is shutting down.',
    param: null,
    retryable: true,
  }),
  internal: (): HttpError => ({
    status: 500,
    type: 'server_error',
    code: 'internal_error',
    message: 'The gateway met an internal error.',
    param: null,
  }),
};
