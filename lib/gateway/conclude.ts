import type { RunOutcome } from '#lib/engine/run-types.ts';
import type { ClientRequest } from '#lib/wire/types.ts';
import type { Answer } from './answer.ts';
import type { Exchange, Service } from './exchange.ts';
import { failedError } from './failure-error.ts';
import { rawErrorOf } from './raw-errors.ts';
import { refuseGracefully } from './refusal.ts';
import { serveAnswer } from './serve-answer.ts';
import type { FlowEntry } from './snapshot-index.ts';

/** Answers the client with what the engine's run came to. `chat`: null for a call whose answer is no message. */
export function conclude(
  exchange: Exchange,
  flow: FlowEntry,
  chat: ClientRequest | null,
  outcome: RunOutcome<Answer>,
): void {
  switch (outcome.kind) {
    case 'served':
      serveAnswer(exchange, flow, chat, outcome);
      return;
    case 'refused':
      refuseGracefully(exchange, flow, chat, outcome);
      return;
    case 'failed':
      concludeFailed(exchange, outcome);
      return;
    case 'aborted':
      exchange.record({ outcome: 'aborted', status: 499, trail: outcome.trail });
      exchange.response.destroy();
      return;
    default:
      outcome satisfies never;
  }
}

/** The caller's own fault leaves as its provider put it when both speak one dialect, and in the face's words otherwise. */
function concludeFailed(exchange: Exchange, outcome: Extract<RunOutcome<Answer>, { kind: 'failed' }>): void {
  const { failure, callersFault, attempts, trail } = outcome;
  const service: Service = { served: null, attempts, degraded: false, reason: null };
  const ending = {
    outcome: callersFault ? 'caller_error' : 'failed',
    reason: outcome.reason ?? failure.class,
    trail,
  } as const;
  const raw = callersFault ? rawErrorOf(failure) : null;
  // A client whose 200 has left hears of it inside its stream.
  const same =
    exchange.early === null &&
    raw !== null &&
    raw.dialect === exchange.format.dialect &&
    raw.status >= 400 &&
    raw.status < 500;
  if (same) exchange.passOn(raw, ending, service);
  else exchange.refuse(failedError(outcome, exchange.format.dialect), ending, service);
}
