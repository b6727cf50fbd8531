import { insertSwitchyard } from '#lib/wire/openai/served-by.ts';
import type { ClientRequest } from '#lib/wire/types.ts';
import type { BodyAnswer } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { contractHeaders, sendBytes } from './respond.ts';
import { ServedStream } from './serve-stream.ts';
import { endingOf, type Served, serviceOf } from './served-ending.ts';
import type { FlowEntry } from './snapshot-index.ts';

/** Sends a committed answer: the first of it that the client sees. `chat`: null for a call whose answer is no message. */
export function serveAnswer(
  exchange: Exchange,
  flow: FlowEntry,
  chat: ClientRequest | null,
  outcome: Served,
): void {
  const { value } = outcome;
  if (value.kind === 'body') serveBody(exchange, flow, outcome, value);
  else new ServedStream({ exchange, flow, chat, outcome, answer: value }).start();
}

function serveBody(exchange: Exchange, flow: FlowEntry, outcome: Served, answer: BodyAnswer): void {
  const service = serviceOf(flow, outcome);
  const switchyard = exchange.contract(service);
  const gone = exchange.signal.aborted;
  if (!gone) {
    const servedBy = service.served?.servedByHeader ?? null;
    const headers = contractHeaders(switchyard, servedBy, exchange.format.requestIdHeader);
    sendBytes(exchange.response, 200, headers, insertSwitchyard(answer.bytes, switchyard));
  }
  outcome.finish(null);
  exchange.record({
    ...endingOf(exchange, service, outcome.trail),
    ...(gone ? { outcome: 'aborted', status: 499 } : {}),
    usage: answer.usage,
  });
}
