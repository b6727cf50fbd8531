import type { MetricCell } from '#lib/contract/records.ts';

/** Outcomes of an attempt that say nothing bad about its target: answers, aborts and the caller's own faults. */
const NOT_THE_TARGETS_FAULT: ReadonlySet<string> = new Set([
  'ok',
  'slow',
  'aborted',
  'client_abort',
  'invalid_request',
  'payload_too_large',
  'context_length_exceeded',
  'content_filtered',
  'unsupported_feature',
  'state_not_portable',
]);

export function isAttemptError(outcome: string): boolean {
  return !NOT_THE_TARGETS_FAULT.has(outcome);
}

/** A request that its caller saw fail; a graceful refusal is degraded, not an error. */
export function isRequestError(outcome: string): boolean {
  return outcome === 'failed' || outcome === 'broken_stream';
}

export function isRequestDegraded(outcome: string): boolean {
  return outcome === 'backup' || outcome === 'refused';
}

/** Only whole answers have a latency worth a quantile: an instant refusal would make a sick target look fast. */
export function countsAsServed(cell: Pick<MetricCell, 'kind' | 'outcome'>): boolean {
  if (cell.kind === 'attempt') return cell.outcome === 'ok' || cell.outcome === 'slow';
  return cell.outcome === 'primary' || cell.outcome === 'alternate' || cell.outcome === 'backup';
}
