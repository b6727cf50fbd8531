import type { RunOutcome } from '#lib/engine/run-types.ts';
import type { Failure } from '#lib/engine/types.ts';
import { insertSwitchyard } from '#lib/wire/openai/served-by.ts';
import type { Answer, BodyAnswer, StreamAnswer } from './answer.ts';
import { EventWriter } from './event-writer.ts';
import type { Exchange, Service } from './exchange.ts';
import { upstreamCode } from './failure-error.ts';
import { clientAbort } from './failures.ts';
import { Relay, type RelayResult } from './relay.ts';
import { type FinishedRequest, notesOfAnswer } from './request-record.ts';
import { contractHeaders, sendBytes } from './respond.ts';
import type { FlowEntry } from './snapshot-index.ts';

type Served = Extract<RunOutcome<Answer>, { kind: 'served' }>;

/** Sends a committed answer: the first bytes that the client sees. */
export function serveAnswer(exchange: Exchange, flow: FlowEntry, outcome: Served): void {
  const service: Service = {
    served: flow.targets.get(outcome.target.slug) ?? null,
    attempts: outcome.attempts,
    degraded: outcome.degraded,
    reason: outcome.reason,
    notes: notesOfAnswer(outcome.trail, outcome.target.slug),
  };
  if (outcome.value.kind === 'body') serveBody(exchange, service, outcome, outcome.value);
  else serveStream(exchange, service, outcome, outcome.value);
}

function serveBody(exchange: Exchange, service: Service, outcome: Served, answer: BodyAnswer): void {
  const switchyard = exchange.contract(service);
  const gone = exchange.signal.aborted;
  if (!gone) {
    const headers = contractHeaders(
      switchyard,
      service.served?.servedByHeader ?? null,
      exchange.format.requestIdHeader,
    );
    sendBytes(exchange.response, 200, headers, insertSwitchyard(answer.bytes, switchyard));
  }
  outcome.finish(null);
  exchange.record({
    ...ending(exchange, service, outcome),
    ...(gone ? { outcome: 'aborted', status: 499 } : {}),
    usage: answer.usage,
  });
}

function serveStream(exchange: Exchange, service: Service, outcome: Served, answer: StreamAnswer): void {
  const { response, format } = exchange;
  const switchyard = exchange.contract(service);
  const done = ({ failure, malformedEvents }: RelayResult) => {
    exchange.onGone = null;
    outcome.finish(failure);
    exchange.record({
      ...ending(exchange, service, outcome),
      ...broken(failure),
      usage: answer.usage(),
      malformedEvents,
    });
  };
  const writer = new EventWriter(exchange.request, response);
  const relay = new Relay({
    writer,
    answer,
    mark: (first) => insertSwitchyard(first, switchyard),
    errorEvent: (failure) =>
      format.streamError(
        {
          status: 502,
          message: `The answer broke off: ${failure.message}`,
          type: 'upstream_error',
          code: upstreamCode(failure),
          param: null,
        },
        switchyard,
        exchange.id,
        answer.sequence(),
      ),
    terminator: format.terminator,
    done,
  });
  if (exchange.signal.aborted) {
    relay.clientGone(clientAbort());
    return;
  }
  exchange.onGone = () => relay.clientGone(clientAbort());
  const headers = contractHeaders(
    switchyard,
    service.served?.servedByHeader ?? null,
    exchange.format.requestIdHeader,
  );
  writer.begin(headers);
  response.on('drain', () => answer.resume());
  answer.attach(relay);
}

function ending(exchange: Exchange, service: Service, outcome: Served) {
  const { served, degraded, reason } = service;
  return {
    outcome: servedOutcome(exchange, outcome),
    status: 200,
    served,
    degraded,
    reason,
    badge: exchange.badge(service) !== null,
    trail: outcome.trail,
  } as const;
}

/** The first enabled target of the chain is the primary; what else is not degraded is an alternate of it. */
function servedOutcome(exchange: Exchange, { degraded, target }: Served): 'primary' | 'alternate' | 'backup' {
  if (degraded) return 'backup';
  const chain = exchange.flow?.engine.chain ?? [];
  const primary = chain.find((entry) => entry.enabled && isEnabled(exchange, entry.target));
  return primary?.target === target.slug ? 'primary' : 'alternate';
}

function isEnabled(exchange: Exchange, target: string): boolean {
  return exchange.flow?.targets.get(target)?.engine.enabled === true;
}

function broken(failure: Failure | null): Partial<FinishedRequest> {
  if (failure === null) return {};
  const outcome = failure.class === 'client_abort' ? 'aborted' : 'broken_stream';
  return { outcome };
}
