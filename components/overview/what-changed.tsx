'use client';

import type { AuditEntry } from '#lib/contract/api.ts';
import type { EventRow } from '../api/resources.ts';
import { useAudit } from '../api/resources.ts';
import { StateIcon } from '../breaker/state-icon.tsx';
import { SharedLink } from '../shell/shared-link.tsx';
import { formatActor } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { Panel } from '../ui/panel.tsx';
import { panelState } from '../ui/panel-state.ts';
import { hrefOf } from './attention.ts';
import { type Change, mergeChanges } from './changes.ts';
import classes from './overview.module.css';

interface Props {
  events: {
    data: { items: EventRow[] } | undefined;
    error: Error | null;
    isPending: boolean;
    refetch: () => unknown;
  };
  height: number;
}

/** The last ten transitions and operators' actions: most incidents begin right after a change. */
export function WhatChanged({ events, height }: Props) {
  const audit = useAudit({ limit: 10 });
  const changes = mergeChanges(events.data?.items ?? [], audit.data?.items ?? []);
  const failed = audit.error === null ? events : audit;
  const state = panelState(
    { ...failed, data: events.data ?? audit.data, isPending: events.isPending && audit.isPending },
    changes.length === 0 ? { kind: 'none', text: 'Nothing has changed since the records began.' } : null,
  );
  return (
    <Panel
      title="What changed"
      state={state}
      height={height}
      scroll
      aside={
        <SharedLink className="sy-link" href="/activity">
          Activity
        </SharedLink>
      }
    >
      <ul className={classes.changes}>
        {changes.map((change) => (
          <ChangeRow key={change.key} change={change} />
        ))}
      </ul>
    </Panel>
  );
}

function ChangeRow({ change }: { change: Change }) {
  return (
    <li className={classes.change}>
      <span className={classes.changeTime}>
        <Instant at={change.atMs} />
      </span>
      {change.kind === 'transition' ? (
        <TransitionText event={change.event} />
      ) : (
        <AuditText entry={change.entry} />
      )}
    </li>
  );
}

const VERB = { open: 'opened', closed: 'closed', half_open: 'began probing' } as const;

function TransitionText({ event }: { event: EventRow }) {
  return (
    <span className={classes.changeText}>
      <StateIcon condition={event.to} size={13} />
      <span>
        <SharedLink className="sy-link" href={hrefOf(event)}>
          {event.id}
        </SharedLink>{' '}
        {VERB[event.to]}. <span className={classes.dim}>{event.why}</span>
      </span>
    </span>
  );
}

function AuditText({ entry }: { entry: AuditEntry }) {
  return (
    <span className={classes.changeText}>
      <span>
        {entry.summary} <span className={classes.dim}>{formatActor(entry.by)}</span>
      </span>
    </span>
  );
}
