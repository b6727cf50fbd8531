'use client';

import { Button } from '@mantine/core';
import type { Connection } from '../live/connection.ts';
import { useChangesWhilePaused, useConnection, useFreshness, useServerNow } from '../live/hooks.ts';
import { useLiveStore } from '../live/live-provider.tsx';
import { formatClock, formatDuration, plural, type Zone } from '../ui/format.ts';
import { useZone } from '../ui/time-zone.tsx';
import classes from './bars.module.css';
import { togglePause } from './live-pill.tsx';

/** Across the page whenever what it shows is not the present, with what is being done about it. */
export function ConnectionBar() {
  const store = useLiveStore();
  const connection = useConnection();
  const changes = useChangesWhilePaused();
  const { stale, asOfWallMs } = useFreshness();
  const now = useServerNow();
  const { zone } = useZone();
  if (connection.kind === 'paused' && connection.by === 'user') {
    return (
      <div className={classes.bar} data-kind="paused" role="status">
        <span>
          Paused {formatClock(connection.since + store.clock.offset(), zone)} · {plural(changes, 'change')}{' '}
          since
        </span>
        <Button size="compact-sm" variant="default" onClick={() => togglePause(store)}>
          Resume
        </Button>
      </div>
    );
  }
  if (!stale) return null;
  return (
    <div className={classes.bar} data-kind="stale" role="status">
      <span>
        {asOf(asOfWallMs, now, zone)} {doing(connection)}
      </span>
      {connection.kind === 'unauthorised' && (
        <Button component="a" href="/sign-in" size="compact-sm" variant="default">
          Sign in
        </Button>
      )}
    </div>
  );
}

function asOf(atMs: number | null, nowMs: number | null, zone: Zone): string {
  if (atMs === null || nowMs === null) return 'No live data yet.';
  return `As of ${formatClock(atMs, zone)} · ${formatDuration(nowMs - atMs)} ago.`;
}

function doing(connection: Connection): string {
  switch (connection.kind) {
    case 'lagging':
      return 'The server is silent; waiting for it.';
    case 'reconnecting':
      return `Reconnecting, attempt ${connection.attempt}. The gateway serves without the dashboard.`;
    case 'polling':
      return 'No live stream; asking every 5 s instead.';
    case 'unauthorised':
      return 'You are signed out, so nothing new arrives.';
    case 'paused':
      return 'Paused in the background.';
    case 'live':
    case 'connecting':
      return '';
    default:
      return unreachable(connection);
  }
}

function unreachable(value: never): never {
  throw new Error(`Unhandled connection: ${JSON.stringify(value)}`);
}
