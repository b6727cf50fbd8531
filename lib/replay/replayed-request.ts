import type { Engine } from '#lib/engine/engine.ts';
import type { AttemptContext, AttemptOutcome, RunOutcome, RunRequest, Unfit } from '#lib/engine/run-types.ts';
import type { EngineTarget, Failure } from '#lib/engine/types.ts';
import type { Arrival } from './arrivals.ts';
import type { Behaviour } from './behaviour.ts';
import type { ReplayClock } from './clock.ts';
import { failureFrom, timedOut } from './failures.ts';
import type { LaneFlow } from './lane.ts';
import type { LastCall, RequestLuck } from './request-luck.ts';
import type { Splices } from './splices.ts';
import type { Ended, Ending } from './tally.ts';
import type { Happening, Source } from './types.ts';

const NEEDS = Object.freeze({ tools: false, vision: false, jsonSchema: false });

type Served = Extract<RunOutcome<Happening>, { kind: 'served' }>;
type Called = AttemptOutcome<Happening>;

export interface ReplayedRequestParts {
  clock: ReplayClock;
  behaviour: Behaviour;
  splices: Splices;
  luck: RequestLuck;
  engine: Engine;
  flow: LaneFlow;
  arrival: Arrival;
}

/** One request under one policy, from its arrival to its last byte: what the gateway does around the engine, without the bytes. */
export class ReplayedRequest {
  readonly #parts: ReplayedRequestParts;
  readonly #startedAt: number;
  readonly #sources: Source[] = [];
  /** Calls made so far, by target. */
  readonly #made = new Map<string, number>();
  #last: LastCall | null = null;

  constructor(parts: ReplayedRequestParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
  }

  async run(): Promise<Ended> {
    const { clock, engine, flow, luck, arrival } = this.#parts;
    const { embeddings, stream, stakes } = arrival.request;
    const asked: RunRequest = {
      flow: embeddings ? flow.alternatesOnly : flow.engine,
      stream,
      stakes,
      needs: NEEDS,
      startedAt: this.#startedAt,
      signal: new AbortController().signal,
      unfit: (target) => this.#unfit(target),
      random: luck.of(arrival, () => this.#last),
    };
    const outcome = await engine.run(asked, (attempt) => this.#call(attempt));
    if (outcome.kind !== 'served') return this.#ended(outcome, endingOf(outcome), null, null);
    const waitMs = clock.now() - this.#startedAt;
    const { broken, last } = await this.#relay(outcome);
    return this.#ended(last, broken ? 'broken' : this.#servedEnding(last), waitMs, last.target.slug);
  }

  #call(attempt: AttemptContext): Promise<Called> {
    const { clock, behaviour, arrival } = this.#parts;
    const { target, n } = attempt;
    const nth = this.#made.get(target.slug) ?? 0;
    this.#made.set(target.slug, nth + 1);
    this.#last = { target: target.slug, nth };
    const told = behaviour.of({ arrival, target, nth, offsetMs: clock.now() - this.#startedAt });
    this.#sources[n - 1] = told.source;
    return this.#play(attempt, told, clock.now());
  }

  /** What comes of a call within its limits, and when. */
  async #play(attempt: AttemptContext, told: Happening, calledAt: number): Promise<Called> {
    const { clock, arrival, flow } = this.#parts;
    const { firstTokenBy, deadlineAt, signal } = attempt;
    const until = (at: number) => clock.sleep(at - clock.now(), signal);
    const outOf = async (timeout: 'first_token' | 'deadline'): Promise<Called> => {
      await until(timeout === 'deadline' ? deadlineAt : firstTokenBy);
      return { kind: 'failed', failure: timedOut(timeout) };
    };
    const { stream } = arrival.request;
    const endAt = calledAt + told.endMs;
    const shownAt = stream && told.firstTokenMs !== null ? calledAt + told.firstTokenMs : endAt;
    if (shownAt > firstTokenBy && firstTokenBy < deadlineAt) return outOf('first_token');
    if (shownAt > deadlineAt) return outOf('deadline');
    await until(shownAt);
    if (shownAt !== endAt || told.failure === null) {
      const firstTokenMs = shownAt - calledAt;
      if (!stream || !flow.buffer) return { kind: 'committed', value: told, firstTokenMs };
      attempt.onFirstToken(firstTokenMs);
      if (endAt > deadlineAt) return outOf('deadline');
      await until(endAt);
      if (told.failure === null) return { kind: 'committed', value: told, firstTokenMs };
    }
    return { kind: 'failed', failure: failureFrom(told.failure, told.firstTokenMs) };
  }

  /** From the commit to the end of the answer, over to another target once when it breaks off and the flow wants that. */
  async #relay(outcome: Served): Promise<{ broken: boolean; last: Served }> {
    const { splices, arrival, flow } = this.#parts;
    let last = outcome;
    for (;;) {
      const failure = await this.#restOf(last.value);
      if (failure === null || flow.midStream === 'error') {
        last.finish(failure);
        return { broken: failure !== null, last };
      }
      const next = await last.resume(failure, splices.resumeAt(arrival));
      if (next.kind !== 'served') return { broken: true, last };
      last = next;
    }
  }

  /** How a committed answer, of which the first has just come, ends; null: well. */
  async #restOf(told: Happening): Promise<Failure | null> {
    const { clock, arrival, flow } = this.#parts;
    if (!arrival.request.stream || flow.buffer || told.firstTokenMs === null) return null;
    const deadlineAt = this.#startedAt + flow.engine.policy.totalMs;
    const endAt = clock.now() + told.endMs - told.firstTokenMs;
    await clock.sleep(Math.min(endAt, deadlineAt) - clock.now());
    if (endAt > deadlineAt) return timedOut('deadline');
    return told.failure === null ? null : failureFrom(told.failure, told.firstTokenMs);
  }

  /** What kept a target from this request whatever the policy: it was recorded. */
  #unfit({ slug }: EngineTarget): Unfit | null {
    for (const { target, reason } of this.#parts.arrival.request.skips) {
      if (target === slug && isUnfit(reason)) return { reason, text: '' };
    }
    return null;
  }

  #servedEnding({ target, degraded }: Served): Ending {
    if (degraded) return 'backup';
    return this.#parts.flow.primary === target.slug ? 'primary' : 'alternate';
  }

  #ended(
    { trail }: RunOutcome<Happening>,
    ending: Ending,
    waitMs: number | null,
    served: string | null,
  ): Ended {
    const { weight, request } = this.#parts.arrival;
    const attempts: Ended['attempts'][number][] = [];
    for (const entry of trail) {
      if (entry.kind !== 'attempt') continue;
      const source = this.#sources[entry.n - 1] ?? 'assumed';
      attempts.push({ target: entry.target, failed: entry.failure !== null, source });
    }
    return { ending, weight, waitMs, served, usage: request.usage, attempts };
  }
}

function isUnfit(reason: string): reason is Unfit['reason'] {
  return reason === 'incapable' || reason === 'context_window' || reason === 'state';
}

function endingOf(outcome: RunOutcome<Happening>): Ending {
  if (outcome.kind === 'refused') return 'refused';
  return outcome.kind === 'failed' && outcome.callersFault ? 'callerErrors' : 'failed';
}
