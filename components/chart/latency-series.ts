import type { MetricPoint } from '#lib/contract/api.ts';
import type { SeriesSpec } from './prepare.ts';

/** Percentiles of the whole duration. Module-level, so that a chart never sees new ones. */
export const LATENCY_SERIES: readonly SeriesSpec<MetricPoint>[] = [
  { key: 'p50', label: 'p50', value: (point) => point.p50, tone: 'quiet' },
  { key: 'p95', label: 'p95', value: (point) => point.p95, tone: 'strong' },
  { key: 'p99', label: 'p99', value: (point) => point.p99, tone: 'normal', dash: '5 3' },
];
