'use client';

import { useMemo } from 'react';
import type { MetricPoint, TargetView } from '#lib/contract/api.ts';
import type { BreakerTransition } from '#lib/contract/breaker-view.ts';
import { ChartPanel } from '../chart/chart-panel.tsx';
import { LATENCY_SERIES } from '../chart/latency-series.ts';
import { breakerMarks } from '../chart/marks.ts';
import { prepareChart, type SeriesSpec } from '../chart/prepare.ts';
import { pointsOf, useMetricsState, type useRangeMetrics } from '../chart/use-range-metrics.ts';
import { useLiveStore } from '../live/live-provider.tsx';
import { useFirstRequestCurl } from '../overview/use-first-request-curl.ts';
import { useRange } from '../shell/range.ts';
import { formatLatency, formatShare } from '../ui/format.ts';

const HEIGHT = 160;
const ERROR_SERIES: readonly SeriesSpec<MetricPoint>[] = [
  {
    key: 'errors',
    label: 'errors',
    value: (point) => (point.count === 0 ? null : point.errors / point.count),
    tone: 'open',
  },
];

interface Props {
  target: TargetView;
  metrics: ReturnType<typeof useRangeMetrics>;
  transitions: readonly BreakerTransition[];
}

/** Latency and errors of one target, with the line at which its breaker opens. */
export function TargetCharts({ target, metrics, transitions }: Props) {
  const store = useLiveStore();
  const { setAbsolute } = useRange();
  const never = useFirstRequestCurl();
  const { data } = metrics;
  const frame = useMemo(() => {
    if (data === undefined) return null;
    const range = { fromMs: data.from, toMs: data.to, stepSeconds: data.stepSeconds };
    const shared = {
      ...range,
      nowMs: Date.now() + store.clock.offset(),
      points: pointsOf(data, target.slug),
    };
    return {
      ...range,
      latency: prepareChart({ ...shared, series: LATENCY_SERIES }),
      errors: prepareChart({ ...shared, series: ERROR_SERIES }),
      ...breakerMarks(transitions, data.from, data.to),
    };
  }, [data, store, target.slug, transitions]);
  const state = useMetricsState(metrics, frame?.latency.empty ?? true, never);
  const common = {
    fromMs: frame?.fromMs ?? 0,
    toMs: frame?.toMs ?? 1,
    stepSeconds: frame?.stepSeconds ?? 1,
    marks: frame?.marks ?? [],
    height: HEIGHT,
    onZoom: setAbsolute,
    state,
  };
  const limit = target.effectiveBreaker.failureRate;
  return (
    <>
      <ChartPanel
        name="Latency"
        prepared={frame?.latency ?? null}
        series={LATENCY_SERIES}
        format={formatLatency}
        least={200}
        {...common}
      />
      <ChartPanel
        name="Errors"
        prepared={frame?.errors ?? null}
        series={ERROR_SERIES}
        format={formatShare}
        least={0.1}
        thresholds={limit === undefined ? [] : [{ value: limit, text: `opens at ${formatShare(limit)}` }]}
        {...common}
      />
    </>
  );
}
