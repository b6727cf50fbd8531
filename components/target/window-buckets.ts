import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { formatShare } from '../ui/format.ts';

export interface BucketBar {
  /** Place in the window, 0 the oldest: a bucket has no other name. */
  place: number;
  /** Heights of the parts, 0..1 of the tallest bucket, from the bottom. */
  ok: number;
  slow: number;
  failure: number;
}

/** The breaker's window as bars of one scale. */
export function bucketBars(buckets: BreakerView['window']['buckets']): BucketBar[] {
  const tallest = Math.max(1, ...buckets.map(({ ok, slow, failure }) => ok + slow + failure));
  return buckets.map(({ ok, slow, failure }, place) => ({
    place,
    ok: ok / tallest,
    slow: slow / tallest,
    failure: failure / tallest,
  }));
}

/** What the breaker holds against its thresholds, so that its decision can be checked. */
export function windowSentences(
  window: BreakerView['window'],
  settings: Readonly<Record<string, number>> | undefined,
): string[] {
  const calls = window.ok + window.slow + window.failure;
  const least = settings?.minimumCalls;
  const sentences = [
    `${calls} calls in ${window.seconds} s: ${window.ok} ok, ${window.slow} slow, ${window.failure} failed.`,
  ];
  if (least !== undefined && calls < least) {
    sentences.push(`Shares are judged from ${least} calls on.`);
  } else if (calls > 0) {
    sentences.push(
      `Failed ${share(window.failure, calls, settings?.failureRate)}; slow ${share(window.slow, calls, settings?.slowRate)}.`,
    );
  }
  const limit = settings?.consecutiveFailures;
  sentences.push(
    `${window.consecutiveFailures} failed in a row${limit === undefined ? '' : `, opens at ${limit}`}.`,
  );
  if (window.late > 0) sentences.push(`${window.late} came too late to count.`);
  return sentences;
}

function share(part: number, calls: number, limit: number | undefined): string {
  const now = formatShare(part / calls);
  return limit === undefined ? now : `${now}, opens at ${formatShare(limit)}`;
}
