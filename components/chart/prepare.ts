/** From points with gaps to what a chart draws. Pure: decides units, buckets, gaps and words; nothing here renders. */

export interface SeriesSpec<P> {
  key: string;
  label: string;
  /** A value of one point; null: nothing was measured. */
  value: (point: P) => number | null;
  tone: 'strong' | 'normal' | 'quiet' | 'open' | 'probe';
  dash?: string;
}

export interface ChartInput<P extends { t: number }> {
  points: readonly P[];
  fromMs: number;
  toMs: number;
  stepSeconds: number;
  series: readonly SeriesSpec<P>[];
  /** Server's clock, ms: the bucket that holds it is still filling. */
  nowMs: number;
}

export interface ChartRow {
  t: number;
  [key: string]: number | null;
}

export interface PreparedChart {
  /** One row a bucket over the whole range; a bucket without data has nulls, which is a gap, not zero. */
  rows: ChartRow[];
  ticks: number[];
  /** The last row is still filling. */
  partial: boolean;
  latest: Readonly<Record<string, number | null>>;
  max: number;
  empty: boolean;
}

/** Rows of a still-filling bucket are drawn from `${key}~`, so that they can be pale and dotted. */
export const TAIL = '~';

export function prepareChart<P extends { t: number }>(input: ChartInput<P>): PreparedChart {
  const { series, stepSeconds, fromMs, toMs, nowMs } = input;
  const stepMs = stepSeconds * 1000;
  const byBucket = new Map(input.points.map((point) => [Math.floor(point.t / stepMs), point]));
  const first = Math.ceil(fromMs / stepMs);
  const last = Math.floor(toMs / stepMs);
  const rows: ChartRow[] = [];
  for (let bucket = first; bucket <= last; bucket++) {
    const point = byBucket.get(bucket);
    const row: ChartRow = { t: bucket * stepMs };
    for (const spec of series) row[spec.key] = point === undefined ? null : spec.value(point);
    rows.push(row);
  }
  const partial = last * stepMs + stepMs > nowMs && rows.length > 1;
  return {
    rows: partial ? withTail(rows, series) : rows,
    ticks: timeTicks(fromMs, toMs),
    partial,
    latest: latestOf(rows, series, partial),
    max: maxOf(rows, series),
    empty: rows.every((row) => series.every((spec) => row[spec.key] === null)),
  };
}

/** Moves the last value of each series to its tail, which also repeats the one before it so that the line is whole. */
function withTail<P>(rows: readonly ChartRow[], series: readonly SeriesSpec<P>[]): ChartRow[] {
  const end = rows.length - 1;
  return rows.map((row, at) => {
    if (at < end - 1) return row;
    const moved: ChartRow = { ...row };
    for (const { key } of series) {
      moved[key + TAIL] = row[key] ?? null;
      if (at === end) moved[key] = null;
    }
    return moved;
  });
}

/** The newest finished value of each series. */
function latestOf<P>(rows: readonly ChartRow[], series: readonly SeriesSpec<P>[], partial: boolean) {
  const finished = partial ? rows.slice(0, -1) : rows;
  return Object.fromEntries(
    series.map(({ key }) => [key, finished.findLast((row) => row[key] !== null)?.[key] ?? null]),
  );
}

function maxOf<P>(rows: readonly ChartRow[], series: readonly SeriesSpec<P>[]): number {
  let max = 0;
  for (const row of rows) for (const { key } of series) max = Math.max(max, row[key] ?? 0);
  return max;
}

/** Both ends of the range and its thirds, so that the ends are always labelled. */
export function timeTicks(fromMs: number, toMs: number): number[] {
  const third = (toMs - fromMs) / 3;
  return [fromMs, fromMs + third, fromMs + 2 * third, toMs].map(Math.round);
}

/** A value that draws as a point by itself: both neighbours are gaps. */
export function isIsolated(rows: readonly ChartRow[], at: number, key: string): boolean {
  const value = (n: number) => rows[n]?.[key] ?? null;
  return value(at) !== null && value(at - 1) === null && value(at + 1) === null;
}

/** A round upper end that leaves the highest value inside. */
export function niceMax(max: number, least: number): number {
  const target = Math.max(max, least);
  const magnitude = 10 ** Math.floor(Math.log10(target));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * magnitude >= target) ?? 10;
  return step * magnitude;
}

/** "p95 1.90 s, up from 0.60 s at the beginning." */
export function summarise<P>(
  rows: readonly ChartRow[],
  spec: Pick<SeriesSpec<P>, 'key' | 'label'>,
  format: (value: number | null) => string,
): string {
  const values = rows.flatMap((row) => {
    const value = row[spec.key];
    return value === null || value === undefined ? [] : [value];
  });
  const first = values[0];
  const last = values.at(-1);
  if (first === undefined || last === undefined) return `${spec.label}: no data in this range.`;
  const highest = format(Math.max(...values));
  if (format(first) === format(last)) return `${spec.label} ${format(last)}, highest ${highest}.`;
  const direction = last > first ? 'up' : 'down';
  return `${spec.label} ${format(last)}, ${direction} from ${format(first)} at the beginning, highest ${highest}.`;
}
