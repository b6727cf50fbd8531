import { readEmbeddings } from '#lib/wire/embeddings/answer.ts';
import { buildEmbeddings, embeddingsUnfit, parseEmbeddings } from '#lib/wire/embeddings/request.ts';
import { admitCall } from './admit-call.ts';
import { type Calls, NOTHING_SPECIAL } from './calls.ts';
import { conclude } from './conclude.ts';
import type { Exchange } from './exchange.ts';
import { runCalls } from './run-calls.ts';

/**
 * `POST /v1/embeddings`. Whatever the flow's mode, only targets of the primary's model answer: vectors of another model lie in
 * another space, and a store that mixes them finds nothing and says nothing.
 */
export async function answerEmbeddings(exchange: Exchange, beforeBody: () => void): Promise<void> {
  const admission = await admitCall(exchange, beforeBody, (body) => {
    const parsed = parseEmbeddings(body);
    return parsed.ok ? { ok: true, request: { ...parsed.request, stream: false } } : parsed;
  });
  if (admission === null) return;
  const { flow, request } = admission;
  const calls: Calls = {
    needs: NOTHING_SPECIAL,
    unfit: ({ engine, upstream }) => embeddingsUnfit({ slug: engine.slug, kind: upstream.kind }),
    build: ({ upstream }) => buildEmbeddings(request, upstream),
    decoder: null,
    readWhole: (_target, body) => readEmbeddings(body),
  };
  conclude(exchange, flow, null, await runCalls(exchange, flow, flow.alternatesOnly, calls));
}
