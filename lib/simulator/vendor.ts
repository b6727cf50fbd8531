import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FaultRule, SimulatedEndpoint } from '#lib/contract/simulator.ts';
import { answer } from './answers.ts';
import { anthropicDialect } from './anthropic/dialect.ts';
import { parseJson, readBody } from './body.ts';
import type { CallLog } from './call-log.ts';
import type { Dialect, Exchange, FaultContext, HttpReply, Prompt } from './dialect.ts';
import type { FaultBook } from './fault-book.ts';
import { openaiDialect } from './openai/dialect.ts';
import { DEFAULT_RETRY_AFTER_SECONDS, type Play, playStream, playWhole, sendReply } from './play.ts';
import { type Random, type Timing, untilAborted } from './timing.ts';

/** What the simulated vendors share. */
export interface World {
  faults: FaultBook;
  calls: CallLog;
  timing: Timing;
  random: Random;
  now: () => number;
}

/** As large as the largest that the real vendors take. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Longer than clients keep idle sockets, as load balancers in front of vendors do. */
const KEEP_ALIVE_MS = 65_000;

const DIALECTS: Record<SimulatedEndpoint['format'], Dialect> = {
  openai: openaiDialect,
  anthropic: anthropicDialect,
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
  const dialect = DIALECTS[endpoint.format];
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.on('error', () => gone.abort());
  const requestId = `req_${randomId(world.random)}`;
  const refuse = (reply: HttpReply) =>
    sendReply(response, { ...reply, headers: { [dialect.requestIdHeader]: requestId, ...reply.headers } });
  const text = await readBody(request, MOST_BYTES);
  const path = (request.url ?? '/').replace(/\?.*$/s, '');
  const refused = dialect.authorise(request.headers, requestId);
  if (request.method === 'GET' && dialect.modelPaths.includes(path)) {
    return refuse(refused ?? { status: 200, headers: {}, body: dialect.models(endpoint.models) });
  }
  if (request.method !== 'POST' || !dialect.chatPaths.includes(path)) {
    return refuse(dialect.callerFault('not_found', `${request.method} ${path}`, requestId));
  }
  if (refused !== null) return refuse(refused);
  if (text === null) return refuse(dialect.callerFault('too_large', path, requestId));
  const json = parseJson(text);
  if (json === undefined) return refuse(dialect.callerFault('bad_json', path, requestId));
  const read = dialect.read(json, endpoint.models, requestId);
  if (!read.ok) return refuse(read.reply);

  const { prompt } = read;
  const rule = meetFault(endpoint, world, prompt);
  const play: Play = {
    response,
    dialect,
    exchange: exchangeOf(world, prompt, requestId),
    rule,
    timing: world.timing,
    headers: dialect.headers(requestId, world.now()),
    gone: gone.signal,
  };
  const wait = rule?.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS;
  await act(play, { model: prompt.model, requestId, retryAfterSeconds: wait }, refuse);
}

/** Answers, or fails in the vendor's own way. */
async function act(play: Play, context: FaultContext, refuse: (reply: HttpReply) => void): Promise<void> {
  const fault = play.rule?.fault ?? null;
  const { stream } = play.exchange.prompt;
  switch (fault) {
    case 'rate_limit':
    case 'rate_limit_no_hint':
    case 'server_error':
    case 'overloaded':
      return refuse(play.dialect.statusFault(fault, context));
    case 'silence':
      return untilAborted(play.gone);
    case 'reset':
      play.response.socket?.resetAndDestroy();
      return;
    case 'stream_error':
      // Without a stream there is no 200 to fail in: the same failure arrives as a status.
      return stream ? playStream(play) : refuse(play.dialect.statusFault(fault, context));
    case 'slow_first_token':
    case 'cut_stream':
    case 'stalled_stream':
    case 'malformed_event':
    case null:
      return stream ? playStream(play) : playWhole(play);
    default:
      return fault satisfies never;
  }
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
