import type { Histogram } from '#lib/contract/records.ts';
import { fromCounts } from './histogram.ts';

/** `merge` for any number of parts: a week of spans is too long an argument list. */
export function mergeHistograms(parts: Iterable<Histogram>): Histogram {
  const counts = new Map<number, number>();
  for (const part of parts) {
    for (const [bucket, count] of part) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  }
  return fromCounts(counts);
}
