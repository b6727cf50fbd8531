import type { RunOutcome } from '#lib/engine/run-types.ts';
import { parseChatRequest } from '#lib/wire/openai/chat-request.ts';
import type { ClientRequest } from '#lib/wire/types.ts';
import { type Admitted, admitFlow, admitKey, admitLength, admitStakes, readBody } from './admit.ts';
import type { Answer } from './answer.ts';
import { createCallTarget } from './attempt.ts';
import type { Exchange } from './exchange.ts';
import { failedError } from './failure-error.ts';
import { type HttpError, httpErrors } from './http-error.ts';
import { refuseGracefully } from './refusal.ts';
import { serveAnswer } from './serve-answer.ts';
import type { FlowEntry } from './snapshot-index.ts';

interface Admission {
  flow: FlowEntry;
  chat: ClientRequest;
}

/** Answers one `POST /v1/chat/completions`. `beforeBody` runs once the headers alone give no reason to turn it away. */
export async function answerChat(exchange: Exchange, beforeBody: () => void): Promise<void> {
  const admission = await admit(exchange, beforeBody);
  if (admission === null) {
    exchange.record({ outcome: 'aborted', status: 499 });
    return;
  }
  if (!admission.ok) {
    exchange.refuse(admission.error);
    return;
  }
  const { flow, chat } = admission.value;
  const { engine } = exchange.services;
  const outcome = await engine.run(
    {
      flow: flow.engine,
      stream: chat.stream,
      stakes: exchange.stakes,
      needs: chat.needs,
      startedAt: exchange.startedAt,
      signal: exchange.signal,
    },
    createCallTarget(exchange.services, flow, chat),
  );
  conclude(exchange, flow, chat, outcome);
}

/** Key, size, stakes, body and flow, in the order in which a client can mend them; null when it left meanwhile. */
async function admit(exchange: Exchange, beforeBody: () => void): Promise<Admitted<Admission> | null> {
  const { index } = exchange.services;
  if (index === null) return turnedAway(httpErrors.notReady());
  const { headers } = exchange.request;
  const key = admitKey(headers, index);
  if (!key.ok) return key;
  exchange.key = key.value;
  const fault = admitLength(headers);
  if (fault !== null) return turnedAway(fault);
  const stakes = admitStakes(headers);
  if (!stakes.ok) return stakes;
  exchange.stakes = stakes.value;
  beforeBody();
  const body = await readBody(exchange.request);
  if (body === null || !body.ok) return body;
  const parsed = parseChatRequest(body.value);
  if (!parsed.ok) return turnedAway(httpErrors.badContent(parsed.status, parsed.message, parsed.param));
  exchange.stream = parsed.request.stream;
  const flow = admitFlow(parsed.request.model, key.value, index);
  if (!flow.ok) return flow;
  exchange.flow = flow.value;
  return { ok: true, value: { flow: flow.value, chat: parsed.request } };
}

function turnedAway(error: HttpError): Admitted<never> {
  return { ok: false, error };
}

function conclude(exchange: Exchange, flow: FlowEntry, chat: ClientRequest, outcome: RunOutcome<Answer>): void {
  switch (outcome.kind) {
    case 'served':
      serveAnswer(exchange, flow, outcome);
      return;
    case 'refused':
      refuseGracefully(exchange, flow, chat, outcome);
      return;
    case 'failed':
      exchange.refuse(
        failedError(outcome),
        {
          outcome: outcome.callersFault ? 'caller_error' : 'failed',
          reason: outcome.reason ?? outcome.failure.class,
          trail: outcome.trail,
        },
        { served: null, attempts: outcome.attempts, degraded: false, reason: null },
      );
      return;
    case 'aborted':
      exchange.record({ outcome: 'aborted', status: 499, trail: outcome.trail });
      exchange.response.destroy();
      return;
    default:
      outcome satisfies never;
  }
}
