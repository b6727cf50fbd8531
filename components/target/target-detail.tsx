'use client';

import { Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { TargetView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { useEvents, useTargets } from '../api/resources.ts';
import { StateStrip } from '../chart/state-strip.tsx';
import { stripSegments } from '../chart/strip-segments.ts';
import { useRangeMetrics } from '../chart/use-range-metrics.ts';
import { useBreaker, useFreshness, useServerNow } from '../live/hooks.ts';
import { boundsOf, useRange } from '../shell/range.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { Alarm } from '../ui/alarm.tsx';
import { Panel } from '../ui/panel.tsx';
import { panelState } from '../ui/panel-state.ts';
import { HistoryPanel } from './history-panel.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { TargetCharts } from './target-charts.tsx';
import classes from './target-detail.module.css';
import { TargetDrawer } from './target-drawer.tsx';
import { TargetHeader } from './target-header.tsx';
import { TaxonomyPanel } from './taxonomy-panel.tsx';
import { WindowPanel } from './window-panel.tsx';

/** One target, whole: what its breaker holds, why, and the evidence. */
export function TargetDetail({ slug }: { slug: string }) {
  const targets = useTargets();
  if (targets.data === undefined) {
    return targets.error === null ? (
      <Skeleton height={420} />
    ) : (
      <Alarm text={errorMessage(targets.error)} onRetry={() => void targets.refetch()} />
    );
  }
  const target = targets.data.find((candidate) => candidate.slug === slug);
  if (target === undefined) return <NoSuchTarget slug={slug} />;
  return <Detail target={target} />;
}

function NoSuchTarget({ slug }: { slug: string }) {
  return (
    <div>
      <h1 className={classes.title}>No target "{slug}"</h1>
      <p>
        It may have been deleted or renamed.{' '}
        <SharedLink className="sy-link" href="/targets">
          All targets
        </SharedLink>
      </p>
    </div>
  );
}

function Detail({ target }: { target: TargetView }) {
  const [editing, { open, close }] = useDisclosure(false);
  const metrics = useRangeMetrics('target', 180, target.slug);
  const events = useEvents({ scope: 'target', id: target.slug, limit: 200 });
  const view = useBreaker('target', target.slug);
  const transitions = events.data?.items ?? [];
  return (
    <div className={classes.page}>
      <TargetHeader target={target} />
      <StripPanel target={target} events={events} />
      <TargetCharts target={target} metrics={metrics} transitions={transitions} />
      <WindowPanel view={view} settings={target.effectiveBreaker} />
      <TaxonomyPanel slug={target.slug} metrics={metrics} />
      <SettingsPanel target={target} onEdit={open} />
      <HistoryPanel slug={target.slug} events={events} />
      <TargetDrawer opened={editing} onClose={close} target={target} />
    </div>
  );
}

function StripPanel({ target, events }: { target: TargetView; events: ReturnType<typeof useEvents> }) {
  const { range } = useRange();
  const view = useBreaker('target', target.slug);
  const now = useServerNow(5_000);
  const { stale } = useFreshness();
  const bounds = boundsOf(range, now ?? 0);
  return (
    <Panel
      title="State over time"
      state={now === null ? { kind: 'loading' } : panelState(events)}
      className={classes.strip}
      height={52}
    >
      {now !== null && (
        <div className="sy-live" data-stale={stale}>
          <StateStrip
            segments={stripSegments(events.data?.items ?? [], view, bounds.fromMs, bounds.toMs)}
            {...bounds}
          />
        </div>
      )}
    </Panel>
  );
}
