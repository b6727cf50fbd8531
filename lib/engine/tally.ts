import type { FailureClass } from './types.ts';

/** The kinds of failure that breakers count apart, so that `why` can name them. */
const KINDS = [
  ['server error', 'server errors'],
  ['overload', 'overloads'],
  ['timeout', 'timeouts'],
  ['connection failure', 'connection failures'],
  ['broken answer', 'broken answers'],
  ['other failure', 'other failures'],
] as const;

export const TALLY_KINDS = KINDS.length;
const OTHER = TALLY_KINDS - 1;

/** Index of a failure's kind, 0..TALLY_KINDS-1. */
export function tallyKind(failureClass: FailureClass | 'slow' | undefined): number {
  switch (failureClass) {
    case 'server_error':
      return 0;
    case 'overloaded':
      return 1;
    case 'timeout':
      return 2;
    case 'connection':
      return 3;
    case 'protocol_violation':
      return 4;
    default:
      return OTHER;
  }
}

/** "server error (500)", "timeout", "slow answer": how one call went wrong, in a few words. */
export function sampleWords(sample: { class: FailureClass | 'slow'; status: number | null } | null): string {
  if (sample === null) return 'no answer';
  if (sample.class === 'slow') return 'slow answer';
  const words = KINDS[tallyKind(sample.class)]?.[0] ?? 'failure';
  return sample.status === null ? words : `${words} (${sample.status})`;
}

/** "9 server errors, 3 timeouts", most frequent first; empty when there is nothing to name. */
export function tallyWords(counts: ArrayLike<number>): string {
  return KINDS.map(([one, many], kind) => ({ count: counts[kind] ?? 0, one, many }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ count, one, many }) => `${count} ${count === 1 ? one : many}`)
    .join(', ');
}
