import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { API_ERROR_STATUS, type ApiErrorBody, type ApiErrorCode } from '#lib/contract/errors.ts';
import { faultRuleSchema, type SimulatorSettings } from '#lib/contract/simulator.ts';
import { parseJson, readBody } from './body.ts';
import type { CallLog } from './call-log.ts';
import type { FaultBook } from './fault-book.ts';
import type { Traffic } from './traffic.ts';

export interface ControlDeps {
  faults: FaultBook;
  calls: CallLog;
  settings: SimulatorSettings;
  traffic: Traffic | null;
}

type Issue = ApiErrorBody['error']['issues'][number];
type Answer =
  | { status: 200 | 201 | 204; body: unknown }
  | { error: ApiErrorCode; message: string; issues?: Issue[] };

const MOST_BYTES = 64 * 1024;
const trafficSchema = z.strictObject({ on: z.boolean('Send {"on": true} or {"on": false}.') });

/** The simulator's own HTTP API: faults, traffic, and the vendors' view of the calls. */
export function createControlServer(deps: ControlDeps): Server {
  return createServer((request, response) => {
    answer(deps, request)
      .then((reply) => send(response, reply))
      .catch(() => response.socket?.destroy());
  });
}

async function answer(deps: ControlDeps, request: IncomingMessage): Promise<Answer> {
  const text = await readBody(request, MOST_BYTES);
  const path = (request.url ?? '/').replace(/\?.*$/s, '');
  if (!authorised(request, deps.settings.controlToken)) {
    return { error: 'unauthenticated', message: 'Send the control token as "Authorization: Bearer ...".' };
  }
  if (text === null)
    return { error: 'payload_too_large', message: `The body is over ${MOST_BYTES / 1024} kB.` };
  const id = /^\/faults\/([\w-]+)$/.exec(path)?.[1];
  const route = `${request.method} ${id === undefined ? path : '/faults/{id}'}`;
  switch (route) {
    case 'GET /health':
      return { status: 200, body: { status: 'ok' } };
    case 'GET /faults':
      return { status: 200, body: { items: deps.faults.list() } };
    case 'POST /faults':
      return addFault(deps, text);
    case 'DELETE /faults':
      deps.faults.clear(null);
      return { status: 204, body: null };
    case 'DELETE /faults/{id}':
      if (deps.faults.clear(id ?? '')) return { status: 204, body: null };
      return { error: 'not_found', message: `No fault "${id}" is in force.` };
    case 'GET /calls':
      return { status: 200, body: deps.calls.report() };
    case 'DELETE /calls':
      deps.calls.clear();
      return { status: 204, body: null };
    case 'GET /traffic':
      return { status: 200, body: trafficView(deps.traffic) };
    case 'PUT /traffic':
      return putTraffic(deps, text);
    default:
      return { error: 'not_found', message: `There is no ${request.method} ${path} here.` };
  }
}

function addFault(deps: ControlDeps, text: string): Answer {
  const json = parseJson(text);
  if (json === undefined) return { error: 'invalid_json', message: 'The body is not JSON.' };
  const parsed = faultRuleSchema.safeParse(json);
  if (!parsed.success) return invalid(parsed.error);
  const rule = parsed.data;
  const { endpoints } = deps.settings;
  const known = { provider: endpoints.filter((endpoint) => endpoint.provider === rule.provider) };
  if (known.provider.length === 0) {
    return unknown('provider', rule.provider, new Set(endpoints.map((endpoint) => endpoint.provider)));
  }
  const places = known.provider.filter(
    (endpoint) => rule.endpoint === undefined || rule.endpoint === endpoint.endpoint,
  );
  if (places.length === 0) {
    return unknown(
      'endpoint',
      rule.endpoint ?? '',
      known.provider.map((endpoint) => endpoint.endpoint),
    );
  }
  const models = new Set(places.flatMap((endpoint) => endpoint.models));
  if (rule.model !== undefined && !models.has(rule.model)) return unknown('model', rule.model, models);
  return { status: 201, body: deps.faults.add(rule) };
}

async function putTraffic(deps: ControlDeps, text: string): Promise<Answer> {
  const parsed = trafficSchema.safeParse(parseJson(text));
  if (!parsed.success) return invalid(parsed.error);
  if (deps.traffic === null) {
    return { error: 'conflict', message: 'This simulator was started without a traffic generator.' };
  }
  if (parsed.data.on) deps.traffic.start();
  else await deps.traffic.stop();
  return { status: 200, body: trafficView(deps.traffic) };
}

function trafficView(traffic: Traffic | null): object {
  return { on: traffic?.running() ?? false, results: traffic?.results() ?? null };
}

function unknown(what: 'provider' | 'endpoint' | 'model', given: string, there: Iterable<string>): Answer {
  const message = `No simulated ${what} "${given}"; there are: ${[...there].join(', ') || 'none'}.`;
  return { error: 'invalid', message, issues: [{ path: what, message }] };
}

function invalid(error: z.ZodError): Answer {
  const issues = error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  return { error: 'invalid', message: issues[0]?.message ?? 'The body is not valid.', issues };
}

function authorised(request: IncomingMessage, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`));
}

function send(response: ServerResponse, answer: Answer): void {
  if ('status' in answer) {
    response.writeHead(answer.status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(answer.status === 204 ? undefined : JSON.stringify(answer.body));
    return;
  }
  const body: ApiErrorBody = {
    error: { code: answer.error, message: answer.message, issues: answer.issues ?? [] },
  };
  response.writeHead(API_ERROR_STATUS[answer.error], { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
