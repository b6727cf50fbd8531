'use client';

import { formatShare, formatShortInstant } from '../ui/format.ts';
import { useZone } from '../ui/time-zone.tsx';
import classes from './state-strip.module.css';
import { type StripSegment, stripShares } from './strip-segments.ts';

/** A stepped strip of one breaker's states: thin when closed, full height when open, half when probing. */
export function StateStrip({
  segments,
  fromMs,
  toMs,
}: {
  segments: readonly StripSegment[];
  fromMs: number;
  toMs: number;
}) {
  const { zone } = useZone();
  const shares = stripShares(segments);
  const words = stripWords(shares);
  const x = (at: number) => ((at - fromMs) / (toMs - fromMs)) * 1000;
  return (
    <div>
      <svg
        className={classes.strip}
        viewBox="0 0 1000 18"
        preserveAspectRatio="none"
        role="img"
        aria-label={`States over the range. ${words}`}
      >
        {segments.map((segment) => {
          const { y, height, fill } = bar(segment.state);
          return (
            <rect
              key={segment.fromMs}
              x={x(segment.fromMs)}
              width={Math.max(1.5, x(segment.toMs) - x(segment.fromMs))}
              y={y}
              height={height}
              fill={fill}
            />
          );
        })}
      </svg>
      <div className={classes.ends}>
        <span>{formatShortInstant(fromMs, toMs, zone)}</span>
        <span>{words}</span>
        <span>{formatShortInstant(toMs, toMs, zone)}</span>
      </div>
    </div>
  );
}

function stripWords(shares: ReturnType<typeof stripShares>): string {
  const presumed = shares.derived_open === 0 ? '' : `, presumed down ${formatShare(shares.derived_open)}`;
  return `Closed ${formatShare(shares.closed)}, open ${formatShare(shares.open)}${presumed}, probing ${formatShare(shares.half_open)} of the range.`;
}

function bar(state: StripSegment['state']): { y: number; height: number; fill: string } {
  switch (state) {
    case 'closed':
      return { y: 14, height: 4, fill: 'var(--sy-carry)' };
    case 'half_open':
      return { y: 9, height: 9, fill: 'var(--sy-probe)' };
    case 'derived_open':
      return { y: 4, height: 14, fill: 'var(--sy-open)' };
    case 'open':
      return { y: 0, height: 18, fill: 'var(--sy-open)' };
    case null:
      return { y: 14, height: 4, fill: 'var(--sy-line)' };
    default:
      return unreachable(state);
  }
}

function unreachable(value: never): never {
  throw new Error(`Unhandled state: ${String(value)}`);
}
