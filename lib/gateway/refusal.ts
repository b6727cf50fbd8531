import type { RunOutcome } from '#lib/engine/run-types.ts';
import type { ClientRequest, DegradedAnswer } from '#lib/wire/types.ts';
import type { Exchange, Service } from './exchange.ts';
import { contractHeaders, retryAfterSeconds, STREAM_HEADERS, sendJson } from './respond.ts';
import type { FlowEntry } from './snapshot-index.ts';

type Refused = Extract<RunOutcome<unknown>, { kind: 'refused' }>;

/**
 * The flow's graceful answer when nobody may or can serve: an error that says when to come back, or a friendly message. Where the
 * answer is no message (`chat` null: embeddings, counts of tokens) it is always the error.
 */
export function refuseGracefully(
  exchange: Exchange,
  flow: FlowEntry,
  chat: ClientRequest | null,
  outcome: Refused,
): void {
  const { degraded } = flow.flow.policy;
  const { attempts, reason, trail } = outcome;
  const service: Service = { served: null, attempts, degraded: true, reason };
  const asMessage = chat !== null && degraded.as === 'message';
  const early = exchange.early !== null;
  if (!exchange.signal.aborted) {
    if (asMessage) sendDegradedMessage(exchange, service, degraded.message, chat);
    else sendDegradedError(exchange, service, degradedText(exchange, degraded.message), outcome.retryAfterMs);
  }
  const status = asMessage || early ? 200 : 503;
  exchange.record({ outcome: 'refused', status, degraded: true, reason, trail });
}

/** Why a backup model that is there was not asked. */
function degradedText(exchange: Exchange, message: string): string {
  if (exchange.face !== 'embeddings') return message;
  return `${message} Embeddings come from targets of the primary's model only: those of another model cannot be compared with them.`;
}

function sendDegradedError(
  exchange: Exchange,
  service: Service,
  message: string,
  retryAfterMs: number,
): void {
  const { early, format, response } = exchange;
  const switchyard = exchange.contract(service);
  if (early !== null) {
    early.fail({ status: 503, type: 'degraded', code: 'degraded', message, param: null }, switchyard);
    return;
  }
  const headers = contractHeaders(switchyard, null, format.requestIdHeader);
  headers.push('retry-after', retryAfterSeconds(retryAfterMs), 'x-should-retry', 'false');
  sendJson(response, 503, headers, format.degradedBody(message, switchyard));
}

function sendDegradedMessage(
  exchange: Exchange,
  service: Service,
  message: string,
  chat: ClientRequest,
): void {
  const { early, format, response } = exchange;
  const switchyard = exchange.contract(service);
  const input: DegradedAnswer = {
    id: exchange.id.slice('req_'.length),
    created: Math.floor(exchange.atWallMs / 1000),
    model: switchyard.flow,
    message,
    switchyard,
  };
  if (early !== null) {
    early.finish(format.degradedStream(input, chat.includeUsage));
    return;
  }
  const headers = contractHeaders(switchyard, null, format.requestIdHeader);
  if (!chat.stream) {
    sendJson(response, 200, headers, format.degradedWhole(input));
    return;
  }
  headers.push(...STREAM_HEADERS);
  response.writeHead(200, headers);
  response.end(format.degradedStream(input, chat.includeUsage));
}
