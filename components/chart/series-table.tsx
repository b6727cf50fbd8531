'use client';

import { formatInstant } from '../ui/format.ts';
import { KEYBOARD_SCROLL } from '../ui/keyboard-scroll.ts';
import { useZone } from '../ui/time-zone.tsx';
import type { ChartRow, SeriesSpec } from './prepare.ts';
import classes from './time-series.module.css';

interface Props<P> {
  name: string;
  rows: readonly ChartRow[];
  series: readonly SeriesSpec<P>[];
  format: (value: number | null) => string;
  height: number;
}

const MOST = 120;

/** A chart's numbers, newest first. */
export function SeriesTable<P>({ name, rows, series, format, height }: Props<P>) {
  const { zone } = useZone();
  const filled = rows.filter((row) => series.some((spec) => row[spec.key] !== null)).toReversed();
  return (
    <section
      className={classes.tableWrap}
      style={{ height }}
      {...KEYBOARD_SCROLL}
      aria-label={`${name} as a table`}
    >
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map((spec) => (
              <th key={spec.key} scope="col">
                {spec.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {filled.slice(0, MOST).map((row) => (
            <tr key={row.t}>
              <td>{formatInstant(row.t, zone)}</td>
              {series.map((spec) => (
                <td key={spec.key}>{format(row[spec.key] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {filled.length > MOST && <p>{`The newest ${MOST} of ${filled.length}.`}</p>}
    </section>
  );
}
