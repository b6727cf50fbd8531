import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerFace } from './answer-face.ts';
import { answerCount } from './count-tokens.ts';
import { answerBadgeScript, BADGE_PATH } from './embed.ts';
import { answerEmbeddings } from './embeddings.ts';
import { Exchange } from './exchange.ts';
import { httpErrors } from './http-error.ts';
import { answerModel, answerModels, MODEL_PREFIX } from './models.ts';
import { idHeaders, sendJson } from './respond.ts';
import { type Handler, placeOf, type Route, rightBase } from './routes.ts';
import type { GatewayServices } from './services.ts';
import { unsupportedRoute } from './unsupported-routes.ts';

/** Longer than load balancers keep theirs, so that they never reuse a connection that is just closing. */
const KEEP_ALIVE_MS = 75_000;

const read = (handler: Handler): Route => ({ face: null, methods: { GET: handler, HEAD: handler } });

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/v1/chat/completions', { face: 'chat', methods: { POST: answerFace } }],
  ['/v1/responses', { face: 'responses', methods: { POST: answerFace } }],
  ['/v1/messages', { face: 'messages', methods: { POST: answerFace } }],
  ['/v1/messages/count_tokens', { face: 'messages', methods: { POST: answerCount } }],
  ['/v1/embeddings', { face: 'embeddings', methods: { POST: answerEmbeddings } }],
  ['/v1/models', read(answerModels)],
  [BADGE_PATH, read(answerBadgeScript)],
  ['/healthz', read((exchange) => sendStatus(exchange, 200, { status: 'ok' }))],
  ['/readyz', read(answerReady)],
  ['/', read((exchange) => sendStatus(exchange, 200, { product: 'Switchyard', api: '/v1', status: 'ok' }))],
]);

const MODEL_ROUTE = read(answerModel);

/** The data plane's HTTP server. It does not listen: connections are handed to it. */
export function createGatewayServer(services: GatewayServices): Server {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
    void handle(services, request, response, () => {});
  });
  // "Expect: 100-continue" is answered only when the headers alone give no reason to refuse, so that 32 MB are not sent for nothing.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    void handle(services, request, response, () => response.writeContinue());
  });
  return server;
}

async function handle(
  services: GatewayServices,
  request: IncomingMessage,
  response: ServerResponse,
  beforeBody: () => void,
): Promise<void> {
  const exchange = new Exchange(services, request, response);
  if (services.draining) response.shouldKeepAlive = false;
  try {
    await dispatch(exchange, beforeBody);
  } catch (error) {
    // The stack names our own files only; the message could quote a request.
    const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 4).join(' ').trim() : '';
    services.log(`${exchange.id}: ${error instanceof Error ? error.name : 'error'} ${stack}`);
    if (response.headersSent) response.destroy();
    else exchange.refuse(httpErrors.internal(), { outcome: 'failed' });
  }
}

function dispatch(exchange: Exchange, beforeBody: () => void): void | Promise<void> {
  const { method = 'GET', url = '/' } = exchange.request;
  const { path, deployment } = placeOf(url);
  const route = routeOf(path);
  if (route === undefined) {
    refuseUnknown(exchange, method, path);
    return;
  }
  exchange.face = route.face ?? faceOfHeaders(exchange.request);
  exchange.deployment = deployment;
  const handler = route.methods[method];
  if (handler === undefined) {
    exchange.refuseUnrecorded(httpErrors.wrongMethod(path, Object.keys(route.methods).join(', ')));
    return;
  }
  return handler(exchange, beforeBody);
}

function routeOf(path: string): Route | undefined {
  return ROUTES.get(path) ?? (path.startsWith(MODEL_PREFIX) ? MODEL_ROUTE : undefined);
}

function refuseUnknown(exchange: Exchange, method: string, path: string): void {
  const known = unsupportedRoute(method, path);
  exchange.face = known?.face ?? faceOfHeaders(exchange.request);
  const meant = rightBase(path, (candidate) => routeOf(candidate) !== undefined);
  if (known !== null) exchange.refuseUnrecorded(known.error);
  else if (meant !== null) exchange.refuseUnrecorded(httpErrors.wrongBase(method, path, meant));
  else exchange.refuseUnrecorded(httpErrors.unknownRoute(method, path));
}

/** Where a path belongs to no one dialect, Anthropic's clients give themselves away by their version header. */
function faceOfHeaders({ headers }: IncomingMessage): 'messages' | 'chat' {
  return headers['anthropic-version'] === undefined ? 'chat' : 'messages';
}

function answerReady(exchange: Exchange): void {
  const { index, draining } = exchange.services;
  if (index === null) exchange.refuseUnrecorded(httpErrors.notReady());
  else if (draining) exchange.refuseUnrecorded(httpErrors.draining());
  else sendStatus(exchange, 200, { status: 'ready', configVersion: index.version });
}

function sendStatus(exchange: Exchange, status: number, body: object): void {
  sendJson(exchange.response, status, idHeaders(exchange.id, exchange.format.requestIdHeader), body);
}
