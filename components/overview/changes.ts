import type { AuditEntry } from '#lib/contract/api.ts';
import type { BreakerTransition } from '#lib/contract/breaker-view.ts';

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
  return events.filter(({ from, to }) => to === 'closed' || (from === 'closed' && to === 'open'));
}
