import type { Edge, TimedSample } from './breaker-types.ts';
import type { CooldownBlock } from './cooldowns.ts';
import type { Scope } from './scopes.ts';
import type { ErrorSampleView, ScopeView, Transition } from './view-types.ts';

/** One scope as plain data. @param offset wall minus monotonic, ms */
export function scopeView(
  scope: Scope,
  cooldown: CooldownBlock | null,
  now: number,
  offset: number,
): ScopeView {
  const { since, outageSince, openUntil, probe, errors, changes, ...same } = scope.breaker.snapshot(now);
  const wall = (at: number) => Math.round(at + offset);
  return {
    scope: scope.kind,
    id: scope.id,
    seq: scope.seqBase + changes,
    ...same,
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
  };
}

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
    why,
    generation,
    openForMs: openForMs === null ? null : Math.round(openForMs),
    window,
    errors: edge.errors.map((error) => sampleView(error, offset)),
  };
}

function sampleView(error: TimedSample, offset: number): ErrorSampleView {
  const { at, class: failureClass, status, message } = error;
  return { atWallMs: Math.round(at + offset), class: failureClass, status, message };
}
