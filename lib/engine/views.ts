import type { BreakerSnapshot, Edge, TimedSample } from './breaker-types.ts';
import type { CooldownBlock } from './cooldowns.ts';
import type { DerivedEdge } from './derived.ts';
import type { ParentScope, Scope } from './scope.ts';
import type { EffectiveState } from './types.ts';
import type { ErrorSampleView, ScopeView, Transition } from './view-types.ts';

/** One scope as plain data. @param offset wall minus monotonic, ms */
export function scopeView(
  scope: Scope,
  cooldown: CooldownBlock | null,
  now: number,
  offset: number,
): ScopeView {
  const snapshot = scope.breaker.snapshot(now);
  const { since, outageSince, openUntil, probe, errors, changes, ramp, ...same } = snapshot;
  const derived = scope.kind === 'target' ? null : scope.derived.facts(now);
  const shadow = scope.kind === 'target' ? scope.shadow : null;
  const ramps = scope.kind === 'target' && shadow === null && scope.breaker.mask(now) === null;
  const wall = (at: number) => Math.round(at + offset);
  return {
    scope: scope.kind,
    id: scope.id,
    seq: scope.seqBase + changes,
    ...same,
    effective: effectiveState(snapshot, derived !== null, shadow !== null),
    sinceWallMs: wall(since),
    outageSinceWallMs: outageSince === null ? null : wall(outageSince),
    openUntilWallMs: openUntil === null ? null : wall(openUntil),
    probe:
      probe === null
        ? null
        : {
            successes: probe.successes,
            needed: probe.needed,
            inFlight: probe.inFlight,
            leaseUntilWallMs: probe.leaseUntil === null ? null : wall(probe.leaseUntil),
          },
    errors: errors.map((error) => sampleView(error, offset)),
    cooldown:
      cooldown === null
        ? null
        : { untilWallMs: wall(cooldown.until), class: cooldown.class, message: cooldown.message },
    override: scope.breaker.mask(now) === null ? null : scope.override,
    derived:
      derived === null
        ? null
        : {
            sinceWallMs: wall(derived.since),
            open: derived.open,
            recent: derived.recent,
            probeAtWallMs: derived.probeAt === null ? null : wall(derived.probeAt),
            why: derived.why,
          },
    ramp: ramp === null || !ramps ? null : { share: ramp.share, nextAtWallMs: wall(ramp.nextAt) },
    shadow:
      shadow === null
        ? null
        : { opened: shadow.opened, rejected: shadow.rejected, sinceWallMs: wall(shadow.since) },
  };
}

/** What callers meet. A breaker in metrics-only mode turns nobody away, whatever its machine says. */
function effectiveState(
  { effective, state }: Pick<BreakerSnapshot, 'effective' | 'state'>,
  derived: boolean,
  metricsOnly: boolean,
): EffectiveState {
  if (effective === 'forced_open' || effective === 'forced_closed') return effective;
  if (metricsOnly) return 'closed';
  return derived && state !== 'open' ? 'derived_open' : state;
}

const METRICS_ONLY = 'In metrics-only mode: nothing is turned away.';

/** An edge as plain data. @param offset wall minus monotonic, ms */
export function transitionOf(scope: Scope, edge: Edge, offset: number): Transition {
  const { from, to, reason, why, generation, openForMs, window } = edge;
  return {
    scope: scope.kind,
    id: scope.id,
    atWallMs: Math.round(edge.at + offset),
    from,
    to,
    reason,
    why: scope.kind === 'target' && scope.shadow !== null ? `${why} ${METRICS_ONLY}` : why,
    generation,
    openForMs: openForMs === null ? null : Math.round(openForMs),
    window,
    errors: edge.errors.map((error) => sampleView(error, offset)),
  };
}

/** An edge of what a parent's children say of it, as plain data. @param offset wall minus monotonic, ms */
export function derivedTransitionOf(scope: ParentScope, edge: DerivedEdge, offset: number): Transition {
  const { breaker } = scope;
  const { state, window } = breaker.snapshot(edge.at);
  const { ok, slow, failure, consecutiveFailures } = window;
  return {
    scope: scope.kind,
    id: scope.id,
    atWallMs: Math.round(edge.at + offset),
    from: edge.to === 'derived_open' ? state : 'derived_open',
    to: edge.to === 'derived_open' ? 'derived_open' : state,
    reason: edge.reason,
    why: edge.why,
    generation: breaker.generation,
    openForMs: null,
    window: { ok, slow, failure, consecutiveFailures },
    errors: edge.errors.map((error) => sampleView(error, offset)),
  };
}

function sampleView(error: TimedSample, offset: number): ErrorSampleView {
  const { at, class: failureClass, status, message } = error;
  return { atWallMs: Math.round(at + offset), class: failureClass, status, message };
}
