import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FaultRule, SimulatedEndpoint, SimulatedFormat } from '#lib/contract/simulator.ts';
import { answer } from './answers.ts';
import { anthropicDialect } from './anthropic/dialect.ts';
import { bedrockDialect } from './bedrock/dialect.ts';
import { parseJson, readBody } from './body.ts';
import type { CallLog } from './call-log.ts';
import type { Dialect, Exchange, FaultContext, HttpReply, Prompt, Route } from './dialect.ts';
import type { FaultBook } from './fault-book.ts';
import { geminiDialect } from './gemini/dialect.ts';
import type { KeyRing } from './key-ring.ts';
import { ollamaDialect } from './ollama/dialect.ts';
import { AZURE_DIALECTS } from './openai/azure.ts';
import { openaiDialect } from './openai/dialect.ts';
import { embeddingsDialect } from './openai/embeddings.ts';
import { responsesDialect } from './openai/responses.ts';
import {
  DEFAULT_RETRY_AFTER_SECONDS,
  type Play,
  playStream,
  playWhole,
  sendPage,
  sendReply,
} from './play.ts';
import { type Random, type Timing, untilAborted } from './timing.ts';

/** What the simulated vendors share. */
export interface World {
  faults: FaultBook;
  keys: KeyRing;
  calls: CallLog;
  timing: Timing;
  random: Random;
  now: () => number;
}

/** As large as the largest that the real vendors take. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Longer than clients keep idle sockets, as load balancers in front of vendors do. */
const KEEP_ALIVE_MS = 65_000;

/** A vendor's APIs, in the order in which a path is offered to them; the first also words what fits none. */
const DIALECTS: Record<SimulatedFormat, readonly [Dialect, ...Dialect[]]> = {
  openai: [openaiDialect, responsesDialect, embeddingsDialect],
  azure: AZURE_DIALECTS,
  anthropic: [anthropicDialect],
  gemini: [geminiDialect],
  bedrock: [bedrockDialect],
  ollama: [ollamaDialect],
};

/** One endpoint's HTTP server; a server of its own, so that one region can fail alone. */
export function createVendor(endpoint: SimulatedEndpoint, world: World): Server {
  const server = createServer((request, response) => {
    serve(endpoint, world, request, response).catch(() => response.socket?.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function serve(
  endpoint: SimulatedEndpoint,
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').replace(/\?.*$/s, '');
  const { dialect, route } = destination(endpoint.format, request.method ?? 'GET', path);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.on('error', () => gone.abort());
  const requestId = `req_${randomId(world.random)}`;
  const refuse = (reply: HttpReply) =>
    sendReply(response, { ...reply, headers: { [dialect.requestIdHeader]: requestId, ...reply.headers } });
  const text = await readBody(request, MOST_BYTES);
  const refused =
    dialect.authorise(request.headers, requestId) ??
    (world.keys.admits(endpoint.provider, request.headers)
      ? null
      : dialect.statusFault('auth', {
          model: '',
          requestId,
          retryAfterSeconds: DEFAULT_RETRY_AFTER_SECONDS,
        }));
  if (route?.kind === 'models') {
    return refuse(refused ?? { status: 200, headers: {}, body: dialect.models(endpoint.models) });
  }
  if (route === null) {
    return refuse(dialect.callerFault('not_found', `${request.method} ${path}`, requestId));
  }
  if (refused !== null) return refuse(refused);
  if (text === null) return refuse(dialect.callerFault('too_large', path, requestId));
  const json = parseJson(text);
  if (json === undefined) return refuse(dialect.callerFault('bad_json', path, requestId));
  const read = dialect.read(json, { models: endpoint.models, requestId, route });
  if (!read.ok) return refuse(read.reply);

  const { prompt } = read;
  const exchange = exchangeOf(world, prompt, requestId);
  if (route.kind === 'count' && dialect.aside !== undefined) {
    return refuse({ status: 200, headers: {}, body: dialect.aside(route, json, exchange) });
  }
  const rule = meetFault(endpoint, world, prompt);
  const aside = route.kind === 'embed' ? dialect.aside : undefined;
  const play: Play = {
    response,
    dialect: aside === undefined ? dialect : { ...dialect, completion: () => aside(route, json, exchange) },
    exchange,
    rule,
    timing: world.timing,
    headers: dialect.headers(requestId, world.now()),
    gone: gone.signal,
  };
  const wait = rule?.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS;
  await act(play, { model: prompt.model, requestId, retryAfterSeconds: wait }, refuse);
}

function destination(
  format: SimulatedFormat,
  method: string,
  path: string,
): { dialect: Dialect; route: Route | null } {
  const dialects = DIALECTS[format];
  for (const dialect of dialects) {
    const route = dialect.route(method, path);
    if (route !== null) return { dialect, route };
  }
  return { dialect: dialects[0], route: null };
}

/** Answers, or fails in the vendor's own way. */
async function act(play: Play, context: FaultContext, refuse: (reply: HttpReply) => void): Promise<void> {
  const fault = play.rule?.fault ?? null;
  const { stream, prefill } = play.exchange.prompt;
  const wholeOrStream = () => (stream ? playStream(play) : playWhole(play));
  switch (fault) {
    case 'silence':
      return untilAborted(play.gone);
    case 'reset':
      play.response.socket?.resetAndDestroy();
      return;
    case 'html_answer':
      return sendPage(play.response, 200, 'Welcome');
    case 'bad_gateway':
      return sendPage(play.response, 502, '502 Bad Gateway');
    case 'stream_error':
      // Without a stream there is no 200 to fail in: the same failure arrives as a status.
      return stream ? playStream(play) : refuse(play.dialect.statusFault(fault, context));
    case 'prefill_refused':
      return prefill === '' ? wholeOrStream() : refuse(play.dialect.statusFault(fault, context));
    case 'empty_answer':
      play.exchange.answers = [{ kind: 'text', pieces: [], truncated: false }];
      return wholeOrStream();
    case 'slow_first_token':
    case 'cut_stream':
    case 'stalled_stream':
    case 'malformed_event':
    case 'late_error':
    case 'truncated_stream':
    case 'odd_framing':
    case null:
      return wholeOrStream();
    default:
      return failAtOnce(play, play.dialect.statusFault(fault, context), refuse);
  }
}

/** Most failures have a status; some vendors hide one in a 200. */
function failAtOnce(
  { dialect, exchange, headers, response }: Play,
  reply: HttpReply,
  refuse: (reply: HttpReply) => void,
) {
  if (reply.status !== 200 || !exchange.prompt.stream) return refuse(reply);
  response.writeHead(200, { 'content-type': dialect.streamType, ...headers });
  response.end(dialect.frame(reply.body));
}

function meetFault(endpoint: SimulatedEndpoint, world: World, prompt: Prompt): FaultRule | null {
  const site = { provider: endpoint.provider, endpoint: endpoint.endpoint, model: prompt.model };
  const rule = world.faults.meet(site);
  world.calls.add({ ...site, atWallMs: world.now(), stream: prompt.stream, fault: rule?.fault ?? null });
  return rule;
}

function exchangeOf(world: World, prompt: Prompt, requestId: string): Exchange {
  return {
    prompt,
    answers: answer(prompt),
    requestId,
    id: randomId(world.random),
    createdSeconds: Math.floor(world.now() / 1000),
  };
}

function randomId(random: Random): string {
  return Array.from({ length: 24 }, () => Math.floor(random() * 36).toString(36)).join('');
}
