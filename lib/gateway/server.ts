import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerChat } from './chat.ts';
import { Exchange } from './exchange.ts';
import { httpErrors } from './http-error.ts';
import { answerModel, answerModels } from './models.ts';
import { idHeaders, sendJson } from './respond.ts';
import type { GatewayServices } from './services.ts';

/** Longer than load balancers keep theirs, so that they never reuse a connection that is just closing. */
const KEEP_ALIVE_MS = 75_000;

type Handler = (exchange: Exchange, beforeBody: () => void) => void | Promise<void>;

interface Route {
  methods: Readonly<Record<string, Handler>>;
}

const read = (handler: Handler): Route => ({ methods: { GET: handler, HEAD: handler } });

const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['/v1/chat/completions', { methods: { POST: answerChat } }],
  ['/v1/models', read(answerModels)],
  ['/healthz', read((exchange) => sendStatus(exchange, 200, { status: 'ok' }))],
  ['/readyz', read(answerReady)],
  ['/', read((exchange) => sendStatus(exchange, 200, { product: 'Switchyard', api: '/v1', status: 'ok' }))],
]);

const MODEL_ROUTE = read(answerModel);
const MODEL_PREFIX = '/v1/models/';

/** The data plane's HTTP server. It does not listen: connections are handed to it. */
export function createGatewayServer(services: GatewayServices): Server {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
    void handle(services, request, response, () => {});
  });
  // "Expect: 100-continue" is answered only when the headers alone give no reason to refuse, so that 20 MB are not sent for nothing.
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
  const path = pathOf(url);
  const route = ROUTES.get(path) ?? (path.startsWith(MODEL_PREFIX) ? MODEL_ROUTE : undefined);
  if (route === undefined) {
    exchange.refuseUnrecorded(httpErrors.unknownRoute(method, path));
    return;
  }
  const handler = route.methods[method];
  if (handler === undefined) {
    exchange.refuseUnrecorded(httpErrors.wrongMethod(path, Object.keys(route.methods).join(', ')));
    return;
  }
  return handler(exchange, beforeBody);
}

/** Without its query and one closing slash. */
function pathOf(url: string): string {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function answerReady(exchange: Exchange): void {
  const { index, draining } = exchange.services;
  if (index === null) exchange.refuseUnrecorded(httpErrors.notReady());
  else if (draining) exchange.refuseUnrecorded(httpErrors.draining());
  else sendStatus(exchange, 200, { status: 'ready', configVersion: index.version });
}

function sendStatus(exchange: Exchange, status: number, body: object): void {
  sendJson(exchange.response, status, idHeaders(exchange.id), body);
}
