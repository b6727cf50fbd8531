import type { Breaker } from '#lib/engine/breaker.ts';
import type { BreakerModel } from './breaker-model.ts';

export function is(what: string, real: unknown, wanted: unknown): void {
  if (real !== wanted) throw new Error(`${what}: is ${String(real)}, should be ${String(wanted)}`);
}

/** Everything of a breaker that may be compared with its model at any moment, without touching it. */
export function agree(model: BreakerModel, breaker: Breaker): void {
  const { now } = model;
  const snapshot = breaker.snapshot(now);
  const { window } = snapshot;
  is('state', snapshot.state, model.state);
  is('effective', breaker.peek(now), model.forced() ?? model.state);
  is('since', snapshot.since, model.since);
  is('outage since', snapshot.outageSince, model.state === 'closed' ? null : model.outageSince);
  is('late', window.late, model.late);
  is('in flight', snapshot.inFlight, model.permits.filter(({ settled }) => !settled).length);
  is('open until', snapshot.openUntil, model.state === 'open' ? model.openUntil : null);
  is('successes', snapshot.probe?.successes ?? 0, model.state === 'half_open' ? model.successes : 0);
  is('probe out', snapshot.probe?.inFlight ?? false, model.probe !== null);
  is('share of the ramp', breaker.rampShare(now), model.share());
  is('share of the ramp, shown', snapshot.ramp?.share ?? 1, model.share());
  if (model.state === 'closed') is('streak', window.consecutiveFailures, model.streak());
  const counts = model.counts();
  for (const verdict of ['ok', 'slow', 'failure'] as const) {
    is(verdict, window[verdict], counts[verdict]);
    const recount = window.buckets.reduce((sum, bucket) => sum + bucket[verdict], 0);
    is(`${verdict} recounted`, recount, window[verdict]);
    is('no bucket below zero', Math.min(...window.buckets.map((bucket) => bucket[verdict])) >= 0, true);
  }
}
