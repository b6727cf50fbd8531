import type { MetricPoint, Metrics } from '#lib/contract/api.ts';
import type { MetricCell } from '#lib/contract/records.ts';
import { quantile } from './histogram.ts';
import { mergeHistograms } from './merge.ts';
import { countsAsServed, isAttemptError, isRequestDegraded, isRequestError } from './outcomes.ts';

export type SeriesBy = 'target' | 'flow' | 'provider';

/** A cell and the instant that its span starts. */
export interface TimedCell {
  t: number;
  cell: MetricCell;
}

export interface SeriesInput {
  from: number;
  to: number;
  stepSeconds: number;
  by: SeriesBy;
  /** Only this key. */
  id?: string;
  cells: Iterable<TimedCell>;
  /** Keys that get a series even without data. */
  keys: readonly string[];
  providerOf: (target: string) => string | null;
  lastDataWallMs: number | null;
}

const STEPS: readonly (readonly [rangeSeconds: number, stepSeconds: number])[] = [
  [5 * 60, 1],
  [15 * 60, 5],
  [3600, 15],
  [6 * 3600, 60],
  [24 * 3600, 300],
  [7 * 24 * 3600, 1800],
];

/** The step that gives a range some 150 to 350 points, in seconds. */
export function chooseStep(rangeMs: number): number {
  const seconds = rangeMs / 1000;
  for (const [range, step] of STEPS) if (seconds <= range * 1.02) return step;
  return Math.ceil(seconds / 300 / 3600) * 3600;
}

/** A step that the spans it is made of divide evenly, so that no point holds one span more than its neighbour. */
export function alignStep(stepSeconds: number, spanSeconds: number): number {
  return Math.max(1, Math.ceil(stepSeconds / spanSeconds)) * spanSeconds;
}

interface Bucket {
  count: number;
  errors: number;
  degraded: number;
  max: number | null;
  latency: MetricCell['latency'][];
  firstToken: MetricCell['firstToken'][];
}

interface Series {
  buckets: Map<number, Bucket>;
  outcomes: Map<string, number>;
}

/** Sums cells into evenly spaced points; quantiles come from merged histograms and are null where nothing was answered. */
export function buildMetrics(input: SeriesInput): Metrics {
  const stepMs = input.stepSeconds * 1000;
  const from = Math.floor(input.from / stepMs) * stepMs;
  const series = new Map<string, Series>();
  for (const key of input.keys) {
    if (input.id === undefined || input.id === key) series.set(key, emptySeries());
  }
  for (const { t, cell } of input.cells) {
    if (t < from || t >= input.to) continue;
    const key = keyOf(cell, input);
    if (key === null || (input.id !== undefined && input.id !== key)) continue;
    const one = series.get(key) ?? emptySeries();
    series.set(key, one);
    addCell(one, from + Math.floor((t - from) / stepMs) * stepMs, cell);
  }
  return {
    from,
    to: input.to,
    stepSeconds: input.stepSeconds,
    series: [...series].map(([key, one]) => ({
      key,
      points: points(one, from, input.to, stepMs),
      outcomes: Object.fromEntries(one.outcomes),
    })),
    lastDataWallMs: input.lastDataWallMs,
  };
}

function keyOf(cell: MetricCell, input: SeriesInput): string | null {
  switch (input.by) {
    case 'flow':
      return cell.kind === 'request' ? cell.flow : null;
    case 'target':
      return cell.kind === 'attempt' ? cell.target : null;
    case 'provider':
      return cell.kind === 'attempt' ? input.providerOf(cell.target) : null;
    default: {
      const never: never = input.by;
      return never;
    }
  }
}

function emptySeries(): Series {
  return { buckets: new Map(), outcomes: new Map() };
}

function addCell(series: Series, t: number, cell: MetricCell): void {
  const bucket = series.buckets.get(t) ?? {
    count: 0,
    errors: 0,
    degraded: 0,
    max: null,
    latency: [],
    firstToken: [],
  };
  series.buckets.set(t, bucket);
  bucket.count += cell.count;
  const isError = cell.kind === 'attempt' ? isAttemptError(cell.outcome) : isRequestError(cell.outcome);
  if (isError) bucket.errors += cell.count;
  if (cell.kind === 'request' && isRequestDegraded(cell.outcome)) bucket.degraded += cell.count;
  if (countsAsServed(cell)) {
    bucket.latency.push(cell.latency);
    bucket.firstToken.push(cell.firstToken);
    bucket.max = Math.max(bucket.max ?? 0, cell.latencyMaxMs);
  }
  series.outcomes.set(cell.outcome, (series.outcomes.get(cell.outcome) ?? 0) + cell.count);
}

function points(series: Series, from: number, to: number, stepMs: number): MetricPoint[] {
  const all: MetricPoint[] = [];
  for (let t = from; t < to; t += stepMs) all.push(point(t, series.buckets.get(t)));
  return all;
}

function point(t: number, bucket: Bucket | undefined): MetricPoint {
  const latency = mergeHistograms(bucket?.latency ?? []);
  const firstToken = mergeHistograms(bucket?.firstToken ?? []);
  return {
    t,
    count: bucket?.count ?? 0,
    errors: bucket?.errors ?? 0,
    degraded: bucket?.degraded ?? 0,
    p50: quantile(latency, 0.5),
    p95: quantile(latency, 0.95),
    p99: quantile(latency, 0.99),
    max: bucket?.max ?? null,
    firstTokenP50: quantile(firstToken, 0.5),
    firstTokenP95: quantile(firstToken, 0.95),
  };
}
