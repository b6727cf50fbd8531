import type { AuditEntry } from '#lib/contract/api.ts';
import type { BreakerTransition, BreakerView } from '#lib/contract/breaker-view.ts';

export type Change =
  | { kind: 'transition'; key: string; atMs: number; event: BreakerTransition }
  | { kind: 'action'; key: string; atMs: number; entry: AuditEntry };

const SHOWN = 10;

/** Machine's and people's changes as one list, newest first. */
export function mergeChanges(
  events: readonly BreakerTransition[],
  audit: readonly AuditEntry[],
  most = SHOWN,
): Change[] {
  const transitions = events.map(
    (event): Change => ({
      kind: 'transition',
      key: `${event.scope}:${event.id}:${event.generation}:${event.to}:${event.atWallMs}`,
      atMs: event.atWallMs,
      event,
    }),
  );
  const actions = audit.map(
    (entry): Change => ({ kind: 'action', key: entry.id, atMs: entry.atWallMs, entry }),
  );
  return [...transitions, ...actions].toSorted((a, b) => b.atMs - a.atMs).slice(0, most);
}

/** Openings from closed and closings: what changed for callers. A failed probe changes nothing for them. */
export function withoutProbes<T extends Pick<BreakerTransition, 'from' | 'to'>>(events: readonly T[]): T[] {
  return events.filter(({ from, to }) => to === 'closed' || (from === 'closed' && to !== 'half_open'));
}

/** An opening within this of a breaker's outage is that outage's. */
const SAME_OPENING_MS = 2_000;

/**
 * Openings of outages that still last but whose event is no longer among those that were read: hours of failed probes push it out,
 * yet it is what changed.
 */
export function openingsStillFelt(
  breakers: Iterable<BreakerView>,
  events: readonly BreakerTransition[],
): BreakerTransition[] {
  return [...breakers].flatMap((view): BreakerTransition[] => {
    const since = view.outageSinceWallMs;
    if (since === null || view.state === 'closed') return [];
    const known = events.some(
      (event) =>
        event.id === view.id &&
        event.scope === view.scope &&
        event.to === 'open' &&
        event.from === 'closed' &&
        Math.abs(event.atWallMs - since) < SAME_OPENING_MS,
    );
    return known ? [] : [openingOf(view, since)];
  });
}

function openingOf(view: BreakerView, atWallMs: number): BreakerTransition {
  return {
    scope: view.scope,
    id: view.id,
    atWallMs,
    from: 'closed',
    to: 'open',
    reason: view.reason,
    why: view.why,
    generation: 0,
    openForMs: null,
    window: view.window,
    errors: [],
  };
}
