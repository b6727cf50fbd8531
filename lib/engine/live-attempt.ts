import { Flight, type FlightPlan, type FlightResult } from './attempt.ts';
import { seconds } from './breaker-state.ts';
import { effectOf } from './effects.ts';
import { lateness, verdictOnFailure } from './judge.ts';
import type { Pace } from './pace.ts';
import type { ResolvedTarget } from './registry.ts';
import type { CallTarget, RunRequest } from './run-types.ts';
import type { ScopePermit } from './scopes.ts';
import type { Surroundings } from './surroundings.ts';
import type { Failure, TrailEntry } from './types.ts';

export type AttemptEntry = Extract<TrailEntry, { kind: 'attempt' }>;

interface Parts<T> {
  around: Surroundings;
  request: RunRequest;
  call: CallTarget<T>;
  plan: FlightPlan;
  resolved: ResolvedTarget;
  permit: ScopePermit;
  entry: AttemptEntry;
  startedAt: number;
}

/**
 * One attempt of one request, and the one place where what comes of it is booked: on its target's scopes, cooldowns and pace, and
 * in the trail. The target is judged once, at the first token or at the end where there was none; what breaks later is a
 * sample of its own.
 */
export class LiveAttempt<T> {
  readonly resolved: ResolvedTarget;
  readonly permit: ScopePermit;
  readonly entry: AttemptEntry;
  readonly startedAt: number;
  readonly flight: Flight<T>;
  readonly pace: Pace;
  readonly #around: Surroundings;
  readonly #request: RunRequest;
  /** Monotonic ms. */
  readonly #firstTokenBy: number;
  /** The target has been judged. */
  #judged = false;
  #concluded = false;
  #finished = false;
  /** Nobody waits for the answer any more, only for the verdict. */
  #detached = false;
  #onAhead: (() => void) | null = null;

  constructor({ around, request, call, plan, resolved, permit, entry, startedAt }: Parts<T>) {
    this.resolved = resolved;
    this.permit = permit;
    this.entry = entry;
    this.startedAt = startedAt;
    this.pace = around.paces.of(resolved.chain.leaf);
    this.#around = around;
    this.#request = request;
    this.#firstTokenBy = plan.firstTokenBy;
    const { clock, tuning } = around;
    this.flight = new Flight(clock, call, plan, request.signal, tuning.graceMs, (firstTokenMs) =>
      this.#onFirstToken(firstTokenMs),
    );
  }

  /** The first token is there, or the whole answer. */
  get ahead(): boolean {
    return this.flight.firstTokenMs !== null || this.flight.result?.kind === 'committed';
  }

  /** Resolves with this attempt once it is ahead or has ended. */
  aheadOrDone(): Promise<this> {
    return new Promise((resolve) => {
      this.#onAhead = () => resolve(this);
      void this.flight.done.then(this.#onAhead);
      if (this.ahead) this.#onAhead();
    });
  }

  /** Books how the flight ended. Only the first call counts. */
  conclude(result: FlightResult<T>): void {
    if (this.#concluded) return;
    this.#concluded = true;
    const now = this.#around.clock.now();
    this.entry.durationMs = now - this.startedAt;
    switch (result.kind) {
      case 'committed':
        if (result.notes !== undefined) this.entry.notes = [...result.notes];
        if (!this.#judged) this.#judgeAnswer(this.flight.firstTokenMs ?? result.firstTokenMs, now);
        break;
      case 'failed':
        if (result.notes !== undefined) this.entry.notes = [...result.notes];
        this.entry.failure = result.failure;
        if (result.failure.class === 'client_abort') this.#abandon(now);
        else this.#judgeFailure(result.failure, now);
        break;
      case 'crashed':
        this.entry.failure = result.failure;
        this.#abandon(now);
        break;
      case 'aborted':
      case 'cut':
        this.#abandon(now);
        break;
      default: {
        const never: never = result;
        void never;
      }
    }
    this.#tell();
  }

  /**
   * Gives the attempt up because another one was faster. What it came to in the same moment counts as that; otherwise it leaves
   * one `slow` sample when it had run for longer than `lateAfterMs`, so that a target does not look fast because its slow calls
   * were cut off, and nothing when it had not.
   */
  lose(lateAfterMs: number): void {
    const { result } = this.flight;
    this.flight.cut();
    if (result !== null || this.#judged) {
      this.conclude(result ?? { kind: 'cut' });
      return;
    }
    this.#concluded = true;
    const now = this.#around.clock.now();
    const ranMs = now - this.startedAt;
    this.entry.durationMs = ranMs;
    if (ranMs < lateAfterMs) this.#abandon(now);
    else this.#judgeSilence(ranMs, now);
    this.#tell();
  }

  /** Gives the attempt up because the request is over. Counts against nobody. */
  drop(): void {
    const { result } = this.flight;
    this.flight.cut();
    this.conclude(result ?? { kind: 'cut' });
  }

  /**
   * The request has its answer from elsewhere, but the target is not judged yet: the call goes on until its first token, which
   * nobody reads, or its end. For probes, which would otherwise never be decided by a target that says nothing.
   */
  detach(): void {
    this.entry.durationMs = this.#around.clock.now() - this.startedAt;
    this.#detached = true;
    void this.flight.done.then((result) => {
      this.conclude(result);
      this.flight.cut();
    });
  }

  /** Books what happened after the commit point; null: a clean end. False when that had been told before. */
  finish(failure: Failure | null): boolean {
    if (this.#finished) return false;
    this.#finished = true;
    this.flight.release();
    const { clock, flush } = this.#around;
    const now = clock.now();
    this.entry.durationMs = now - this.startedAt;
    if (failure === null) return true;
    this.entry.failure = failure;
    this.#charge(failure, now);
    flush();
    return true;
  }

  #onFirstToken(firstTokenMs: number): void {
    this.#judgeAnswer(firstTokenMs, this.#around.clock.now());
    this.#tell();
    this.#onAhead?.();
    if (this.#detached) this.flight.cut();
  }

  /** Tells what came of it; a probe that is decided may be what others wait for, also where no state has changed. */
  #tell(): void {
    const { flush, waiting } = this.#around;
    flush();
    if (this.permit.probe) waiting.wake();
  }

  #judgeAnswer(firstTokenMs: number, now: number): void {
    const { cooldowns, cooled, tuning } = this.#around;
    const { permit, resolved, entry, startedAt } = this;
    this.#judged = true;
    const late = lateness(resolved, this.#request, firstTokenMs, now, tuning);
    entry.firstTokenMs = firstTokenMs;
    entry.verdict = late === null ? 'ok' : 'slow';
    permit.settle(entry.verdict, now, late, null);
    if (this.#request.stream) {
      this.pace.add(firstTokenMs, late === null);
      if (late === null) resolved.baseline.add(now, firstTokenMs);
    }
    if (cooldowns.answered(resolved.keys, startedAt, now)) cooled(resolved);
  }

  #judgeFailure(failure: Failure, now: number): void {
    if (this.#judged) {
      this.#charge(failure, now);
      return;
    }
    const { cooldowns, cooled } = this.#around;
    const { permit, resolved, entry, startedAt } = this;
    this.#judged = true;
    entry.verdict = this.#verdictOn(failure, now);
    permit.settle(entry.verdict, now, failure, failure);
    if (failure.timeout === 'first_token') this.pace.waited(now - startedAt);
    if (cooldowns.failed(resolved.keys, failure, now) !== null) cooled(resolved);
  }

  /** A failure of an answer that had begun. */
  #charge(failure: Failure, now: number): void {
    const { cooldowns, cooled } = this.#around;
    const { permit, resolved, entry } = this;
    if (this.#verdictOn(failure, now) === 'failure') {
      entry.verdict = 'failure';
      permit.charge(failure, now);
    }
    // A rate limit that comes in the middle of an answer asks for the same pause as one that comes instead of it.
    const { scope } = effectOf(failure.class);
    if (scope === 'none' || (scope === 'target' && failure.retryAfterMs === null)) return;
    if (cooldowns.failed(resolved.keys, failure, now) !== null) cooled(resolved);
  }

  #verdictOn(failure: Failure, now: number): 'failure' | 'none' {
    const { startedAt } = this;
    const { policy } = this.#request.flow;
    return verdictOnFailure(failure, now - startedAt, this.#firstTokenBy - startedAt, policy);
  }

  #judgeSilence(ranMs: number, now: number): void {
    const { permit, resolved, entry, pace } = this;
    this.#judged = true;
    const message = `No first token after ${seconds(ranMs)}; another target had answered by then.`;
    entry.verdict = 'slow';
    // It has not been heard of, so for everything but its own breaker this is no success.
    const silence: Failure = { class: 'timeout', status: null, code: null, message, retryAfterMs: null };
    permit.settle('slow', now, { class: 'slow', status: null, message }, silence);
    pace.waited(ranMs);
    this.#around.cooldowns.abandoned(resolved.keys);
  }

  /** Frees what the attempt holds and says nothing about its target. */
  #abandon(now: number): void {
    if (this.#judged) return;
    this.#judged = true;
    this.permit.settle('none', now, null, null);
    this.#around.cooldowns.abandoned(this.resolved.keys);
  }
}
