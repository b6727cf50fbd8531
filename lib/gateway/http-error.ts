import type { FaceError } from '#lib/wire/types.ts';

/** An answer that the gateway gives by itself; the face that was called gives it its form. */
export interface HttpError extends FaceError {
  headers?: Record<string, string>;
  /** True when the same request may succeed a little later; otherwise clients are told not to retry. */
  retryable?: boolean;
}

const ROUTES =
  'POST /v1/chat/completions, POST /v1/responses, POST /v1/messages, POST /v1/messages/count_tokens, POST /v1/embeddings, GET /v1/models, GET /v1/models/{id}, GET /embed/badge.js, GET /healthz, GET /readyz';

/** Anthropic's limit for a request, the largest of the faces' vendors. */
export const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

function callerError(
  status: number,
  code: string | null,
  message: string,
  param: string | null = null,
): HttpError {
  return { status, type: 'invalid_request_error', code, message, param };
}

function ownError(status: number, code: string, message: string): HttpError {
  return { status, type: 'server_error', code, message, param: null };
}

export const httpErrors = {
  missingKey: () =>
    callerError(
      401,
      'invalid_api_key',
      'No API key was sent. Send one of this gateway\'s keys as "Authorization: Bearer <key>", "x-api-key" or "api-key".',
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
  /** The client's base URL lacks `/v1`, or has it twice. */
  wrongBase: (method: string, path: string, right: string) =>
    callerError(
      404,
      'unknown_route',
      `There is no ${method} ${path.slice(0, 200)} here, but there is ${right}: check the base URL of your client. OpenAI's clients want it with /v1 at its end, Anthropic's without.`,
    ),
  /** A vendor has this, we do not; `supported` says what to use. */
  unsupportedRoute: (status: 404 | 501, method: string, path: string, supported: string): HttpError => ({
    ...callerError(status, 'not_supported', `${method} ${path.slice(0, 200)} is not supported. ${supported}`),
  }),
  wrongMethod: (path: string, allow: string): HttpError => ({
    ...callerError(405, 'method_not_allowed', `${path.slice(0, 200)} takes ${allow}.`),
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
  tooLarge: () => callerError(413, 'request_too_large', 'The request body is larger than 32 MB.'),
  wrongStakes: (given: string) =>
    callerError(
      400,
      'invalid_stakes',
      `x-switchyard-stakes must be "high" or "low", not "${given.slice(0, 40)}".`,
    ),
  cannotCountTokens: (flow: string) =>
    callerError(
      404,
      'not_found',
      `No target of the flow "${flow}" can count tokens: only targets that speak Anthropic's Messages API can.`,
    ),
  notReady: (): HttpError => ({
    ...ownError(503, 'not_ready', 'The gateway has just started and has no configuration yet.'),
    headers: { 'retry-after': '1' },
    retryable: true,
  }),
  draining: (): HttpError => ({
    ...ownError(503, 'draining', 'This worker is shutting down.'),
    retryable: true,
  }),
  internal: () => ownError(500, 'internal_error', 'The gateway met an internal error.'),
};
