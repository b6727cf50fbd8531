import type { FlightResult } from './attempt.ts';
import { type HedgePolicy, hedgeDelayMs, isRecovering, isStorm } from './hedge-policy.ts';
import type { LiveAttempt } from './live-attempt.ts';
import type { ResolvedTarget } from './registry.ts';
import type { RunState } from './run-state.ts';
import type { RunOutcome } from './run-types.ts';
import type { DeniedReason } from './types.ts';

/** When a second attempt is started beside one that says nothing, and on whose account. */
export interface Net {
  /** A hedge is the flow's wish and has a budget; a probe is our own curiosity, for which nobody is made to wait. */
  kind: 'hedge' | 'probe';
  delayMs: number;
}

type Conclude<T> = (live: LiveAttempt<T>, result: FlightResult<T>) => RunOutcome<T> | null;

const OVER = 'The wait is over.';
const SECOND = Object.freeze({ waitedMs: 0, lastResort: false, hedge: true, resume: null, patience: null });

/** What is spread under an attempt that has just been started; null: nothing, which is so for nearly all of them. */
export function safetyNet<T>(state: RunState<T>, live: LiveAttempt<T>): Net | null {
  const { request, around } = state;
  if (!request.stream || state.hedged) return null;
  const { hedge } = request.flow.policy;
  if (hedge !== null && state.attempts.length === 1) around.budgets.hedgeable(request.flow.slug, hedge.share);
  if (live.permit.probe) return request.once == null ? probeNet(state, live) : null;
  return hedge === null ? null : { kind: 'hedge', delayMs: hedgeDelayMs(live.pace, hedge) };
}

function probeNet<T>(state: RunState<T>, live: LiveAttempt<T>): Net | null {
  const { probeNets, tuning, clock } = state.around;
  const { chain, target } = live.resolved;
  const now = clock.now();
  if (pick(state, live, now) === null) return null;
  if (!probeNets.spread(chain, target.breaker.maxOpenSeconds * 1000, now)) return null;
  return { kind: 'probe', delayMs: live.pace.quantile(0.5) ?? tuning.probeFallbackMs };
}

/**
 * Sees an attempt through, with a second one beside it once it is late. The first content token wins; the other attempt is given
 * up at once and nobody waits for it. One that fails leaves the field to the other, unless its failure decides the request.
 */
export async function raceWithSecond<T>(
  state: RunState<T>,
  first: LiveAttempt<T>,
  net: Net,
  conclude: Conclude<T>,
): Promise<RunOutcome<T> | null> {
  const second = (await isLate(state, first, net.delayMs)) ? startSecond(state, first, net) : null;
  if (second === null) return conclude(first, await first.flight.done);
  const lead = await Promise.race([first.aheadOrDone(), second.aheadOrDone()]);
  const other = lead === first ? second : first;
  if (lead.ahead) {
    giveUp(state, other, net);
    return conclude(lead, await lead.flight.done);
  }
  return lead === first ? await goOn(lead, other, conclude) : await standIn(first, lead, conclude);
}

/** The attempt that was made in its turn has failed: the other one is left, unless the failure decides the request. */
async function goOn<T>(failed: LiveAttempt<T>, other: LiveAttempt<T>, conclude: Conclude<T>) {
  const done = conclude(failed, await failed.flight.done);
  if (done === null) return conclude(other, await other.flight.done);
  other.drop();
  return done;
}

/**
 * The attempt that was made before its turn has failed: what it says of the request waits until the one that was asked first
 * has spoken.
 */
async function standIn<T>(first: LiveAttempt<T>, failed: LiveAttempt<T>, conclude: Conclude<T>) {
  const result = await failed.flight.done;
  failed.conclude(result);
  return conclude(first, await first.flight.done) ?? conclude(failed, result);
}

/** Waits until the attempt is ahead or has ended (false), or its time is up (true). */
async function isLate<T>(state: RunState<T>, live: LiveAttempt<T>, delayMs: number): Promise<boolean> {
  const waiting = new AbortController();
  const up = state.around.clock.sleep(delayMs, waiting.signal).then(
    () => true,
    () => false,
  );
  const late = await Promise.race([live.aheadOrDone().then(() => false), up]);
  waiting.abort(OVER);
  return late && !state.left && !live.ahead && live.flight.result === null;
}

function startSecond<T>(state: RunState<T>, first: LiveAttempt<T>, net: Net): LiveAttempt<T> | null {
  const { clock } = state.around;
  const { hedge } = state.request.flow.policy;
  const now = clock.now();
  const second = pick(state, first, now);
  if (net.kind === 'hedge' && hedge !== null) {
    const denied = deniedHedge(state, first, second, net.delayMs, now);
    if (denied !== null) {
      const { slug } = first.resolved.target;
      state.hedged = true;
      state.deny(slug, 'hedge', denied.reason, `Not hedged while ${slug} was late: ${denied.why}.`);
      return null;
    }
  }
  if (second === null) return null;
  state.hedged = true;
  return state.launch(second, SECOND);
}

function deniedHedge<T>(
  state: RunState<T>,
  { resolved, pace }: LiveAttempt<T>,
  second: ResolvedTarget | null,
  delayMs: number,
  now: number,
): { reason: DeniedReason; why: string } | null {
  const { flow } = state.request;
  const { maxAttempts } = flow.policy;
  const { once } = state.request;
  if (once != null) return { reason: 'once', why: once };
  if (state.attempts.length >= maxAttempts) {
    return { reason: 'attempts', why: `the flow allows ${maxAttempts} attempts a request` };
  }
  if (second === null) {
    return { reason: 'nowhere', why: 'no other endpoint of the chain can be called beside it' };
  }
  if (isStorm(pace, delayMs)) {
    return { reason: 'storm', why: 'so many calls are late there that more calls would only add load' };
  }
  if (!state.around.budgets.takeHedge(flow.slug, resolved.target.provider, now)) {
    return { reason: 'budget', why: `the hedges that flow ${flow.slug} may make are used up for now` };
  }
  return null;
}

/**
 * Who is asked beside `first`: a target of the plan at another endpoint that nothing stands in the way of and that is not just
 * recovering. The primary's own model comes before backup models, since lateness alone should not degrade an answer; another
 * provider comes before another endpoint of the same one; then the chain's order.
 */
function pick<T>(state: RunState<T>, first: LiveAttempt<T>, now: number): ResolvedTarget | null {
  const { target } = first.resolved;
  const family = state.plan.primary?.modelFamily;
  let best: ResolvedTarget | null = null;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const resolved of state.callable(now)) {
    const { endpointId, provider, modelFamily } = resolved.target;
    if (endpointId === target.endpointId || isRecovering(resolved.chain, now)) continue;
    if (state.obstacle(resolved, now) !== null) continue;
    const rank = (modelFamily === family ? 0 : 2) + (provider === target.provider ? 1 : 0);
    if (rank >= bestRank) continue;
    best = resolved;
    bestRank = rank;
  }
  return best;
}

/** The other attempt was faster. */
function giveUp<T>(state: RunState<T>, slower: LiveAttempt<T>, net: Net): void {
  const { hedge } = state.request.flow.policy;
  if (state.isPrimary(slower.resolved.target)) {
    state.reason ??= net.kind === 'probe' ? 'breaker_open' : 'timeout';
  }
  const undecided = !slower.ahead && slower.flight.result === null;
  if (net.kind === 'probe' && slower.permit.probe && undecided) slower.detach();
  else slower.lose(lateAfterMs(slower, hedge));
}

function lateAfterMs<T>(live: LiveAttempt<T>, hedge: HedgePolicy | null): number {
  return hedge === null ? Number.POSITIVE_INFINITY : hedgeDelayMs(live.pace, hedge);
}
