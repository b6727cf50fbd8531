import {
  type Closed,
  closed,
  decayedTrips,
  dueEdge,
  type HalfOpen,
  halfOpen,
  openMs,
  reopened,
  type State,
  stateAt,
  stateWhy,
} from './breaker-state.ts';
import {
  BREAKER_OPEN,
  type BreakerOptions,
  type BreakerSnapshot,
  DEFAULT_LEASE_MS,
  type Edge,
  FORCED_OPEN,
  type Mask,
  PROBING,
  type Rejection,
  type Sample,
  type TimedSample,
} from './breaker-types.ts';
import type { Random } from './clock.ts';
import { BYPASS, NORMAL, PermitTable, PROBE } from './permits.ts';
import { Ramp } from './ramp.ts';
import { Streak } from './streak.ts';
import { sampleWords, tallyKind } from './tally.ts';
import { tripReason, tripWhy } from './trip.ts';
import type { BreakerSettings, EffectiveState, Verdict } from './types.ts';
import type { WindowCounts } from './view-types.ts';
import { CallWindow } from './window.ts';

const KEPT_ERRORS = 5;

/**
 * A circuit breaker for one scope. Every time is the injected monotonic clock's; there are no timers: what time alone
 * changes (an open period or a lease that ends) is worked out when somebody asks. Results carry the generation in which
 * their call was let through; when the state has changed since, they are only counted as `late`, because calls here may
 * outlast any open period and say nothing about the provider as it is now.
 */
export class Breaker {
  #settings: BreakerSettings;
  #window: CallWindow;
  #state: State;
  #mask: Mask | null = null;
  #generation = 0;
  #changes = 0;
  #late = 0;
  #errors: TimedSample[] = [];
  readonly #streak = new Streak();
  readonly #permits = new PermitTable();
  readonly #ramp = new Ramp();
  readonly #random: Random;
  readonly #onEdge: ((edge: Edge) => void) | null;

  constructor(options: BreakerOptions) {
    this.#settings = options.settings;
    this.#window = new CallWindow(options.settings.windowSeconds * 1000);
    this.#random = options.random;
    this.#onEdge = options.onEdge ?? null;
    this.#state = closed(options.now, 'initial', 'Calls pass; nothing has gone wrong.', 0);
  }

  /** Grows by one with every edge and every reset. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * A permit, or the reason why not; never throws, never waits.
   * @param now monotonic ms
   * @param leaseMs how long this call may hold the half-open probe's slot without a verdict
   */
  tryAcquire(now: number, leaseMs: number = DEFAULT_LEASE_MS): number | Rejection {
    const mask = this.#mask;
    if (mask !== null && now < mask.until) {
      return mask.kind === 'forced_open' ? FORCED_OPEN : this.bypass();
    }
    if (this.#state.name === 'closed') return this.#permits.take(this.#generation, NORMAL);
    this.#advance(now);
    const state = this.#state;
    if (state.name !== 'half_open') return BREAKER_OPEN;
    if (state.probe !== null) return PROBING;
    const permit = this.#permits.take(this.#generation, PROBE);
    state.probe = { permit, startedAt: now, leaseUntil: now + leaseMs };
    this.#changes += 1;
    return permit;
  }

  /** Closed and never masked since: the state of nearly every scope at nearly every call. */
  get untroubled(): boolean {
    return this.#mask === null && this.#state.name === 'closed';
  }

  /** A permit that the automatic machine never hears of again. */
  bypass(): number {
    return this.#permits.take(this.#generation, BYPASS);
  }

  /** What `tryAcquire` would say to a call, without side effects; null: let through. */
  rejection(now: number): Rejection | null {
    const mask = this.mask(now);
    if (mask !== null) return mask.kind === 'forced_open' ? FORCED_OPEN : null;
    return this.automaticRejection(now);
  }

  /** As `rejection`, leaving overrides out. */
  automaticRejection(now: number): Rejection | null {
    if (this.#state.name === 'closed') return null;
    const state = stateAt(this.#state, now, this.#settings);
    if (state.name === 'open') return BREAKER_OPEN;
    return state.name === 'half_open' && state.probe !== null ? PROBING : null;
  }

  isProbe(permit: number): boolean {
    return this.#permits.kindOf(permit) === PROBE;
  }

  /** True for a call that an override or the last resort let past the machine. */
  isBypass(permit: number): boolean {
    return this.#permits.kindOf(permit) === BYPASS;
  }

  /**
   * Gives a permit back with its verdict. Idempotent: only the first call counts.
   * @param sample what a failed or slow call looked like, for people
   */
  settle(permit: number, verdict: Verdict, now: number, sample: Sample | null = null): void {
    const slot = this.#permits.release(permit);
    if (slot < 0) return;
    const kind = this.#permits.kind(slot);
    if (kind !== BYPASS) this.#record(this.#permits.generation(slot), verdict, now, sample, kind === PROBE);
  }

  /**
   * Counts a failure that came after its call had been settled (a stream that broke half-way).
   * @param generation the breaker's `generation` when that call was let through
   */
  charge(generation: number, now: number, sample: Sample): void {
    this.#record(generation, 'failure', now, sample, false);
  }

  /** Effective state at `now`: the override in force, else the machine's own. No side effects. */
  peek(now: number): EffectiveState {
    return this.mask(now)?.kind ?? stateAt(this.#state, now, this.#settings).name;
  }

  /** The override in force at `now`; null when there is none or it has expired. */
  mask(now: number): Mask | null {
    return this.#mask !== null && now < this.#mask.until ? this.#mask : null;
  }

  /** Puts an override over the machine, or takes it away; the machine itself is not touched. */
  setMask(mask: Mask | null): void {
    this.#mask = mask;
    this.#changes += 1;
  }

  /** When a call may be let through again, monotonic ms; null when it is now. Leaves overrides out. */
  dueAt(now: number): number | null {
    const state = stateAt(this.#state, now, this.#settings);
    if (state.name === 'open') return state.until;
    return state.name === 'half_open' && state.probe !== null ? state.probe.leaseUntil : null;
  }

  /** Why the machine is in the state that it is in at `now`: an open one tells the whole outage. */
  why(now: number): string {
    return stateWhy(stateAt(this.#state, now, this.#settings));
  }

  /** True while it is open or half-open because answers were slow. */
  get openedBySlowness(): boolean {
    return this.#state.name !== 'closed' && this.#state.slow;
  }

  /** The latest failed or slow call; null when there was none. */
  get latestError(): TimedSample | null {
    return this.#errors[0] ?? null;
  }

  /** The share of the traffic, above 0, that a recovering target is to take; 1: all of it. */
  rampShare(now: number): number {
    return this.#ramp.share(now, this.#settings);
  }

  /** Something above it was down for `outageMs` and is not any more: a closed breaker ramps as after its own outage. */
  ramp(now: number, outageMs: number): void {
    if (this.#state.name === 'closed' && this.#ramp.begin(now, outageMs, this.#settings)) this.#changes += 1;
  }

  /** An open period ends at `at` if it would have lasted longer; nothing happens in other states. */
  hasten(now: number, at: number): void {
    this.#advance(now);
    if (this.#state.name !== 'open' || this.#state.until <= at) return;
    this.#state.until = at;
    this.#changes += 1;
  }

  /** Something that is shown beside the breaker has changed. */
  touch(): void {
    this.#changes += 1;
  }

  /** Carries out what time has made due, so that its events are told. Changes nothing that callers meet. */
  sweep(now: number): void {
    this.#advance(now);
  }

  /** Back to closed with empty counts; results of calls that are out do not count any more. */
  reset(now: number): void {
    this.#advance(now);
    this.#enter(closed(now, 'operator_reset', 'Reset by an operator.', 0), []);
    this.#errors = [];
  }

  /** An open breaker becomes half-open now, so that the next call is the probe. Nothing happens in other states. */
  probeNow(now: number): void {
    this.#advance(now);
    if (this.#state.name !== 'open') return;
    this.#enter(halfOpen(this.#state, now, 'operator_probe', this.#settings, this.#random()), []);
  }

  /** New settings from now on, not for what was due before; a window of another length starts empty. */
  applySettings(settings: BreakerSettings, now: number): void {
    this.#advance(now);
    if (settings.windowSeconds !== this.#settings.windowSeconds) {
      this.#window = new CallWindow(settings.windowSeconds * 1000);
    }
    this.#settings = settings;
    this.#changes += 1;
  }

  /** Everything that people want to know, as of `now`. */
  snapshot(now: number): BreakerSnapshot {
    const state = stateAt(this.#state, now, this.#settings);
    const halfOpened = state.name === 'half_open';
    const buckets = this.#window.buckets(now);
    return {
      state: state.name,
      effective: this.mask(now)?.kind ?? state.name,
      since: state.since,
      reason: state.reason,
      why: stateWhy(state),
      outageSince: state.name === 'closed' ? null : state.outage.since,
      trips: state.name === 'closed' ? decayedTrips(state.trips, state.since, now) : state.trips,
      openUntil: state.name === 'open' ? state.until : null,
      probe: halfOpened
        ? {
            successes: state.successes,
            needed: this.#settings.probeSuccesses,
            inFlight: state.probe !== null,
            leaseUntil: state.probe?.leaseUntil ?? null,
          }
        : null,
      window: { seconds: this.#settings.windowSeconds, late: this.#late, buckets, ...this.#counts(now) },
      errors: [...this.#errors],
      ramp: this.#rampStep(now),
      inFlight: this.#permits.inFlight,
      changes: this.#changes,
    };
  }

  #record(generation: number, verdict: Verdict, now: number, sample: Sample | null, probe: boolean): void {
    this.#advance(now);
    if (generation !== this.#generation) {
      if (verdict === 'none') return;
      this.#late += 1;
      this.#changes += 1;
      return;
    }
    this.#changes += 1;
    const state = this.#state;
    if (state.name === 'half_open') {
      if (probe) state.probe = null;
      if (verdict !== 'none') this.#judge(state, verdict, now, sample);
    } else if (state.name === 'closed' && verdict !== 'none') {
      this.#count(state, verdict, now, sample);
    }
  }

  /** A result in half-open. */
  #judge(state: HalfOpen, verdict: Exclude<Verdict, 'none'>, now: number, sample: Sample | null): void {
    if (verdict === 'failure' || (verdict === 'slow' && state.slow)) {
      this.#keep(sample, now);
      this.#enter(
        reopened(state, now, 'probe_failed', sampleWords(sample), this.#settings),
        this.#errors.slice(0, 1),
      );
      return;
    }
    state.successes += 1;
    if (state.successes < this.#settings.probeSuccesses) return;
    const why =
      state.successes === 1 ? 'A probe succeeded.' : `${state.successes} probes in a row succeeded.`;
    this.#enter(closed(now, 'probes_succeeded', why, state.trips), []);
  }

  /** A result in closed. */
  #count(state: Closed, verdict: Exclude<Verdict, 'none'>, now: number, sample: Sample | null): void {
    if (verdict === 'failure') {
      const kind = tallyKind(sample?.class);
      this.#window.addFailure(now, kind);
      this.#streak.add(kind);
      this.#keep(sample, now);
    } else {
      if (verdict === 'ok') this.#window.addOk(now);
      else {
        this.#window.addSlow(now);
        this.#keep(sample, now);
      }
      this.#streak.end();
    }
    if (this.#window.failure > 0 || this.#window.slow > 0) this.#tripIfDue(state, now);
  }

  #tripIfDue(state: Closed, now: number): void {
    const reason = tripReason(this.#window, this.#streak.count, this.#settings);
    if (reason === null) return;
    const trips = decayedTrips(state.trips, state.since, now) + 1;
    const until = now + openMs(this.#settings, trips, this.#random());
    const why = tripWhy(reason, this.#window, this.#streak);
    const outage = { since: now, why, failedProbes: 0, lastProbe: null };
    this.#enter(
      { name: 'open', since: now, until, reason, why, trips, slow: reason === 'slow_rate', outage },
      this.#errors.filter((error) => error.at >= state.since),
    );
  }

  #advance(now: number): void {
    while (this.#state.name !== 'closed') {
      const next = dueEdge(this.#state, now, this.#settings, this.#random);
      if (next === null) return;
      this.#enter(next, []);
    }
  }

  #enter(next: State, errors: TimedSample[]): void {
    const before = this.#state;
    const from = before.name;
    const window = this.#counts(next.since);
    const recovered = next.reason === 'probes_succeeded' && before.name === 'half_open';
    const outageMs = recovered ? next.since - before.outage.since : null;
    this.#state = next;
    this.#generation += 1;
    this.#changes += 1;
    if (next.name === 'closed') {
      this.#window.clear();
      this.#streak.end();
    }
    this.#ramp.end();
    if (outageMs !== null) this.#ramp.begin(next.since, outageMs, this.#settings);
    if (from === next.name || this.#onEdge === null) return;
    this.#onEdge({
      from,
      to: next.name,
      reason: next.reason,
      why: next.why,
      at: next.since,
      generation: this.#generation,
      openForMs: next.name === 'open' ? next.until - next.since : null,
      outageMs,
      window,
      errors: errors.slice(),
    });
  }

  #rampStep(now: number): BreakerSnapshot['ramp'] {
    const nextAt = this.#ramp.nextAt(now, this.#settings);
    return nextAt === null ? null : { share: this.#ramp.share(now, this.#settings), nextAt };
  }

  #counts(now: number): WindowCounts {
    this.#window.roll(now);
    const { ok, slow, failure } = this.#window;
    return { ok, slow, failure, consecutiveFailures: this.#streak.count };
  }

  #keep(sample: Sample | null, now: number): void {
    if (sample === null) return;
    const { class: failureClass, status, message } = sample;
    this.#errors = [{ at: now, class: failureClass, status, message }, ...this.#errors].slice(0, KEPT_ERRORS);
  }
}
