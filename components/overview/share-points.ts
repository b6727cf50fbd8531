import type { Metrics } from '#lib/contract/api.ts';

export interface SharePoint {
  t: number;
  errors: number | null;
  degraded: number | null;
}

/** Failed and degraded shares over all series: counts are summed first and divided after. */
export function sharePoints(series: Metrics['series']): SharePoint[] {
  const sums = new Map<number, { count: number; errors: number; degraded: number }>();
  for (const { points } of series) {
    for (const point of points) {
      const sum = sums.get(point.t) ?? { count: 0, errors: 0, degraded: 0 };
      sum.count += point.count;
      sum.errors += point.errors;
      sum.degraded += point.degraded;
      sums.set(point.t, sum);
    }
  }
  return [...sums]
    .toSorted(([a], [b]) => a - b)
    .map(([t, { count, errors, degraded }]) => ({
      t,
      errors: count === 0 ? null : errors / count,
      degraded: count === 0 ? null : degraded / count,
    }));
}

/** The key with the most requests, so that the chart opens on the traffic that matters. */
export function busiest(series: Metrics['series']): string | null {
  let best: { key: string; count: number } | null = null;
  for (const { key, points } of series) {
    const count = points.reduce((sum, point) => sum + point.count, 0);
    if (best === null || count > best.count) best = { key, count };
  }
  return best?.key ?? null;
}
