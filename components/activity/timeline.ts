import type { AuditEntry } from '#lib/contract/api.ts';
import type { BreakerTransition } from '#lib/contract/breaker-view.ts';

export type TimelineItem =
  | { kind: 'breaker'; id: string; atWallMs: number; event: BreakerTransition }
  | { kind: 'person'; id: string; atWallMs: number; entry: AuditEntry };

/** What has been loaded of one source so far. */
export interface Loaded<T> {
  items: readonly T[];
  /** True when older rows exist. */
  more: boolean;
}

/**
 * Merges both sources, newest first. Rows older than what the other source has loaded are held back:
 * otherwise a later page would push rows in between those already read.
 */
export function mergeTimeline(events: Loaded<BreakerTransition>, audit: Loaded<AuditEntry>): TimelineItem[] {
  const horizon = Math.max(horizonOf(events), horizonOf(audit));
  const items: TimelineItem[] = [
    ...events.items.map((event) => ({
      kind: 'breaker' as const,
      id: transitionKey(event),
      atWallMs: event.atWallMs,
      event,
    })),
    ...audit.items.map((entry) => ({
      kind: 'person' as const,
      id: `audit-${entry.id}`,
      atWallMs: entry.atWallMs,
      entry,
    })),
  ];
  const once = new Map(items.map((item) => [item.id, item]));
  return [...once.values()]
    .filter((item) => item.atWallMs >= horizon)
    .sort((a, b) => b.atWallMs - a.atWallMs || (a.id < b.id ? 1 : -1));
}

/** A transition has no id of its own; a breaker makes each edge of a generation once. */
export function transitionKey(event: BreakerTransition): string {
  return `${event.scope}:${event.id}:${event.generation}:${event.to}:${event.atWallMs}`;
}

function horizonOf(source: Loaded<{ atWallMs: number }>): number {
  if (!source.more) return Number.NEGATIVE_INFINITY;
  return Math.min(...source.items.map((item) => item.atWallMs));
}

export interface TimelineFilter {
  kind: 'all' | 'breaker' | 'person';
  /** Part of a scope's or an entity's id; '' for any. */
  scope: string;
  text: string;
  /** Oldest instant shown; null: everything. */
  fromWallMs: number | null;
  /** Newest instant shown; null: now. */
  toWallMs: number | null;
}

export function matchesFilter(item: TimelineItem, filter: TimelineFilter): boolean {
  if (filter.kind !== 'all' && item.kind !== filter.kind) return false;
  if (filter.fromWallMs !== null && item.atWallMs < filter.fromWallMs) return false;
  if (filter.toWallMs !== null && item.atWallMs > filter.toWallMs) return false;
  const text = filter.text.trim().toLowerCase();
  return (
    (filter.scope === '' || scopeOf(item).includes(filter.scope)) &&
    (text === '' || searchText(item).toLowerCase().includes(text))
  );
}

function scopeOf(item: TimelineItem): string {
  return item.kind === 'breaker' ? item.event.id : item.entry.entityId;
}

function searchText(item: TimelineItem): string {
  if (item.kind === 'breaker') {
    const { scope, id, to, why } = item.event;
    return `${scope} ${id} ${to.replace('_', '-')} ${why}`;
  }
  const { by, action, entity, entityId, summary, reason } = item.entry;
  return [by, action, entity, entityId, summary, reason ?? ''].join(' ');
}
