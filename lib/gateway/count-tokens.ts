import { buildCount, countsTokens, parseCount, readCount } from '#lib/wire/anthropic/count-tokens.ts';
import { passHeadersOf } from '#lib/wire/anthropic/pass-headers.ts';
import { admitCall } from './admit-call.ts';
import { type Calls, NOTHING_SPECIAL } from './calls.ts';
import { conclude } from './conclude.ts';
import type { Exchange } from './exchange.ts';
import { httpErrors } from './http-error.ts';
import { runCalls } from './run-calls.ts';

/**
 * `POST /v1/messages/count_tokens`: the first callable target of the chain that speaks the Messages API counts, whichever of them
 * is the flow's primary. A client that is told that none can (404) estimates.
 */
export async function answerCount(exchange: Exchange, beforeBody: () => void): Promise<void> {
  const admission = await admitCall(exchange, beforeBody, (body, headers) => {
    const parsed = parseCount(body, passHeadersOf(headers));
    return parsed.ok ? { ok: true, request: { ...parsed.request, stream: false } } : parsed;
  });
  if (admission === null) return;
  const { flow, request } = admission;
  if (flow.counting === null) {
    exchange.refuse(httpErrors.cannotCountTokens(flow.flow.slug));
    return;
  }
  const calls: Calls = {
    needs: NOTHING_SPECIAL,
    unfit: ({ engine, upstream }) =>
      countsTokens(upstream) ? null : { reason: 'incapable', text: `${engine.slug} cannot count tokens.` },
    build: ({ upstream }) => buildCount(request, upstream),
    decoder: null,
    readWhole: (_target, body) => readCount(body),
  };
  conclude(exchange, flow, null, await runCalls(exchange, flow, flow.counting, calls));
}
