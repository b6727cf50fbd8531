'use client';

import { Button, Drawer } from '@mantine/core';
import { parseAsString, useQueryState } from 'nuqs';
import { useRef } from 'react';
import { auditEntrySchema } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { eventRowSchema } from '../api/resources.ts';
import touch from '../flow/touch.module.css';
import { useServerNow } from '../live/hooks.ts';
import { boundsOf, PRESET_MS, PRESET_WORDS, type Preset, type Range, useRange } from '../shell/range.ts';
import { Panel, type PanelState } from '../ui/panel.tsx';
import classes from './activity.module.css';
import { FreshPill } from './fresh-pill.tsx';
import { matchesFilter, mergeTimeline, type TimelineItem } from './timeline.ts';
import { TimelineDetails } from './timeline-details.tsx';
import { TimelineFilters, useTimelineFilter } from './timeline-filters.tsx';
import { TimelineRow } from './timeline-row.tsx';
import { useFreshRows } from './use-fresh-rows.ts';
import { usePaged } from './use-paged.ts';
import { useRowKeys } from './use-row-keys.ts';

const NO_FILTER = 'all||';
const NO_ITEMS: readonly TimelineItem[] = [];

/** Transitions of breakers and actions of people on one line of time. */
export function TimelineTab() {
  const { range, setPreset } = useRange();
  const now = useServerNow(30_000);
  const { filter, key } = useTimelineFilter();
  const bounds = () => {
    const { fromMs, toMs } = boundsOf(range, Date.now());
    const from = new Date(fromMs).toISOString();
    return range.kind === 'absolute' ? { from, to: new Date(toMs).toISOString() } : { from };
  };
  const rangeKey = range.kind === 'absolute' ? `${range.fromMs}-${range.toMs}` : range.preset;
  const events = usePaged({
    queryKey: keys.events,
    path: '/events',
    item: eventRowSchema,
    filter: { range: rangeKey },
    query: bounds,
  });
  const audit = usePaged({
    queryKey: keys.audit,
    path: '/audit',
    item: auditEntrySchema,
    filter: { range: rangeKey },
    query: () => ({}),
  });
  const edges = now === null ? null : boundsOf(range, now);
  const fromWallMs = edges?.fromMs ?? null;
  const toWallMs = range.kind === 'absolute' ? range.toMs : null;
  // Actions are read without bounds, so pages that only hold older ones are not worth reading.
  const moreAudit = audit.more && (audit.rows.at(-1)?.atWallMs ?? 0) >= (fromWallMs ?? 0);
  const items = mergeTimeline(
    { items: events.rows, more: events.more },
    { items: audit.rows, more: moreAudit },
  ).filter((item) => matchesFilter(item, { ...filter, fromWallMs, toWallMs }));
  const failed = events.list.error ?? audit.list.error;
  const pending = events.list.isPending || audit.list.isPending;
  const { shown, fresh, show } = useFreshRows(pending ? NO_ITEMS : items, `${key}|${rangeKey}`);
  const more = () => {
    if (events.more) void events.list.fetchNextPage();
    if (moreAudit) void audit.list.fetchNextPage();
  };
  const state: PanelState | null =
    failed !== null
      ? {
          kind: 'failed',
          text: `The timeline could not be read. ${errorMessage(failed)}`,
          onRetry: () => void Promise.all([events.list.refetch(), audit.list.refetch()]),
        }
      : pending
        ? { kind: 'loading' }
        : shown.length === 0
          ? emptyState(items.length, key === NO_FILTER, range, setPreset)
          : null;
  return (
    <>
      <TimelineFilters>
        <FreshPill fresh={fresh} onShow={show} />
      </TimelineFilters>
      {state === null ? null : <Panel title="Timeline" height={200} state={state} />}
      <TimelineList items={shown} />
      {events.more || moreAudit ? (
        <div className={classes.foot}>
          <Button
            variant="default"
            loading={events.list.isFetchingNextPage || audit.list.isFetchingNextPage}
            onClick={more}
          >
            Show older
          </Button>
        </div>
      ) : null}
    </>
  );
}

function emptyState(
  waiting: number,
  unfiltered: boolean,
  range: Range,
  setPreset: (preset: Preset) => void,
): PanelState {
  if (waiting > 0) return { kind: 'none', text: 'Only new rows: show them above.' };
  const where = range.kind === 'relative' ? PRESET_WORDS[range.preset].toLowerCase() : 'chosen range';
  const text = unfiltered
    ? `Nothing happened in the ${where}: no breaker changed and nobody changed anything.`
    : `Nothing in the ${where} matches these filters.`;
  const short = range.kind === 'absolute' || PRESET_MS[range.preset] < PRESET_MS['24h'];
  const action = short ? (
    <Button variant="default" w="fit-content" onClick={() => setPreset('24h')}>
      Show the last 24 hours
    </Button>
  ) : undefined;
  return { kind: 'none', text, action };
}

function TimelineList({ items }: { items: readonly TimelineItem[] }) {
  const list = useRef<HTMLOListElement>(null);
  const [openId, setOpenId] = useQueryState('item', parseAsString.withOptions({ history: 'push' }));
  useRowKeys(list);
  const open = items.find((item) => item.id === openId);
  return (
    <>
      {items.length === 0 ? null : (
        <ol ref={list} className={classes.list} aria-label="Timeline, newest first">
          {items.map((item) => (
            <TimelineRow key={item.id} item={item} onOpen={() => void setOpenId(item.id)} />
          ))}
        </ol>
      )}
      <Drawer
        classNames={{ body: touch.touch }}
        opened={open !== undefined}
        onClose={() => void setOpenId(null)}
        position="right"
        size={460}
        title={open?.kind === 'breaker' ? `${open.event.scope} ${open.event.id}` : 'Action'}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open === undefined ? null : <TimelineDetails item={open} />}
      </Drawer>
    </>
  );
}
