import { boundsOf, type Range } from '../shell/range.ts';

/** Identifies a range in query keys: a preset stays one key while the clock moves. */
export function rangeKey(range: Range): string {
  return range.kind === 'absolute' ? `${range.fromMs}-${range.toMs}` : range.preset;
}

/** The range as the API takes it; a moving range has no end. */
export function isoBounds(range: Range, nowMs: number): { from: string; to: string | null } {
  const { fromMs, toMs } = boundsOf(range, nowMs);
  return {
    from: new Date(fromMs).toISOString(),
    to: range.kind === 'absolute' ? new Date(toMs).toISOString() : null,
  };
}
