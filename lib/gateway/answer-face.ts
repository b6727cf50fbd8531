import { admitCall } from './admit-call.ts';
import { chatCalls } from './chat-calls.ts';
import { conclude } from './conclude.ts';
import { EarlyAnswer } from './early-answer.ts';
import type { Exchange } from './exchange.ts';
import { resumable } from './resume.ts';
import { runCalls } from './run-calls.ts';

/**
 * Answers one call of a chat face: `POST /v1/chat/completions`, `/v1/responses` or `/v1/messages`, whichever `exchange.face` says.
 * `beforeBody` runs once the headers alone give no reason to turn it away.
 */
export async function answerFace(exchange: Exchange, beforeBody: () => void): Promise<void> {
  const { format, services } = exchange;
  const admission = await admitCall(exchange, beforeBody, format.parse);
  if (admission === null) return;
  const { flow, request } = admission;
  if (request.stream) exchange.wait = new EarlyAnswer(exchange, services.waits, flow.flow.policy.buffer);
  const calls = resumable(chatCalls(request, flow, services), request, exchange);
  const outcome = await runCalls(exchange, flow, flow.engine, calls);
  conclude(exchange, flow, request, outcome);
}
