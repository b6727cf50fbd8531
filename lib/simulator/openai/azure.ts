import type { IncomingHttpHeaders } from 'node:http';
import {
  type Dialect,
  type FaultContext,
  type HttpReply,
  MODELS,
  type Place,
  type ReadPrompt,
  type Route,
  type StatusFault,
} from '../dialect.ts';
import { openaiDialect } from './dialect.ts';
import { embeddingsDialect } from './embeddings.ts';
import { openaiStatusFault } from './errors.ts';
import { responsesDialect } from './responses.ts';

/** Azure's forms of OpenAI's APIs: the deployment stands in the path, the key in `api-key`, and errors have Azure's codes. */
export const AZURE_DIALECTS: readonly [Dialect, ...Dialect[]] = [
  azure(openaiDialect, 'chat/completions', 'answer'),
  azure(responsesDialect, 'responses', 'answer'),
  azure(embeddingsDialect, 'embeddings', 'embed'),
  {
    ...azure(openaiDialect, 'chat/completions', 'answer'),
    route: (method, path) => (method === 'GET' && path === '/openai/deployments' ? MODELS : null),
    models: (models) => ({
      object: 'list',
      data: models.map((id) => ({ object: 'deployment', id, model: id, status: 'succeeded' })),
    }),
  },
];

function azure(base: Dialect, operation: string, kind: Route['kind']): Dialect {
  const pattern = new RegExp(`^/openai/deployments/([^/]+)/${operation}$`);
  return {
    ...base,
    route: (method, path) => {
      const deployment = method === 'POST' ? pattern.exec(path)?.[1] : undefined;
      if (deployment === undefined) return base.route(method, path);
      return { kind, model: decodeURIComponent(deployment), stream: null };
    },
    requestIdHeader: 'apim-request-id',
    authorise,
    read: (json, place) => readDeployment(base, json, place),
    headers: (requestId) => ({ 'apim-request-id': requestId, 'x-ms-region': 'East US 2' }),
    statusFault,
  };
}

/** What the body says of the model means nothing where the path names a deployment. */
function readDeployment(base: Dialect, json: unknown, place: Place): ReadPrompt {
  const { model } = place.route;
  if (model === null || typeof json !== 'object' || json === null) return base.read(json, place);
  if (!place.models.includes(model)) {
    return {
      ok: false,
      reply: azureError(404, 'DeploymentNotFound', 'The API deployment for this resource does not exist.'),
    };
  }
  return base.read({ ...json, model }, place);
}

function authorise(headers: IncomingHttpHeaders): HttpReply | null {
  const key = headers['api-key'];
  if (typeof key === 'string' && key !== '' && !key.includes('invalid')) return null;
  return azureError(
    401,
    '401',
    'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription.',
  );
}

function statusFault(fault: StatusFault, context: FaultContext): HttpReply {
  switch (fault) {
    case 'rate_limit': {
      const seconds = context.retryAfterSeconds;
      const wait = `Please retry after ${seconds} seconds.`;
      const headers = { 'retry-after': String(seconds), 'retry-after-ms': String(seconds * 1000) };
      return { ...tooMany(wait), headers };
    }
    case 'rate_limit_no_hint':
      return tooMany('');
    case 'overloaded':
      return azureError(
        429,
        'RateLimitReached',
        'The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum usage size allowed during peak load.',
      );
    case 'auth':
      return authorise({}) ?? azureError(401, '401', 'Access denied.');
    case 'permission':
      return azureError(403, '403', 'Your access to this resource is temporarily blocked.');
    case 'model_not_found':
      return azureError(404, 'DeploymentNotFound', 'The API deployment for this resource does not exist.');
    case 'content_filter':
      return contentFilter();
    default:
      return openaiStatusFault(fault, context);
  }
}

function tooMany(wait: string): HttpReply {
  return azureError(
    429,
    'RateLimitReached',
    `Requests to the ChatCompletions_Create operation have exceeded the token rate limit of your current pricing tier. ${wait}`.trim(),
  );
}

function contentFilter(): HttpReply {
  const filtered = { filtered: true, severity: 'high' };
  const error = {
    message:
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    type: null,
    param: 'prompt',
    code: 'content_filter',
    status: 400,
    innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: { violence: filtered } },
  };
  return { status: 400, headers: {}, body: { error } };
}

function azureError(status: number, code: string, message: string): HttpReply {
  return { status, headers: {}, body: { error: { code, message } } };
}
