'use client';

import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { BreakerTransition } from '#lib/contract/breaker-view.ts';
import { ChartPanel } from '../chart/chart-panel.tsx';
import { LATENCY_SERIES } from '../chart/latency-series.ts';
import { breakerMarks } from '../chart/marks.ts';
import { prepareChart, type SeriesSpec } from '../chart/prepare.ts';
import { pointsOf, useMetricsState, useRangeMetrics } from '../chart/use-range-metrics.ts';
import { useLiveStore } from '../live/live-provider.tsx';
import { useRange } from '../shell/range.ts';
import { formatLatency, formatShare } from '../ui/format.ts';
import { busiest, type SharePoint, sharePoints } from './share-points.ts';
import { useFirstRequestCurl } from './use-first-request-curl.ts';

/** One for about three pixels of the small charts here. */
const POINTS = 90;
const SHARE_SERIES: readonly SeriesSpec<SharePoint>[] = [
  { key: 'errors', label: 'failed', value: (point) => point.errors, tone: 'open' },
  { key: 'degraded', label: 'degraded', value: (point) => point.degraded, tone: 'probe', dash: '5 3' },
];

/** Evidence under the sentence: how long answers take, and how many fail or come from a backup model. */
export function OverviewCharts({
  transitions,
  height,
}: {
  transitions: readonly BreakerTransition[];
  height: number;
}) {
  const query = useRangeMetrics('flow', POINTS);
  const store = useLiveStore();
  const { setAbsolute } = useRange();
  const [chosen, setChosen] = useState<string | null>(null);
  const never = useFirstRequestCurl();
  const { data } = query;
  const flow = chosen ?? busiest(data?.series ?? []) ?? '';
  const frame = useMemo(() => {
    if (data === undefined) return null;
    const range = { fromMs: data.from, toMs: data.to, stepSeconds: data.stepSeconds };
    const nowMs = Date.now() + store.clock.offset();
    return {
      ...range,
      latency: prepareChart({ ...range, nowMs, points: pointsOf(data, flow), series: LATENCY_SERIES }),
      shares: prepareChart({ ...range, nowMs, points: sharePoints(data.series), series: SHARE_SERIES }),
      ...breakerMarks(transitions, data.from, data.to),
    };
  }, [data, flow, store, transitions]);
  const empty = frame === null || (frame.latency.empty && frame.shares.empty);
  const state = useMetricsState(query, empty, never);
  const common = {
    fromMs: frame?.fromMs ?? 0,
    toMs: frame?.toMs ?? 1,
    stepSeconds: frame?.stepSeconds ?? 1,
    marks: frame?.marks ?? [],
    height,
    onZoom: setAbsolute,
    state,
  };
  return (
    <>
      <ChartPanel
        name="Latency"
        prepared={frame?.latency ?? null}
        series={LATENCY_SERIES}
        format={formatLatency}
        least={200}
        aside={
          <NativeSelect
            size="xs"
            w={132}
            aria-label="Flow whose latency is shown"
            value={flow}
            onChange={(event) => setChosen(event.currentTarget.value)}
            data={(data?.series ?? []).map((series) => series.key)}
          />
        }
        {...common}
      />
      <ChartPanel
        name="Failed and degraded"
        prepared={frame?.shares ?? null}
        series={SHARE_SERIES}
        format={formatShare}
        least={0.05}
        {...common}
      />
    </>
  );
}
