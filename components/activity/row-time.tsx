'use client';

import { useServerNow } from '../live/hooks.ts';
import { formatClock, formatInstant, formatShortInstant } from '../ui/format.ts';
import { useZone } from '../ui/time-zone.tsx';

/** The instant of a row: to the second today, with the day before that, so that a column keeps one shape. */
export function RowTime({ at }: { at: number }) {
  const { zone } = useZone();
  const now = useServerNow(60_000);
  const short = now === null ? '' : formatShortInstant(at, now, zone);
  const text = short.includes(' ') ? short : formatClock(at, zone);
  return (
    <time dateTime={new Date(at).toISOString()} title={formatInstant(at, zone)} suppressHydrationWarning>
      {text}
    </time>
  );
}
