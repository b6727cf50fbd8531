import type { Histogram } from '#lib/contract/records.ts';

/**
 * Latency histograms that stay small and add up.
 *
 * Buckets grow by a factor of 1.1: bucket 0 is everything up to 0.1 ms, bucket i covers (0.1 x 1.1^(i-1), 0.1 x 1.1^i] ms, and the
 * last one everything from an hour on. A bucket is reported by the value whose relative distance to both of its edges is the
 * same, so no reported value is off by more than 0.1 / 2.1 = 4.8 % between 0.1 ms and 1 h.
 *
 * The stored form is sparse: `[bucket, count]` pairs in rising order of bucket. Merging adds counts, so seconds become minutes
 * and workers become a cluster without losing precision.
 */
const SMALLEST_MS = 0.1;
const GROWTH = 1.1;
const LOG_GROWTH = Math.log(GROWTH);

/** Index of the last bucket: 1 h. */
export const LAST_BUCKET = Math.ceil(Math.log(3_600_000 / SMALLEST_MS) / LOG_GROWTH);

/** The bucket that a duration falls into; negative and NaN count as 0. */
export function bucketOf(ms: number): number {
  if (!(ms > SMALLEST_MS)) return 0;
  // Rounding noise must not push an exact edge into the next bucket.
  const bucket = Math.ceil(Math.log(ms / SMALLEST_MS) / LOG_GROWTH - 1e-9);
  return Math.min(Math.max(bucket, 0), LAST_BUCKET);
}

/** The duration, ms, that stands for a bucket. */
export function midpoint(bucket: number): number {
  if (bucket <= 0) return SMALLEST_MS;
  return (SMALLEST_MS * GROWTH ** bucket * 2) / (1 + GROWTH);
}

/** Counts one duration in place. */
export function add(histogram: Histogram, ms: number): void {
  const bucket = bucketOf(ms);
  let low = 0;
  let high = histogram.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const pair = histogram[middle];
    if (pair !== undefined && pair[0] < bucket) low = middle + 1;
    else high = middle;
  }
  const found = histogram[low];
  if (found !== undefined && found[0] === bucket) found[1] += 1;
  else histogram.splice(low, 0, [bucket, 1]);
}

/** The sum of histograms, as a new one. */
export function merge(...histograms: readonly Histogram[]): Histogram {
  const counts = new Map<number, number>();
  for (const histogram of histograms) {
    for (const [bucket, count] of histogram) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  }
  return fromCounts(counts);
}

/** Builds the stored form from counts by bucket. */
export function fromCounts(counts: ReadonlyMap<number, number>): Histogram {
  return [...counts].sort((a, b) => a[0] - b[0]);
}

/** How many durations were counted. */
export function total(histogram: Histogram): number {
  let sum = 0;
  for (const [, count] of histogram) sum += count;
  return sum;
}

/** The q-quantile (0..1) by nearest rank, ms; null when nothing was counted. */
export function quantile(histogram: Histogram, q: number): number | null {
  const count = total(histogram);
  if (count === 0) return null;
  const rank = Math.min(count, Math.max(1, Math.ceil(q * count)));
  let seen = 0;
  for (const [bucket, n] of histogram) {
    seen += n;
    if (seen >= rank) return midpoint(bucket);
  }
  return null;
}
