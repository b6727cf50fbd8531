'use client';

import type { TooltipContentProps } from 'recharts';
import { formatInstant } from '../ui/format.ts';
import { useZone } from '../ui/time-zone.tsx';
import type { ChartMark } from './marks.ts';
import { type SeriesSpec, TAIL } from './prepare.ts';
import classes from './time-series.module.css';

interface Props<P> extends Partial<TooltipContentProps> {
  series: readonly SeriesSpec<P>[];
  format: (value: number | null) => string;
  marks: readonly ChartMark[];
  stepSeconds: number;
}

/** The values of one bucket. Not a live region: it follows the pointer. */
export function ChartTooltip<P>({ active, label, payload, series, format, marks, stepSeconds }: Props<P>) {
  const { zone } = useZone();
  const at = Number(label);
  if (!active || Number.isNaN(at)) return null;
  const value = (key: string) => {
    const entry = payload?.find(({ dataKey }) => dataKey === key || dataKey === key + TAIL);
    return typeof entry?.value === 'number' ? entry.value : null;
  };
  const near = marks.filter((mark) => Math.abs(mark.atMs - at) <= stepSeconds * 1500);
  return (
    <div className={classes.tooltip}>
      {formatInstant(at, zone)}
      <dl>
        {series.map((spec) => (
          <div key={spec.key} style={{ display: 'contents' }}>
            <dt>{spec.label}</dt>
            <dd>{format(value(spec.key))}</dd>
          </div>
        ))}
      </dl>
      {near.map((mark) => (
        <div key={`${mark.atMs}${mark.text}`}>{mark.text}</div>
      ))}
    </div>
  );
}
