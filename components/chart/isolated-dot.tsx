import { type ChartRow, isIsolated, type SeriesSpec } from './prepare.ts';
import { TONES } from './tones.ts';

interface Props<P> {
  x: number | undefined;
  y: number | undefined;
  at: number;
  rows: readonly ChartRow[];
  spec: SeriesSpec<P>;
}

/** A value between two gaps has no line to be seen on: it gets a dot. */
export function IsolatedDot<P>({ x, y, at, rows, spec }: Props<P>) {
  if (x === undefined || y === undefined || !isIsolated(rows, at, spec.key)) return null;
  return <circle cx={x} cy={y} r={1.8} fill={TONES[spec.tone].stroke} />;
}
