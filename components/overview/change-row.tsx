'use client';

import type { AuditEntry } from '#lib/contract/api.ts';
import type { EventRow } from '../api/resources.ts';
import { StateIcon } from '../breaker/state-icon.tsx';
import { SharedLink } from '../shell/shared-link.tsx';
import { asSentence, formatActor } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { hrefOf } from './attention.ts';
import classes from './change-row.module.css';
import type { Change } from './changes.ts';

/** One change of one line: when, what, and why or by whom. */
export function ChangeRow({ change }: { change: Change }) {
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

const VERB = {
  open: 'opened',
  closed: 'closed',
  half_open: 'began probing',
  derived_open: 'was presumed down',
} as const;

function TransitionText({ event }: { event: EventRow }) {
  return (
    <span className={classes.changeText}>
      <StateIcon condition={event.to} size={13} />
      <span>
        <SharedLink className="sy-link" href={hrefOf(event)}>
          {event.id}
        </SharedLink>{' '}
        {VERB[event.to]}. <span className={classes.dim}>{asSentence(event.why)}</span>
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
