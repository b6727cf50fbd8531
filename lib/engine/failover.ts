import { race } from './attempt.ts';
import type { Clock, Random } from './clock.ts';
import type { Cooldowns } from './cooldowns.ts';
import { effectOf } from './effects.ts';
import { ending, type Failed, reasonOfSkip } from './ending.ts';
import { attemptLimits, type Judgement, judge, verdictOnFailure } from './judge.ts';
import type { Registry, ResolvedTarget } from './registry.ts';
import { retryWaitMs } from './retry.ts';
import type { AttemptContext, CallTarget, RunOutcome, RunRequest } from './run-types.ts';
import type { ScopePermit } from './scopes.ts';
import { type ChainPlan, planChain, type Skip, skip, skipBlocked } from './select-plan.ts';
import type { Tuning } from './tuning.ts';
import type { DegradedReason, EngineTarget, Failure, TrailEntry } from './types.ts';

/** What a run needs of the engine around it. */
export interface Surroundings {
  clock: Clock;
  random: Random;
  registry: Registry;
  cooldowns: Cooldowns;
  tuning: Tuning;
  /** May the flow make its last-resort call now? Asking uses the permission up. */
  claimLastResort: (flow: string, now: number) => boolean;
  /** A cooldown under this key, or of this target, has changed. */
  cooled: (target: ResolvedTarget) => void;
  /** Tells the events that have gathered. */
  flush: () => void;
}

interface Attempted<T> {
  startedAt: number;
  context: Omit<AttemptContext, 'signal'>;
  permit: ScopePermit;
  resolved: ResolvedTarget;
  entry: Extract<TrailEntry, { kind: 'attempt' }>;
  outcome: RunOutcome<T> | null;
}

/** One request's way along its flow's chain: at most one attempt at a time, each settled exactly once, under one deadline. */
export class FailoverRun<T> {
  readonly #around: Surroundings;
  readonly #request: RunRequest;
  readonly #call: CallTarget<T>;
  readonly #deadline: number;
  readonly #trail: TrailEntry[] = [];
  readonly #failures: Failed[] = [];
  readonly #skips: Skip[] = [];
  #plan: ChainPlan;
  #attempts = 0;
  #reason: DegradedReason | null = null;
  /** After an overflow: only targets with a larger window than this are called. */
  #largerThan: number | null = null;

  constructor(around: Surroundings, request: RunRequest, call: CallTarget<T>) {
    this.#around = around;
    this.#request = request;
    this.#call = call;
    this.#deadline = request.startedAt + request.flow.policy.totalMs;
    const { registry, clock } = around;
    const now = clock.now();
    this.#plan = planChain({
      flow: request.flow,
      target: (slug) => registry.target(slug)?.target,
      blocked: (target) => {
        const resolved = registry.target(target.slug);
        return resolved === undefined ? null : registry.blocked(resolved, now);
      },
      needs: request.needs,
      stakes: request.stakes,
    });
  }

  async run(): Promise<RunOutcome<T>> {
    for (const [at, step] of this.#plan.steps.entries()) {
      if (this.#request.signal.aborted) return this.#aborted();
      if (step.kind === 'skip') {
        this.#pass(step);
        continue;
      }
      const done = await this.#tryTarget(step.target, at);
      if (done !== null) return done;
    }
    const last = await this.#tryLastResort();
    return last ?? this.#end();
  }

  /** Calls one target until it answers, is given up, or decides the request; null: go on with the next. */
  async #tryTarget(target: EngineTarget, at: number): Promise<RunOutcome<T> | null> {
    const resolved = this.#around.registry.target(target.slug);
    if (resolved === undefined) return null;
    let waitedMs = 0;
    for (let retries = 0; ; retries += 1) {
      const attempted = await this.#attempt(resolved, waitedMs, false);
      if (attempted === null) return null;
      if (attempted.outcome !== null) return attempted.outcome;
      const wait = this.#retryWait(attempted, retries, at);
      if (wait === null) return null;
      // One more millisecond, since timers may fire a little early and a cooldown is exact.
      if (wait > 0 && !(await this.#sleep(wait + 1))) return this.#aborted();
      if (this.#request.signal.aborted) return this.#aborted();
      waitedMs = Math.round(wait);
    }
  }

  async #tryLastResort(): Promise<RunOutcome<T> | null> {
    const { lastResort } = this.#plan;
    if (lastResort === null || this.#request.signal.aborted) return null;
    const { registry, clock, claimLastResort } = this.#around;
    const resolved = registry.target(lastResort.slug);
    if (resolved === undefined || !claimLastResort(this.#request.flow.slug, clock.now())) return null;
    const attempted = await this.#attempt(resolved, 0, true);
    return attempted?.outcome ?? null;
  }

  /** One attempt, acquired and settled; null when it may not be made (the reason is in the trail then). */
  async #attempt(
    resolved: ResolvedTarget,
    waitedMs: number,
    lastResort: boolean,
  ): Promise<Attempted<T> | null> {
    const { clock, cooldowns, tuning, flush } = this.#around;
    const startedAt = clock.now();
    const obstacle = this.#obstacle(resolved, startedAt, lastResort);
    if (obstacle !== null) {
      this.#pass(obstacle);
      return null;
    }
    const limits = attemptLimits(this.#request, resolved.target, startedAt, this.#deadline, tuning);
    const leaseMs = Math.min(limits.firstTokenBy, limits.deadlineAt) - startedAt + tuning.probeGraceMs;
    const permit = lastResort ? resolved.chain.lastResort() : resolved.chain.tryAcquire(startedAt, leaseMs);
    // Asked a moment ago with the same `now`: it cannot have changed its mind.
    if (!('settle' in permit)) return null;
    cooldowns.begin(resolved.keys, startedAt, startedAt + leaseMs);
    flush();
    this.#attempts += 1;
    const context = { n: this.#attempts, target: resolved.target, ...limits };
    const entry = this.#entry(context, startedAt, waitedMs, permit.probe, lastResort);
    const attempted: Attempted<T> = { startedAt, context, permit, resolved, entry, outcome: null };
    const { result, release } = await race(clock, this.#call, context, this.#request.signal, tuning.graceMs);
    const now = clock.now();
    const judgement = judge(result, attempted, this.#request, now, tuning);
    this.#settle(attempted, judgement, now);
    if (result.kind === 'committed') attempted.outcome = this.#served(attempted, result.value, release);
    else if (judgement.aborted) attempted.outcome = this.#aborted();
    else if (judgement.failure !== null) attempted.outcome = this.#afterFailure(judgement.failure, resolved);
    return attempted;
  }

  /** What keeps an attempt from being made right now, whatever the plan said when the request came in. */
  #obstacle(resolved: ResolvedTarget, now: number, lastResort: boolean): Skip | null {
    const { target } = resolved;
    const { policy } = this.#request.flow;
    if (now >= this.#deadline) {
      return skip(target.slug, 'deadline', `The request's ${policy.totalMs} ms were over.`);
    }
    if (this.#attempts >= policy.maxAttempts) {
      const text = `The flow allows ${policy.maxAttempts} attempts a request, and they were made.`;
      return skip(target.slug, 'attempts', text);
    }
    if (!this.#largeEnough(target)) {
      const text = `The request is too long for a target tried before, and ${target.slug} is not known to take more.`;
      return skip(target.slug, 'context_window', text);
    }
    const blocked = this.#around.registry.blocked(resolved, now);
    if (blocked === null) return null;
    const automatic = blocked.reason === 'breaker_open' || blocked.reason === 'probing';
    return lastResort && automatic ? null : skipBlocked(target, blocked);
  }

  #settle(attempted: Attempted<T>, judgement: Judgement, now: number): void {
    const { permit, resolved, startedAt, entry } = attempted;
    const { cooldowns, cooled, flush } = this.#around;
    const { verdict, failure } = judgement;
    permit.settle(verdict, now, judgement.sample, failure);
    if (judgement.firstTokenMs !== null && verdict === 'ok' && this.#request.stream) {
      resolved.baseline.add(now, judgement.firstTokenMs);
    }
    entry.durationMs = now - startedAt;
    entry.firstTokenMs = judgement.firstTokenMs;
    entry.verdict = verdict;
    entry.failure = failure;
    if (failure === null && !judgement.aborted) {
      if (cooldowns.answered(resolved.keys, startedAt, now)) cooled(resolved);
    } else if (failure === null || judgement.aborted || judgement.crashed) cooldowns.abandoned(resolved.keys);
    else if (cooldowns.failed(resolved.keys, failure, now) !== null) cooled(resolved);
    flush();
  }

  #served(attempted: Attempted<T>, value: T, release: () => void): RunOutcome<T> {
    const { target } = attempted.resolved;
    const primary = this.#plan.primary ?? target;
    return {
      kind: 'served',
      value,
      target,
      degraded: target.modelFamily !== primary.modelFamily,
      reason: target.slug === primary.slug ? null : this.#reason,
      finish: this.#finisher(attempted, release),
      trail: this.#trail,
      attempts: this.#attempts,
    };
  }

  #finisher(attempted: Attempted<T>, release: () => void): (failure: Failure | null) => void {
    let finished = false;
    return (failure) => {
      if (finished) return;
      finished = true;
      release();
      const { clock, flush } = this.#around;
      const now = clock.now();
      const { entry, permit, startedAt } = attempted;
      entry.durationMs = now - startedAt;
      if (failure === null) return;
      entry.failure = failure;
      const verdict = verdictOnFailure(failure, now - startedAt, this.#request.flow.policy);
      if (verdict !== 'failure') return;
      entry.verdict = 'failure';
      permit.charge(failure, now);
      flush();
    };
  }

  /** Books a failure; an outcome when it decides the whole request, null when another call may be made. */
  #afterFailure(failure: Failure, resolved: ResolvedTarget): RunOutcome<T> | null {
    const { target } = resolved;
    const effect = effectOf(failure.class);
    const elsewhere = this.#mayFitElsewhere(failure, target);
    this.#failures.push({ failure, target, callersFault: effect.callersFault && !elsewhere });
    if (target.slug === this.#plan.primary?.slug) this.#reason ??= effect.reason;
    switch (effect.failOver) {
      case 'yes':
        return null;
      case 'no':
        return elsewhere ? null : this.#end();
      case 'policy':
        return this.#request.flow.policy.failOverOnContentFilter ? null : this.#end();
      case 'larger_context':
        this.#largerThan = Math.max(this.#largerThan ?? 0, target.contextWindow ?? Number.POSITIVE_INFINITY);
        return null;
      default: {
        const never: never = effect.failOver;
        return never;
      }
    }
  }

  /**
   * What this target cannot do another may: a format that has no words for the request says nothing about the request, and a
   * backup model's refusal nothing about the primary's.
   */
  #mayFitElsewhere(failure: Failure, target: EngineTarget): boolean {
    if (failure.class !== 'unsupported_feature') return false;
    return failure.status === null || target.modelFamily !== this.#plan.primary?.modelFamily;
  }

  #retryWait(attempted: Attempted<T>, retries: number, at: number): number | null {
    const { clock, random, cooldowns } = this.#around;
    const { failure } = attempted.entry;
    if (failure === null) return null;
    const now = clock.now();
    const { policy } = this.#request.flow;
    const cooled = cooldowns.block(attempted.resolved.keys, now);
    return retryWaitMs(
      {
        failure,
        retries,
        maxRetries: policy.maxRetriesPerTarget,
        attemptsLeft: policy.maxAttempts - this.#attempts,
        elsewhere: this.#elsewhere(at, now),
        cooledMs: cooled === null ? 0 : cooled.until - now,
        remainingMs: this.#deadline - now,
      },
      random,
    );
  }

  /** How many later targets of the plan could be called now. */
  #elsewhere(at: number, now: number): number {
    const { registry } = this.#around;
    let count = 0;
    for (const step of this.#plan.steps.slice(at + 1)) {
      if (step.kind !== 'candidate' || !this.#largeEnough(step.target)) continue;
      const resolved = registry.target(step.target.slug);
      if (resolved !== undefined && registry.blocked(resolved, now) === null) count += 1;
    }
    return count;
  }

  #largeEnough(target: EngineTarget): boolean {
    return this.#largerThan === null || (target.contextWindow ?? 0) > this.#largerThan;
  }

  #pass(step: Skip): void {
    const { kind, target, reason, scope, scopeId, text } = step;
    this.#skips.push(step);
    this.#trail.push({ kind, target, reason, scope, scopeId, text });
    if (target === this.#plan.primary?.slug) this.#reason ??= reasonOfSkip(reason, step.class);
  }

  #entry(
    context: { n: number; target: EngineTarget },
    startedAt: number,
    waitedMs: number,
    probe: boolean,
    lastResort: boolean,
  ): Attempted<T>['entry'] {
    const entry: Attempted<T>['entry'] = {
      kind: 'attempt',
      n: context.n,
      target: context.target.slug,
      startedMs: startedAt - this.#request.startedAt,
      durationMs: 0,
      firstTokenMs: null,
      verdict: 'none',
      failure: null,
      probe,
      lastResort,
      waitedMs,
    };
    this.#trail.push(entry);
    return entry;
  }

  async #sleep(ms: number): Promise<boolean> {
    try {
      await this.#around.clock.sleep(ms, this.#request.signal);
      return true;
    } catch {
      return false;
    }
  }

  #aborted(): RunOutcome<T> {
    return { kind: 'aborted', trail: this.#trail, attempts: this.#attempts };
  }

  #end(): RunOutcome<T> {
    const now = this.#around.clock.now();
    const { policy } = this.#request.flow;
    return ending({
      trail: this.#trail,
      attempts: this.#attempts,
      failures: this.#failures,
      skips: this.#skips,
      primary: this.#plan.primary,
      reason: this.#reason,
      comebacks: this.#comebacks(now, policy.degradedRetryAfterMs),
      now,
      degradedRetryAfterMs: policy.degradedRetryAfterMs,
    });
  }

  /** When each target that this request may use is worth calling again. */
  #comebacks(now: number, otherwiseMs: number): number[] {
    const { registry } = this.#around;
    const comebacks: number[] = [];
    const known = new Set<string>();
    for (const { target } of this.#failures) known.add(target.slug);
    for (const step of this.#skips) if (step.dueAt !== null) known.add(step.target);
    for (const slug of known) {
      const resolved = registry.target(slug);
      const blocked = resolved === undefined ? null : registry.blocked(resolved, now);
      const at = blocked === null ? now + otherwiseMs : blocked.dueAt;
      if (Number.isFinite(at)) comebacks.push(at);
    }
    return comebacks;
  }
}
