import type { ResumeAt } from '#lib/engine/run-types.ts';
import type { Failure } from '#lib/engine/types.ts';
import { insertSwitchyard } from '#lib/wire/openai/served-by.ts';
import type { ClientRequest, Relayed } from '#lib/wire/types.ts';
import type { StreamAnswer } from './answer.ts';
import { EventWriter } from './event-writer.ts';
import type { Exchange, Service } from './exchange.ts';
import { upstreamCode } from './failure-error.ts';
import { clientAbort } from './failures.ts';
import { Relay, type RelayResult } from './relay.ts';
import { contractHeaders } from './respond.ts';
import { continuable, resumeAt } from './resume.ts';
import { endingOf, type Served, serviceOf } from './served-ending.ts';
import type { FlowEntry } from './snapshot-index.ts';

export interface ServedStreamParts {
  exchange: Exchange;
  flow: FlowEntry;
  /** null: it cannot be gone on with. */
  chat: ClientRequest | null;
  outcome: Served;
  answer: StreamAnswer;
}

/** A committed stream from its client's first byte to its record, and over to another target once when it breaks off on the way. */
export class ServedStream {
  readonly #parts: ServedStreamParts;
  readonly #writer: EventWriter;
  readonly #relay: Relay;
  #outcome: Served;
  #service: Service;
  #answer: StreamAnswer;
  /** The engine still waits to hear how the answer ended. */
  #owed = true;
  #tried = false;

  constructor(parts: ServedStreamParts) {
    const { exchange, flow, outcome, answer } = parts;
    this.#parts = parts;
    this.#writer = exchange.wait?.writer ?? new EventWriter(exchange.request, exchange.response);
    this.#outcome = outcome;
    this.#service = serviceOf(flow, outcome);
    this.#answer = answer;
    this.#relay = new Relay({
      writer: this.#writer,
      answer,
      mark: (chunk) => insertSwitchyard(chunk, exchange.contract(this.#service)),
      errorEvent: (failure) => this.#errorEvent(failure),
      terminator: exchange.format.terminator,
      broke: (failure) => this.#broke(failure),
      done: (result) => this.#done(result),
    });
  }

  start(): void {
    const { exchange } = this.#parts;
    if (exchange.signal.aborted) {
      this.#relay.clientGone(clientAbort());
      return;
    }
    exchange.onGone = this.#onGone;
    // A client that had waited has its headers already.
    if (!this.#writer.begun) {
      const servedBy = this.#service.served?.servedByHeader ?? null;
      const { requestIdHeader } = exchange.format;
      this.#writer.begin(contractHeaders(exchange.contract(this.#service), servedBy, requestIdHeader));
    }
    exchange.response.on('drain', () => this.#relay.drained());
    this.#relay.start();
  }

  readonly #onGone = (): void => this.#relay.clientGone(clientAbort());

  #broke(failure: Failure): boolean {
    const { chat, flow } = this.#parts;
    if (chat === null || this.#tried) return false;
    const relayed = continuable(chat, flow, this.#answer, failure);
    if (relayed === null) return false;
    this.#tried = true;
    this.#goOn(chat, failure, relayed).catch((error: unknown) => this.#crashed(error, failure));
    return true;
  }

  /** Until it is decided, the client gets signs of life, and its leaving is the engine's to notice. */
  async #goOn(chat: ClientRequest, failure: Failure, relayed: Relayed): Promise<void> {
    const { exchange, flow } = this.#parts;
    exchange.relayed = relayed;
    exchange.onGone = null;
    const resumed = this.#outcome.resume(failure, resumeAt(chat, flow, relayed));
    this.#owed = false;
    const outcome = await resumed;
    const next = outcome.kind === 'served' && outcome.value.kind === 'stream' ? outcome.value : null;
    if (outcome.kind === 'served') this.#takeOver(outcome);
    else {
      this.#outcome = { ...this.#outcome, trail: outcome.trail };
      this.#service = { ...this.#service, attempts: outcome.attempts };
    }
    if (exchange.signal.aborted) {
      next?.abort();
      this.#relay.clientGone(clientAbort());
      return;
    }
    exchange.onGone = this.#onGone;
    if (next === null) {
      this.#relay.giveUp(failure);
      return;
    }
    this.#answer = next;
    this.#relay.goOn(next);
  }

  /** What a backup model has a part in is degraded, whoever ends it. */
  #takeOver(outcome: Served): void {
    const { degraded, reason } = this.#service;
    const service = serviceOf(this.#parts.flow, outcome);
    this.#owed = true;
    this.#outcome = outcome;
    this.#service = {
      ...service,
      degraded: degraded || service.degraded,
      reason: service.reason ?? reason,
    };
  }

  #done(result: RelayResult): void {
    const { exchange, flow } = this.#parts;
    const { failure } = result;
    exchange.onGone = null;
    exchange.wait?.stop();
    if (this.#owed && failure !== null && !isAbort(failure) && flow.flow.policy.midStream === 'resume') {
      // Asked for nothing, the engine books the failure and notes why the answer was not gone on with.
      void this.#outcome.resume(failure, NOWHERE).then(() => this.#record(result));
      return;
    }
    if (this.#owed) this.#outcome.finish(failure);
    this.#record(result);
  }

  #record({ failure, malformedEvents }: RelayResult): void {
    const { exchange, answer } = this.#parts;
    exchange.record({
      ...endingOf(exchange, this.#service, this.#outcome.trail),
      ...(failure === null ? {} : { outcome: isAbort(failure) ? 'aborted' : 'broken_stream' }),
      usage: this.#answer.usage() ?? answer.usage(),
      malformedEvents,
    });
  }

  #errorEvent(failure: Failure): Uint8Array {
    const { exchange } = this.#parts;
    const message = `The answer broke off: ${failure.message}`;
    const error = { status: 502, message, type: 'upstream_error', code: upstreamCode(failure), param: null };
    const switchyard = exchange.contract(this.#service);
    return exchange.format.streamError(error, switchyard, exchange.id, this.#answer.sequence());
  }

  /** Our own fault; the client is told of the one that came before it. */
  #crashed(error: unknown, failure: Failure): void {
    const { exchange } = this.#parts;
    const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 4).join(' ').trim() : '';
    exchange.services.log(`${exchange.id}: ${error instanceof Error ? error.name : 'error'} ${stack}`);
    this.#relay.giveUp(failure);
  }
}

const NOWHERE: ResumeAt = () => null;

function isAbort(failure: Failure): boolean {
  return failure.class === 'client_abort';
}
