import type { RunOutcome } from '#lib/engine/run-types.ts';
import {
  type DegradedMessage,
  degradedCompletion,
  degradedStream,
} from '#lib/wire/openai/degraded-message.ts';
import { degradedBody } from '#lib/wire/openai/error-body.ts';
import type { ClientRequest } from '#lib/wire/types.ts';
import type { Exchange, Service } from './exchange.ts';
import { contractHeaders, retryAfterSeconds, STREAM_HEADERS, sendJson } from './respond.ts';
import type { FlowEntry } from './snapshot-index.ts';

type Refused = Extract<RunOutcome<unknown>, { kind: 'refused' }>;

/** The flow's graceful answer when nobody may or can serve: an error that says when to come back, or a friendly message. */
export function refuseGracefully(
  exchange: Exchange,
  flow: FlowEntry,
  chat: ClientRequest,
  outcome: Refused,
): void {
  const { degraded } = flow.flow.policy;
  const service: Service = {
    served: null,
    attempts: outcome.attempts,
    degraded: true,
    reason: outcome.reason,
  };
  const status = degraded.as === 'error' ? 503 : 200;
  if (!exchange.signal.aborted) {
    if (degraded.as === 'error') sendDegradedError(exchange, service, degraded.message, outcome.retryAfterMs);
    else sendDegradedMessage(exchange, service, degraded.message, chat);
  }
  exchange.record({
    outcome: 'refused',
    status,
    degraded: true,
    reason: outcome.reason,
    trail: outcome.trail,
  });
}

function sendDegradedError(
  exchange: Exchange,
  service: Service,
  message: string,
  retryAfterMs: number,
): void {
  const switchyard = exchange.contract(service);
  const headers = contractHeaders(switchyard, null);
  headers.push('retry-after', retryAfterSeconds(retryAfterMs), 'x-should-retry', 'false');
  sendJson(exchange.response, 503, headers, degradedBody(message, switchyard));
}

function sendDegradedMessage(exchange: Exchange, service: Service, message: string, chat: ClientRequest): void {
  const switchyard = exchange.contract(service);
  const headers = contractHeaders(switchyard, null);
  const input: DegradedMessage = {
    id: `chatcmpl-${exchange.id.slice('req_'.length)}`,
    created: Math.floor(exchange.atWallMs / 1000),
    model: switchyard.flow,
    message,
    switchyard,
  };
  if (!chat.stream) {
    sendJson(exchange.response, 200, headers, degradedCompletion(input));
    return;
  }
  headers.push(...STREAM_HEADERS);
  exchange.response.writeHead(200, headers);
  exchange.response.end(degradedStream(input, chat.includeUsage));
}
