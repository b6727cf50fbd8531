'use client';

import { auditEntrySchema } from '#lib/contract/api.ts';
import { keys } from '../api/keys.ts';
import { eventRowSchema } from '../api/resources.ts';
import { useServerNow } from '../live/hooks.ts';
import { boundsOf, type Range } from '../shell/range.ts';
import { isoBounds, rangeKey } from './range-query.ts';
import { matchesFilter, mergeTimeline, type TimelineFilter, type TimelineItem } from './timeline.ts';
import { usePaged } from './use-paged.ts';

const NO_ITEMS: readonly TimelineItem[] = [];

/** The timeline of a range: both sources read page by page, merged and filtered, newest first. */
export function useTimeline(range: Range, filter: Omit<TimelineFilter, 'fromWallMs' | 'toWallMs'>) {
  const now = useServerNow(30_000);
  const common = { filter: { range: rangeKey(range) } };
  const events = usePaged({
    ...common,
    queryKey: keys.events,
    path: '/events',
    item: eventRowSchema,
    query: () => isoBounds(range, Date.now()),
  });
  const audit = usePaged({
    ...common,
    queryKey: keys.audit,
    path: '/audit',
    item: auditEntrySchema,
    query: () => ({}),
  });
  const fromWallMs = now === null ? null : boundsOf(range, now).fromMs;
  const toWallMs = range.kind === 'absolute' ? range.toMs : null;
  // Actions are read without bounds, so pages that only hold older ones are not worth reading.
  const moreAudit = audit.more && (audit.rows.at(-1)?.atWallMs ?? 0) >= (fromWallMs ?? 0);
  const pending = events.list.isPending || audit.list.isPending;
  const items = mergeTimeline(
    { items: events.rows, more: events.more },
    { items: audit.rows, more: moreAudit },
  ).filter((item) => matchesFilter(item, { ...filter, fromWallMs, toWallMs }));
  return {
    /** None until both sources have answered: a half is not a timeline. */
    items: pending ? NO_ITEMS : items,
    pending,
    error: events.list.error ?? audit.list.error,
    retry: () => void Promise.all([events.list.refetch(), audit.list.refetch()]),
    more: events.more || moreAudit,
    readingMore: events.list.isFetchingNextPage || audit.list.isFetchingNextPage,
    readMore: () => {
      if (events.more) void events.list.fetchNextPage();
      if (moreAudit) void audit.list.fetchNextPage();
    },
  };
}
