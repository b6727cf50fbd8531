'use client';

import { Button, Drawer } from '@mantine/core';
import { parseAsString, useQueryState } from 'nuqs';
import { useRef } from 'react';
import { errorMessage } from '../api/client.ts';
import touch from '../flow/touch.module.css';
import { PRESET_MS, PRESET_WORDS, type Preset, type Range, useRange } from '../shell/range.ts';
import { Panel, type PanelState } from '../ui/panel.tsx';
import classes from './activity.module.css';
import { FreshPill } from './fresh-pill.tsx';
import { rangeKey } from './range-query.ts';
import { ShowOlder } from './show-older.tsx';
import type { TimelineItem } from './timeline.ts';
import { TimelineDetails } from './timeline-details.tsx';
import { TimelineFilters, useTimelineFilter } from './timeline-filters.tsx';
import { TimelineRow } from './timeline-row.tsx';
import { useFreshRows } from './use-fresh-rows.ts';
import { useRowKeys } from './use-row-keys.ts';
import { useTimeline } from './use-timeline.ts';

const NO_FILTER = 'all||';

/** Transitions of breakers and actions of people on one line of time. */
export function TimelineTab() {
  const { range, setPreset } = useRange();
  const { filter, key } = useTimelineFilter();
  const timeline = useTimeline(range, filter);
  const { shown, fresh, show } = useFreshRows(timeline.items, `${key}|${rangeKey(range)}`);
  const state: PanelState | null =
    timeline.error !== null
      ? {
          kind: 'failed',
          text: `The timeline could not be read. ${errorMessage(timeline.error)}`,
          onRetry: timeline.retry,
        }
      : timeline.pending
        ? { kind: 'loading' }
        : shown.length === 0
          ? emptyState(timeline.items.length, key === NO_FILTER, range, setPreset)
          : null;
  return (
    <>
      <TimelineFilters>
        <FreshPill fresh={fresh} onShow={show} />
      </TimelineFilters>
      {state === null ? null : <Panel title="Timeline" height={200} state={state} />}
      <TimelineList items={shown} />
      <ShowOlder more={timeline.more} reading={timeline.readingMore} onMore={timeline.readMore} />
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
