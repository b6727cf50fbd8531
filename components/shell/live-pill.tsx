'use client';

import { Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { type Connection, isStale } from '../live/connection.ts';
import { useConnection, useServerNow } from '../live/hooks.ts';
import { useLiveStore } from '../live/live-provider.tsx';
import { formatDuration } from '../ui/format.ts';
import classes from './top-bar.module.css';

/** How fresh the page is, with the age of the last message; pressing it pauses and resumes. */
export function LivePill() {
  const store = useLiveStore();
  const connection = useConnection();
  const now = useServerNow();
  const paused = connection.kind === 'paused';
  const age =
    connection.lastAt === null || now === null ? null : now - store.clock.offset() - connection.lastAt;
  const stale = now !== null && isStale(connection, now - store.clock.offset());
  return (
    <Tooltip label={paused ? 'Resume (P)' : 'Pause: freeze what is on the screen (P)'}>
      <button
        type="button"
        className={classes.pill}
        data-bad={stale}
        aria-description={paused ? 'Resume' : 'Pause: freeze what is on the screen'}
        onClick={() => togglePause(store)}
      >
        <span className={classes.dot} data-live={connection.kind === 'live'} />
        <span>{pillWord(connection)}</span>
        <span className={classes.age}>{age === null ? '' : formatDuration(age)}</span>
        {paused ? (
          <IconPlayerPlay size={14} aria-hidden="true" />
        ) : (
          <IconPlayerPause size={14} aria-hidden="true" />
        )}
      </button>
    </Tooltip>
  );
}

export function togglePause(store: ReturnType<typeof useLiveStore>): void {
  store.dispatch({ type: store.connection().kind === 'paused' ? 'resume' : 'pause', at: Date.now() });
}

function pillWord(connection: Connection): string {
  switch (connection.kind) {
    case 'connecting':
      return 'Connecting';
    case 'live':
      return 'Live';
    case 'lagging':
      return 'Lagging';
    case 'reconnecting':
      return 'Reconnecting';
    case 'polling':
      return 'Polling';
    case 'paused':
      return 'Paused';
    case 'unauthorised':
      return 'Signed out';
    default:
      return unreachable(connection);
  }
}

function unreachable(value: never): never {
  throw new Error(`Unhandled connection: ${JSON.stringify(value)}`);
}
