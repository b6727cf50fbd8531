import type { FlightResult } from './attempt.ts';
import type { Blocked } from './blocked.ts';
import { seconds } from './breaker-state.ts';
import { neededMs, noTimeWords } from './deadline.ts';
import { effectOf } from './effects.ts';
import type { LiveAttempt } from './live-attempt.ts';
import { isBackup, soonCallable } from './patience-plan.ts';
import type { ResolvedTarget } from './registry.ts';
import { attemptsWords, backoffMs, uselessAgain } from './retry.ts';
import type { RunState } from './run-state.ts';
import type { RunOutcome } from './run-types.ts';
import type { DeniedReason, EnginePolicy } from './types.ts';

/** One more call that may be made. Instants in monotonic ms. */
interface Chance {
  resolved: ResolvedTarget;
  /** From when on. */
  at: number;
  /** Until when, so that it can finish and a backup model still has its time. */
  latest: number;
}

interface Refusal {
  reason: DeniedReason;
  /** The second half of a sentence. */
  why: string;
}

type Conclude<T> = (live: LiveAttempt<T>, result: FlightResult<T>) => RunOutcome<T> | null;

/**
 * What a flow gives its primary's family before a backup model is called, or the request is refused: more calls than its retries
 * allow, each as soon as it may be made, within a total of waiting. Nobody is asked again who ran out of time or whose failure
 * would only come again; whoever comes after keeps an attempt and the time that it needs.
 */
export class Patience<T> {
  readonly #state: RunState<T>;
  readonly #policy: NonNullable<EnginePolicy['patience']>;
  readonly #calls: LiveAttempt<T>[] = [];
  /** When the backoff after each failed attempt is over; drawn once. */
  readonly #rested = new Map<LiveAttempt<T>, number>();
  /** Waiting that is left, ms. */
  #leftMs: number;
  /** The provider at which the next call has been paid for, before it was waited for. */
  #paidAt: string | null = null;

  constructor(state: RunState<T>, policy: NonNullable<EnginePolicy['patience']>) {
    this.#state = state;
    this.#policy = policy;
    this.#leftMs = policy.ms;
  }

  /** Makes the calls; an outcome when one of them decides the request, null when others are to be asked. */
  async give(conclude: Conclude<T>): Promise<RunOutcome<T> | null> {
    const state = this.#state;
    const { clock } = state.around;
    let waitedMs = 0;
    while (this.#calls.length < this.#policy.retries) {
      if (state.left) return state.aborted();
      const now = clock.now();
      const asideMs = this.#asideMs(now);
      const chance = this.#choose(now, asideMs);
      if (chance === null) return null;
      if (chance.at > now) {
        waitedMs += await this.#wait(chance, now);
        continue;
      }
      this.#paidAt = null;
      const launch = {
        waitedMs: Math.round(waitedMs),
        lastResort: false,
        hedge: false,
        resume: null,
        patience: { asideMs },
      };
      const live = state.launch(chance.resolved, launch);
      if (live === null) return null;
      this.#calls.push(live);
      waitedMs = 0;
      const done = conclude(live, await live.flight.done);
      if (done !== null) return done;
      this.#tellUseless(live);
    }
    this.#tellUsedUp();
    return null;
  }

  /** The target of the primary's family that may be called soonest, paid for; null: none may, and the trail says why. */
  #choose(now: number, asideMs: number): Chance | null {
    const state = this.#state;
    const { budgets } = state.around;
    const refusals: [string, Refusal][] = [];
    let best: Chance | null = null;
    for (const resolved of this.#family()) {
      const judged = this.#judge(resolved, now, asideMs);
      if (judged === null) continue;
      if ('reason' in judged) refusals.push([resolved.target.slug, judged]);
      else if (best === null || judged.at < best.at) best = judged;
    }
    if (best === null) for (const [slug, refusal] of refusals) this.#tell(slug, refusal);
    else if (best.resolved.target.provider !== this.#paidAt) {
      this.#paidAt = best.resolved.target.provider;
      budgets.takeRetry(state.request.flow.slug, this.#paidAt, now);
    }
    return best;
  }

  #family(): ResolvedTarget[] {
    const { plan, around, attempts } = this.#state;
    const called = (slug: string) => attempts.some(({ resolved }) => resolved.target.slug === slug);
    return soonCallable(plan, called).flatMap((slug) => {
      const resolved = around.registry.target(slug);
      if (resolved === undefined || isBackup(plan, resolved.target)) return [];
      return this.#state.largeEnough(resolved.target) ? resolved : [];
    });
  }

  /** Null: no, for a reason that the trail has given already. */
  #judge(resolved: ResolvedTarget, now: number, asideMs: number): Chance | Refusal | null {
    const { target, chain } = resolved;
    const { around, attempts, deadline, request } = this.#state;
    const { registry, paces, tuning, budgets } = around;
    const last = attempts.findLast((attempt) => attempt.resolved.target.slug === target.slug);
    if (last !== undefined && uselessWhy(last) !== null) return null;
    const blocked = registry.blocked(resolved, now);
    if (blocked !== null && !passesByItself(blocked)) {
      if (last === undefined) return null;
      return { reason: 'wait', why: 'waiting does not end what keeps calls from it now' };
    }
    const left = request.flow.policy.maxAttempts - attempts.length;
    if (left <= this.#others(resolved)) return { reason: 'attempts', why: attemptsWords(left) };
    const at = Math.max(now, blocked?.dueAt ?? now, last === undefined ? now : this.#restedAt(last));
    const probing = blocked?.reason === 'probing';
    if (probing ? this.#leftMs <= 0 : at - now > this.#leftMs) {
      return { reason: 'wait', why: this.#waitWords(probing ? null : at - now) };
    }
    const needMs = neededMs(paces.of(chain.leaf), request.flow.policy, tuning);
    const latest = deadline - asideMs - needMs;
    // A probe may be decided at any moment.
    const startsAt = probing ? now : at;
    if (startsAt > latest) {
      return { reason: 'deadline', why: noTimeWords(startsAt - now, needMs, asideMs, deadline - now) };
    }
    const { slug } = request.flow;
    if (target.provider !== this.#paidAt && !budgets.canRetry(slug, target.provider, now)) {
      const why = `the retries of flow ${slug} at provider ${target.provider} are used up for now`;
      return { reason: 'budget', why };
    }
    return { resolved, at, latest };
  }

  #restedAt(last: LiveAttempt<T>): number {
    const known = this.#rested.get(last);
    if (known !== undefined) return known;
    const { failure, durationMs } = last.entry;
    const retries = this.#state.tried(last.resolved.target) - 1;
    const backoff = failure !== null && effectOf(failure.class).retry === 'backoff';
    const restMs = backoff ? backoffMs(retries, this.#state.random) : 0;
    const at = last.startedAt + durationMs + Math.max(restMs, failure?.retryAfterMs ?? 0);
    this.#rested.set(last, at);
    return at;
  }

  /** Attempts that belong to targets which have not been called. */
  #others({ target }: ResolvedTarget): number {
    const { plan } = this.#state;
    const uncalled = this.#state.uncalled().filter(({ slug }) => slug !== target.slug).length;
    return uncalled + (plan.lastResort !== null && isBackup(plan, plan.lastResort) ? 1 : 0);
  }

  /** Ms of the request's time that belong to the backup model that is asked next. */
  #asideMs(now: number): number {
    const state = this.#state;
    const { plan } = state;
    const { registry, paces, tuning } = state.around;
    const waits = state.callable(now).find(({ target }) => isBackup(plan, target));
    const last =
      plan.lastResort !== null && isBackup(plan, plan.lastResort)
        ? registry.target(plan.lastResort.slug)
        : undefined;
    const next = waits ?? last;
    if (next === undefined) return 0;
    return neededMs(paces.of(next.chain.leaf), state.request.flow.policy, tuning) + tuning.graceMs;
  }

  /** Waits until the target may be called, or something has changed; ms. */
  async #wait({ at, latest }: Chance, now: number): Promise<number> {
    const { around, request } = this.#state;
    const ms = Math.min(at - now, this.#leftMs, Math.max(0, latest - now));
    // One more millisecond, since timers may fire a little early and a cooldown is exact.
    await around.waiting.wait(around.clock, ms + 1, request.signal);
    const waitedMs = Math.min(ms, around.clock.now() - now);
    this.#leftMs -= waitedMs;
    return waitedMs;
  }

  #waitWords(waitMs: number | null): string {
    const whole = seconds(this.#policy.ms);
    if (waitMs === null) return `its probe is still out, and the flow's patience of ${whole} is over`;
    const left =
      this.#leftMs === this.#policy.ms
        ? `the flow's patience is ${whole}`
        : `${seconds(this.#leftMs)} of the flow's patience of ${whole} are left`;
    return `it may be called in ${seconds(waitMs)} at the earliest, and ${left}`;
  }

  #tellUseless(live: LiveAttempt<T>): void {
    const why = uselessWhy(live);
    if (why !== null) this.#tell(live.resolved.target.slug, { reason: 'class', why });
  }

  #tellUsedUp(): void {
    const last = this.#calls.at(-1);
    if (last === undefined || uselessWhy(last) !== null) return;
    const { retries } = this.#policy;
    const calls = retries === 1 ? 'one more call' : `${retries} more calls`;
    const why = `the flow's patience allows ${calls} of its family`;
    this.#tell(last.resolved.target.slug, { reason: 'policy', why });
  }

  #tell(slug: string, { reason, why }: Refusal): void {
    const called = this.#state.attempts.some(({ resolved }) => resolved.target.slug === slug);
    this.#state.deny(
      slug,
      'retry',
      reason,
      `Not ${called ? 'tried again on' : 'waited for at'} ${slug}: ${why}.`,
    );
  }
}

/** Why this target is not called again whatever is left; null: it may be. */
function uselessWhy<T>({ entry: { failure }, flight }: LiveAttempt<T>): string | null {
  // Given up for being late is as good as out of time.
  if (failure === null) return 'it was late';
  return uselessAgain({ failure, begun: flight.firstTokenMs !== null });
}

/** Whether waiting may help: operators, refused credentials and used-up accounts are not waited for. */
function passesByItself({ reason }: Blocked): boolean {
  return reason === 'breaker_open' || reason === 'probing' || reason === 'cooldown';
}
