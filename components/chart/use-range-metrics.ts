'use client';

import { useMemo } from 'react';
import type { Metrics } from '#lib/contract/api.ts';
import { type MetricsQuery, useMetrics } from '../api/resources.ts';
import { useConnection } from '../live/hooks.ts';
import { useLiveStore } from '../live/live-provider.tsx';
import { boundsOf, refreshOf, useRange } from '../shell/range.ts';
import type { PanelState } from '../ui/panel.tsx';
import { panelState } from '../ui/panel-state.ts';
import { stepFor } from './step.ts';

/** Metrics over the page's range in at most `points` steps, re-read as it moves; they stand still while the view is paused. */
export function useRangeMetrics(by: MetricsQuery['by'], points: number, id?: string) {
  const { range } = useRange();
  const store = useLiveStore();
  const paused = useConnection().kind === 'paused';
  const key = [by, id ?? null, points, range];
  return useMetrics(
    key,
    () => {
      const bounds = boundsOf(range, Date.now() + store.clock.offset());
      const stepSeconds = stepFor(bounds.toMs - bounds.fromMs, points);
      return id === undefined ? { ...bounds, by, stepSeconds } : { ...bounds, by, stepSeconds, id };
    },
    paused ? false : refreshOf(range),
  );
}

/** The panel's state for metrics: failed, loading, never any, none in this range, or ready. */
export function useMetricsState(
  query: ReturnType<typeof useRangeMetrics>,
  empty: boolean,
  never: { text: string; curl?: string },
): PanelState {
  const last = query.data?.lastDataWallMs ?? null;
  return useMemo(() => {
    if (!empty || query.data === undefined) return panelState(query);
    return panelState(
      query,
      last === null
        ? { kind: 'never', ...never }
        : {
            kind: 'none',
            text: `No calls in this range. The last ones before it: ${new Date(last).toISOString()}.`,
          },
    );
  }, [query, empty, last, never]);
}

/** One series' points; none when the server has none by that key. */
export function pointsOf(metrics: Metrics | undefined, key: string): Metrics['series'][number]['points'] {
  return metrics?.series.find((series) => series.key === key)?.points ?? [];
}
