'use client';

import { Skeleton } from '@mantine/core';
import Link from 'next/link';
import { degradedWords } from '../activity/request-trail.ts';
import { RequestTrailView } from '../activity/request-trail-view.tsx';
import { ApiError } from '../api/client.ts';
import { formatLatency } from '../ui/format.ts';
import type { Turn } from './conversation.ts';
import classes from './playground.module.css';
import { useTrail } from './use-trail.ts';

/** How an answer came about: first from its headers and body, then from the recorded trail. */
export function TurnTrace({ turn }: { turn: Turn }) {
  const { headers, completion, phase, firstTextMs, totalMs } = turn.exchange;
  const { switchyard } = completion;
  const requestId = switchyard?.requestId ?? headers?.requestId ?? null;
  const servedBy = switchyard?.servedBy ?? null;
  const reason = switchyard?.degradedReason ?? headers?.degradedReason ?? null;
  const degraded = switchyard?.degraded ?? headers?.degraded ?? false;
  const ended = phase === 'done' || phase === 'stopped';
  return (
    <aside className={classes.trace} aria-label={`How answer ${turn.id} came about`}>
      <dl className={classes.facts}>
        <dt>Served by</dt>
        <dd>{servedBy?.target ?? headers?.servedBy ?? (ended ? 'nobody' : '…')}</dd>
        <dt>Degraded</dt>
        <dd>
          {degraded
            ? `yes${reason === null ? '' : `, because ${degradedWords(reason)}`}`
            : ended
              ? 'no'
              : '…'}
        </dd>
        <dt>Attempts</dt>
        <dd>{switchyard?.attempts ?? headers?.attempts ?? '…'}</dd>
        <dt>First token</dt>
        <dd>{formatLatency(firstTextMs)}</dd>
        <dt>Total</dt>
        <dd>{totalMs === null ? '…' : formatLatency(totalMs)}</dd>
        <dt>Flow</dt>
        <dd>
          {turn.flow}, {turn.stakes === null ? 'its default stakes' : `${turn.stakes} stakes`}
        </dd>
        {switchyard?.notes === undefined ? null : (
          <>
            <dt>Changed</dt>
            <dd>{switchyard.notes.join(' ')}</dd>
          </>
        )}
      </dl>
      {ended && requestId !== null ? <RecordedTrail requestId={requestId} /> : null}
    </aside>
  );
}

function RecordedTrail({ requestId }: { requestId: string }) {
  const trail = useTrail(requestId);
  if (trail.isPending) return <Skeleton h={44} role="progressbar" aria-label="Reading the trail" />;
  if (trail.isError) {
    const missing = trail.error instanceof ApiError && trail.error.status === 404;
    return (
      <p className={classes.waiting}>
        {missing
          ? 'No trail was kept: successes are sampled.'
          : `The trail could not be read: ${trail.error.message}`}
      </p>
    );
  }
  return (
    <>
      <RequestTrailView record={trail.data} />
      <p>
        <Link className="sy-link" href={`/activity/requests/${encodeURIComponent(requestId)}`}>
          Open this request
        </Link>
      </p>
    </>
  );
}
