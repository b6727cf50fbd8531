'use client';

import { Tooltip } from '@mantine/core';
import { useServerNow } from '../live/hooks.ts';
import { formatAgo, formatInstant, formatShortInstant } from './format.ts';
import { useZone } from './time-zone.tsx';

export interface InstantProps {
  /** Wall clock, ms. */
  at: number;
  /** `short`: "03:12"; `ago`: "38 s ago"; `full`: with the date. */
  form?: 'short' | 'ago' | 'full';
}

/** An instant as a <time>; hover or focus shows it in local time, in UTC and as an age. */
export function Instant({ at, form = 'short' }: InstantProps) {
  const { zone } = useZone();
  const now = useServerNow(form === 'ago' ? 1_000 : 30_000);
  const iso = new Date(at).toISOString();
  const text =
    now === null || form === 'full'
      ? formatInstant(at, zone)
      : form === 'ago'
        ? formatAgo(at, now)
        : formatShortInstant(at, now, zone);
  const detail = [
    formatInstant(at, 'local'),
    formatInstant(at, 'utc'),
    now === null ? '' : formatAgo(at, now),
  ];
  return (
    <Tooltip label={<span style={{ whiteSpace: 'pre-line' }}>{detail.filter(Boolean).join('\n')}</span>}>
      <time dateTime={iso} suppressHydrationWarning>
        {text}
      </time>
    </Tooltip>
  );
}
