import { type Dispatcher, request as send } from 'undici';
import type { Clock } from '#lib/engine/clock.ts';
import type { Failure } from '#lib/engine/types.ts';
import { classifyReply, classifyTransport } from '#lib/wire/classify.ts';
import type { UpstreamTarget } from '#lib/wire/types.ts';
import { authorize } from './authorize.ts';
import { protocolViolation } from './failures.ts';
import type { GoogleTokens } from './google-token.ts';
import type { UpstreamPools } from './pools.ts';
import type { Signable } from './signable.ts';

/** OpenRouter's list of models is half a megabyte. */
const BODY_LIMIT = 8 * 1024 * 1024;

export interface WholeCallDeps {
  clock: Clock;
  tokens: GoogleTokens;
  pools: UpstreamPools;
}

export type WholeReply =
  | { kind: 'answered'; status: number; body: Uint8Array }
  | { kind: 'failed'; failure: Failure };

/**
 * One call and its whole answer, outside any request: a question about the provider itself. Redirects are not followed, since the
 * key would go along. Never rejects; ends by `deadlineAt` (monotonic ms).
 */
export async function exchangeWhole(
  deps: WholeCallDeps,
  request: Signable,
  target: UpstreamTarget,
  deadlineAt: number,
): Promise<WholeReply> {
  const { clock } = deps;
  const limit = new AbortController();
  const over = new AbortController();
  clock.sleep(Math.max(0, deadlineAt - clock.now()), over.signal).then(
    () => limit.abort(),
    () => {},
  );
  try {
    const signal = limit.signal;
    const attempt = { signal, firstTokenBy: Number.POSITIVE_INFINITY, deadlineAt };
    const unauthorised = await authorize(request, target, { ...deps, attempt });
    if (unauthorised !== null) return { kind: 'failed', failure: unauthorised };
    return await answered(deps, request, target, signal);
  } catch (error) {
    return { kind: 'failed', failure: limit.signal.aborted ? tooLate() : classifyTransport(error) };
  } finally {
    over.abort();
  }
}

async function answered(
  { clock, pools }: WholeCallDeps,
  request: Signable,
  { kind, credential }: UpstreamTarget,
  signal: AbortSignal,
): Promise<WholeReply> {
  const { method = 'POST', url, headers, body } = request;
  const reply = await send(url, {
    dispatcher: pools.dispatcher(new URL(url).origin),
    method,
    headers: { ...headers, 'user-agent': 'switchyard', 'accept-encoding': 'identity' },
    ...(method === 'GET' ? {} : { body }),
    signal,
  });
  const bytes = await bodyOf(reply);
  const { statusCode: status } = reply;
  if (bytes === null) {
    return { kind: 'failed', failure: protocolViolation(status, 'The answer is larger than 8 MB.') };
  }
  if (status < 300) return { kind: 'answered', status, body: bytes };
  const facts = { kind, status, headers: reply.headers, body: bytes, credential, nowWallMs: clock.wall() };
  return { kind: 'failed', failure: classifyReply(facts) };
}

async function bodyOf({ body }: Dispatcher.ResponseData): Promise<Uint8Array | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > BODY_LIMIT) return null;
  }
  return Buffer.concat(chunks);
}

function tooLate(): Failure {
  const message = 'No answer within 10 s.';
  return {
    class: 'timeout',
    status: null,
    code: null,
    message,
    retryAfterMs: null,
    timeout: 'first_token',
  };
}
