import type { Random } from './clock.ts';
import { isEarly, tooLate } from './deadline.ts';
import { effectOf } from './effects.ts';
import { ending, type Failed, reasonOfSkip } from './ending.ts';
import { attemptLimits } from './judge.ts';
import { type AttemptEntry, LiveAttempt } from './live-attempt.ts';
import type { ResolvedTarget } from './registry.ts';
import type { CallTarget, RunOutcome, RunRequest } from './run-types.ts';
import { allowsBackup, type ChainPlan, planChain, type Skip, skip, skipBlocked } from './select-plan.ts';
import type { Surroundings } from './surroundings.ts';
import type { DegradedReason, DeniedReason, DeniedWhat, EngineTarget, Failure, TrailEntry } from './types.ts';

/** How an attempt comes about. */
export interface Launch {
  waitedMs: number;
  lastResort: boolean;
  hedge: boolean;
  resume: 'prefill' | 'restart' | null;
  /** Not null: a call out of patience, which has been paid for and leaves this much of the request's time to others, ms. */
  patience: { asideMs: number } | null;
}

/** What one request has been through, and what that allows and rules out. */
export class RunState<T> {
  readonly around: Surroundings;
  readonly request: RunRequest;
  readonly plan: ChainPlan;
  readonly trail: TrailEntry[] = [];
  readonly attempts: LiveAttempt<T>[] = [];
  /** Monotonic ms. */
  readonly deadline: number;
  readonly random: Random;
  /** The first decisive thing that happened to the primary. */
  reason: DegradedReason | null = null;
  /** A backup model has answered, or begun to. */
  degraded = false;
  /** A second attempt was started beside another one, or was denied. */
  hedged = false;
  readonly #call: CallTarget<T>;
  readonly #failures: Failed[] = [];
  readonly #skips: Skip[] = [];
  /** After an overflow: only targets with a larger window than this are called. */
  #largerThan: number | null = null;

  constructor(around: Surroundings, request: RunRequest, call: CallTarget<T>) {
    this.around = around;
    this.request = request;
    this.#call = call;
    this.deadline = request.startedAt + request.flow.policy.totalMs;
    const { registry, clock } = around;
    this.random = request.random ?? around.random;
    const now = clock.now();
    this.plan = planChain({
      flow: request.flow,
      target: (slug) => registry.target(slug)?.target,
      blocked: (target) => {
        const resolved = registry.target(target.slug);
        return resolved === undefined ? null : registry.blocked(resolved, now);
      },
      needs: request.needs,
      stakes: request.stakes,
      unfit: request.unfit,
      rampShare: (target) => registry.target(target.slug)?.chain.rampShare(now) ?? 1,
      random: this.random,
    });
  }

  get left(): boolean {
    return this.request.signal.aborted;
  }

  isPrimary(target: EngineTarget): boolean {
    return target.slug === this.plan.primary?.slug;
  }

  /** One attempt, acquired and on its way; null when it may not be made (the reason is in the trail then). */
  launch(resolved: ResolvedTarget, launch: Launch): LiveAttempt<T> | null {
    const { clock, cooldowns, tuning, flush } = this.around;
    const { request } = this;
    const now = clock.now();
    const obstacle = this.obstacle(resolved, now, launch.lastResort);
    if (obstacle !== null) {
      this.pass(obstacle);
      return null;
    }
    const limits = attemptLimits(
      request,
      resolved.target,
      now,
      this.deadline,
      launch.patience?.asideMs ?? 0,
      tuning,
    );
    const leaseMs = Math.min(limits.firstTokenBy, limits.deadlineAt) - now + tuning.probeGraceMs;
    const permit = launch.lastResort ? resolved.chain.lastResort() : resolved.chain.tryAcquire(now, leaseMs);
    // Asked a moment ago with the same `now`: it cannot have changed its mind.
    if (!('settle' in permit)) return null;
    cooldowns.begin(resolved.keys, now, now + leaseMs);
    flush();
    this.#chargeMove(resolved.target, launch, now);
    const plan = { n: this.attempts.length + 1, target: resolved.target, ...limits, resume: launch.resume };
    const entry = this.#entry(plan.n, resolved.target, now, permit.probe, launch);
    const parts = { around: this.around, request, call: this.#call, plan, resolved, permit, entry };
    const live = new LiveAttempt<T>({ ...parts, startedAt: now });
    this.attempts.push(live);
    return live;
  }

  /** What keeps an attempt from being made right now, whatever the plan said when the request came in. */
  obstacle(resolved: ResolvedTarget, now: number, lastResort = false): Skip | null {
    const { target, chain } = resolved;
    const { policy } = this.request.flow;
    const { paces, registry, tuning } = this.around;
    // It may have been drained since the plan was made.
    if (registry.target(target.slug)?.target.enabled !== true)
      return skip(target.slug, 'disabled', `Target ${target.slug} is disabled.`);
    const remainingMs = this.deadline - now;
    if (!isEarly(remainingMs, policy, tuning)) {
      const late = tooLate(remainingMs, paces.of(chain.leaf), policy, tuning, target.slug);
      if (late !== null) return skip(target.slug, 'deadline', late);
    }
    if (this.attempts.length >= policy.maxAttempts) {
      const text = `The flow allows ${policy.maxAttempts} attempts a request, and they were made.`;
      return skip(target.slug, 'attempts', text);
    }
    if (!this.largeEnough(target)) {
      const text = `The request is too long for a target tried before, and ${target.slug} is not known to take more.`;
      return skip(target.slug, 'context_window', text);
    }
    const blocked = registry.blocked(resolved, now);
    if (blocked === null) return null;
    const automatic = blocked.reason === 'breaker_open' || blocked.reason === 'probing';
    return lastResort && automatic ? null : skipBlocked(target, blocked);
  }

  tried({ slug }: Pick<EngineTarget, 'slug'>): number {
    let count = 0;
    for (const { resolved } of this.attempts) if (resolved.target.slug === slug) count += 1;
    return count;
  }

  /** Targets of the plan that have not been called and may be, in the chain's order; some of them not at this moment. */
  uncalled(): EngineTarget[] {
    const found: EngineTarget[] = [];
    for (const step of this.plan.steps) {
      if (step.kind !== 'candidate' || this.tried(step.target) > 0) continue;
      if (this.largeEnough(step.target)) found.push(step.target);
    }
    return found;
  }

  /** Those of them that nothing keeps from being called now. */
  callable(now: number): ResolvedTarget[] {
    const { registry } = this.around;
    return this.uncalled().flatMap(({ slug }) => {
      const resolved = registry.target(slug);
      const free = resolved?.target.enabled === true && registry.blocked(resolved, now) === null;
      return free ? resolved : [];
    });
  }

  pass(step: Skip): void {
    const { kind, target, reason, scope, scopeId, text } = step;
    this.#skips.push(step);
    this.trail.push({ kind, target, reason, scope, scopeId, text });
    if (target === this.plan.primary?.slug) this.reason ??= reasonOfSkip(reason, step.class);
  }

  deny(target: string, what: DeniedWhat, reason: DeniedReason, text: string): void {
    this.trail.push({ kind: 'denied', target, what, reason, text });
  }

  /** Takes note of a failure; an outcome when it decides the whole request, null when another call may be made. */
  failed(failure: Failure, target: EngineTarget): RunOutcome<T> | null {
    const effect = effectOf(failure.class);
    const { policy } = this.request.flow;
    const elsewhere = this.#mayFitElsewhere(failure, target);
    this.#failures.push({ failure, target, callersFault: effect.callersFault && !elsewhere });
    if (this.isPrimary(target)) this.reason ??= effect.reason;
    switch (effect.failOver) {
      case 'yes':
        return null;
      case 'no':
        return elsewhere ? null : this.end();
      case 'policy':
        return policy.failOverOnContentFilter ? null : this.#endByPolicy(target, 'content refusals');
      case 'larger_context':
        if (!policy.failOverOnContextOverflow) return this.#endByPolicy(target, 'requests that are too long');
        this.#largerThan = Math.max(this.#largerThan ?? 0, target.contextWindow ?? Number.POSITIVE_INFINITY);
        return null;
      default: {
        const never: never = effect.failOver;
        return never;
      }
    }
  }

  aborted(): RunOutcome<T> {
    return { kind: 'aborted', trail: this.trail, attempts: this.attempts.length };
  }

  end(): RunOutcome<T> {
    const now = this.around.clock.now();
    const { degradedRetryAfterMs } = this.request.flow.policy;
    return ending({
      trail: this.trail,
      attempts: this.attempts.length,
      failures: this.#failures,
      skips: this.#skips,
      primary: this.plan.primary,
      backups: allowsBackup(this.request.flow, this.request.stakes),
      reason: this.reason,
      comebacks: this.#comebacks(now, degradedRetryAfterMs),
      now,
      degradedRetryAfterMs,
    });
  }

  #endByPolicy(target: EngineTarget, what: string): RunOutcome<T> {
    const [next] = this.callable(this.around.clock.now());
    if (next !== undefined) {
      const text = `Not asked at ${next.target.slug}: the flow hands ${what} back to the caller.`;
      this.deny(target.slug, 'failover', 'policy', text);
    }
    return this.end();
  }

  /**
   * What this target cannot do another may: a format that has no words for the request says nothing about the request, and a
   * backup model's refusal nothing about the primary's.
   */
  #mayFitElsewhere(failure: Failure, target: EngineTarget): boolean {
    if (failure.class !== 'unsupported_feature') return false;
    return failure.status === null || target.modelFamily !== this.plan.primary?.modelFamily;
  }

  /** Whether the request is known not to be too long for it. */
  largeEnough(target: EngineTarget): boolean {
    return this.#largerThan === null || (target.contextWindow ?? 0) > this.#largerThan;
  }

  /** Going on elsewhere because of a failure is charged to whoever failed; retries and hedges have paid before. */
  #chargeMove(target: EngineTarget, launch: Launch, now: number): void {
    const last = this.attempts.at(-1);
    if (last === undefined || launch.hedge || launch.patience !== null || this.tried(target) > 0) return;
    const from = last.resolved.target.provider;
    this.around.budgets.moved(this.request.flow.slug, from, target.provider, now);
  }

  #entry(n: number, target: EngineTarget, now: number, probe: boolean, launch: Launch): AttemptEntry {
    const { waitedMs, lastResort, hedge, resume } = launch;
    const entry: AttemptEntry = {
      kind: 'attempt',
      n,
      target: target.slug,
      startedMs: now - this.request.startedAt,
      durationMs: 0,
      firstTokenMs: null,
      verdict: 'none',
      failure: null,
      probe,
      lastResort,
      waitedMs,
      hedge,
      resume,
      notes: [],
    };
    this.trail.push(entry);
    return entry;
  }

  /** When each target that this request may use is worth calling again. */
  #comebacks(now: number, otherwiseMs: number): number[] {
    const { registry } = this.around;
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
