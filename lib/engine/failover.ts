import type { FlightResult } from './attempt.ts';
import { neededMs } from './deadline.ts';
import { type Net, raceWithSecond, safetyNet } from './hedge.ts';
import type { LiveAttempt } from './live-attempt.ts';
import { Patience } from './patience.ts';
import { isBackup } from './patience-plan.ts';
import type { ResolvedTarget } from './registry.ts';
import { resumed } from './resume.ts';
import { judgeRetry } from './retry.ts';
import { type Launch, RunState } from './run-state.ts';
import type { CallTarget, RunOutcome, RunRequest } from './run-types.ts';
import { served } from './served.ts';
import type { Surroundings } from './surroundings.ts';
import type { EnginePolicy, EngineTarget, Failure } from './types.ts';

const PLAIN: Launch = Object.freeze({
  waitedMs: 0,
  lastResort: false,
  hedge: false,
  resume: null,
  patience: null,
});
const LAST_RESORT: Launch = Object.freeze({ ...PLAIN, lastResort: true });

/**
 * One request's way along its flow's chain: one attempt after the other, with at most one more beside one of them, each
 * settled exactly once, under one deadline.
 */
export class FailoverRun<T> {
  readonly #around: Surroundings;
  readonly #state: RunState<T>;
  /** What is still to be given; null: nothing, or it was given. */
  #patience: EnginePolicy['patience'];

  constructor(around: Surroundings, request: RunRequest, call: CallTarget<T>) {
    this.#around = around;
    this.#patience = request.flow.policy.patience;
    this.#state = new RunState(around, request, call);
  }

  async run(): Promise<RunOutcome<T>> {
    const state = this.#state;
    for (const step of state.plan.steps) {
      if (state.left) return state.aborted();
      if (step.kind === 'skip') {
        // Whoever was waited for before its turn is not passed over any more.
        if (state.tried({ slug: step.target }) === 0) state.pass(step);
        continue;
      }
      if (this.#patience !== null && isBackup(state.plan, step.target)) {
        const done = await this.#bePatient();
        if (done !== null) return done;
      }
      const done = await this.#tryTarget(step.target);
      if (done !== null) return done;
    }
    return (await this.#tryLastChances()) ?? state.end();
  }

  /** When the chain is through: what is left of the flow's patience, before a backup model is the last resort and after an own one. */
  async #tryLastChances(): Promise<RunOutcome<T> | null> {
    const { plan } = this.#state;
    const patientFirst = plan.lastResort !== null && isBackup(plan, plan.lastResort);
    const first = await (patientFirst ? this.#bePatient() : this.#tryLastResort());
    return first ?? (await (patientFirst ? this.#tryLastResort() : this.#bePatient()));
  }

  /** Gives the flow's patience to the primary's family, once. */
  async #bePatient(): Promise<RunOutcome<T> | null> {
    const policy = this.#patience;
    this.#patience = null;
    if (policy === null || this.#state.plan.primary === null) return null;
    return new Patience(this.#state, policy).give((live, result) => this.#conclude(live, result));
  }

  /** Calls one target until it answers, is given up, or decides the request; null: go on with the next. */
  async #tryTarget(target: EngineTarget): Promise<RunOutcome<T> | null> {
    const state = this.#state;
    const resolved = this.#around.registry.target(target.slug);
    if (resolved === undefined) return null;
    // Not null when it has been called before its turn, beside an earlier target that was late.
    let last = state.attempts.findLast((attempt) => attempt.resolved.target.slug === target.slug) ?? null;
    for (;;) {
      let launch = PLAIN;
      if (last !== null) {
        const waitMs = this.#retryWait(last);
        if (waitMs === null) return null;
        // One more millisecond, since timers may fire a little early and a cooldown is exact.
        if (waitMs > 0 && !(await this.#sleep(waitMs + 1))) return state.aborted();
        launch = { ...PLAIN, waitedMs: Math.round(waitMs) };
      }
      if (state.left) return state.aborted();
      const live = state.launch(resolved, launch);
      if (live === null) return null;
      const net = safetyNet(state, live);
      const done = await (net === null ? this.#alone(live) : this.#accompanied(live, net));
      if (done !== null) return done;
      last = live;
    }
  }

  async #tryLastResort(): Promise<RunOutcome<T> | null> {
    const state = this.#state;
    const { lastResort } = state.plan;
    if (lastResort === null || state.left) return null;
    const { registry, clock, claimLastResort } = this.#around;
    const resolved = registry.target(lastResort.slug);
    if (resolved === undefined || !claimLastResort(state.request.flow.slug, clock.now())) return null;
    const live = state.launch(resolved, LAST_RESORT);
    return live === null ? null : this.#alone(live);
  }

  async #alone(live: LiveAttempt<T>): Promise<RunOutcome<T> | null> {
    return this.#conclude(live, await live.flight.done);
  }

  #accompanied(live: LiveAttempt<T>, net: Net): Promise<RunOutcome<T> | null> {
    return raceWithSecond(this.#state, live, net, (attempt, result) => this.#conclude(attempt, result));
  }

  /** Books an attempt's end; an outcome when it decides the request. */
  #conclude(live: LiveAttempt<T>, result: FlightResult<T>): RunOutcome<T> | null {
    const state = this.#state;
    live.conclude(result);
    switch (result.kind) {
      case 'committed':
        return served(state, live, result.value, (failure, at) => resumed(state, live, failure, at));
      case 'failed':
        if (result.failure.class === 'client_abort') return state.aborted();
        return state.failed(result.failure, live.resolved.target);
      case 'crashed':
        return state.failed(result.failure, live.resolved.target);
      case 'aborted':
      case 'cut':
        return state.aborted();
      default: {
        const never: never = result;
        return never;
      }
    }
  }

  /** How long to wait before the target of this failed attempt is called again, ms; null: it is not, and the trail says why. */
  #retryWait(last: LiveAttempt<T>): number | null {
    const state = this.#state;
    const { clock, budgets } = this.#around;
    const { failure } = last.entry;
    if (failure === null) return null;
    const now = clock.now();
    const answer = judgeRetry(this.#question(last, failure, now), state.random);
    const { slug, provider } = last.resolved.target;
    if (!answer.retry) {
      state.deny(slug, 'retry', answer.reason, `Not tried again on ${slug}: ${answer.why}.`);
      return null;
    }
    // Its own failure may have opened its breaker; that is told as what it is, without waiting first.
    const obstacle = state.obstacle(last.resolved, now);
    if (obstacle !== null && obstacle.reason !== 'cooldown') {
      state.pass(obstacle);
      return null;
    }
    const flow = state.request.flow.slug;
    if (budgets.takeRetry(flow, provider, now)) return answer.waitMs;
    const text = `Not tried again on ${slug}: the retries of flow ${flow} at provider ${provider} are used up for now.`;
    state.deny(slug, 'retry', 'budget', text);
    return null;
  }

  #question({ resolved, pace, flight }: LiveAttempt<T>, failure: Failure, now: number) {
    const state = this.#state;
    const { policy } = state.request.flow;
    const { cooldowns, paces, tuning } = this.#around;
    const cooled = cooldowns.block(resolved.keys, now);
    const elsewhere = state.callable(now);
    const [next] = elsewhere;
    return {
      failure,
      begun: flight.firstTokenMs !== null,
      retries: state.tried(resolved.target) - 1,
      maxRetries: policy.maxRetriesPerTarget,
      attemptsLeft: policy.maxAttempts - state.attempts.length,
      untried: state.uncalled().length,
      elsewhere: elsewhere.map(({ target }: ResolvedTarget) => target.slug),
      cooledMs: cooled === null ? 0 : cooled.until - now,
      remainingMs: state.deadline - now,
      neededMs: neededMs(pace, policy, tuning),
      asideMs: next === undefined ? 0 : neededMs(paces.of(next.chain.leaf), policy, tuning),
    };
  }

  async #sleep(ms: number): Promise<boolean> {
    try {
      await this.#around.clock.sleep(ms, this.#state.request.signal);
      return true;
    } catch {
      return false;
    }
  }
}
