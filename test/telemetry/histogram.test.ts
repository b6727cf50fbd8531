import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Histogram } from '#lib/contract/records.ts';
import { add, bucketOf, LAST_BUCKET, merge, midpoint, quantile, total } from '#lib/telemetry/histogram.ts';

const durationMs = fc.double({ min: 0.1, max: 3_600_000, noNaN: true });

function histogramOf(values: readonly number[]): Histogram {
  const histogram: Histogram = [];
  for (const value of values) add(histogram, value);
  return histogram;
}

describe('latency histogram', () => {
  it('reports every duration from 0.1 ms to 1 h within 5 %', () => {
    fc.assert(
      fc.property(durationMs, (ms) => {
        expect(Math.abs(midpoint(bucketOf(ms)) - ms) / ms).toBeLessThanOrEqual(0.05);
      }),
      { numRuns: 2000 },
    );
  });

  it('never puts a longer duration into a lower bucket', () => {
    fc.assert(
      fc.property(durationMs, durationMs, (a, b) => {
        expect(bucketOf(Math.min(a, b))).toBeLessThanOrEqual(bucketOf(Math.max(a, b)));
      }),
    );
  });

  it('takes what lies outside its range into its first and last bucket', () => {
    expect(bucketOf(0)).toBe(0);
    expect(bucketOf(-3)).toBe(0);
    expect(bucketOf(Number.NaN)).toBe(0);
    expect(bucketOf(1e12)).toBe(LAST_BUCKET);
    expect(bucketOf(Number.POSITIVE_INFINITY)).toBe(LAST_BUCKET);
  });

  it('is the same whether values are counted together or merged from parts', () => {
    fc.assert(
      fc.property(fc.array(durationMs), fc.array(durationMs), (a, b) => {
        expect(merge(histogramOf(a), histogramOf(b))).toEqual(histogramOf([...a, ...b]));
      }),
    );
  });

  it('stays sparse and in rising order, and leaves what it merged alone', () => {
    const one = histogramOf([5, 5, 900]);
    const before = structuredClone(one);
    const both = merge(one, histogramOf([0.2]));
    expect(both.map(([bucket]) => bucket)).toEqual([...both.map(([bucket]) => bucket)].sort((a, b) => a - b));
    expect(both).toHaveLength(3);
    expect(total(both)).toBe(4);
    expect(one).toEqual(before);
  });

  it('finds quantiles by nearest rank within 5 %', () => {
    const values = Array.from({ length: 1000 }, (_, n) => n + 1);
    const histogram = histogramOf(values);
    for (const [q, exact] of [
      [0.5, 500],
      [0.95, 950],
      [0.99, 990],
      [1, 1000],
    ] as const) {
      const found = quantile(histogram, q) ?? 0;
      expect(Math.abs(found - exact) / exact).toBeLessThanOrEqual(0.05);
    }
    expect(quantile([], 0.5)).toBeNull();
  });
});
