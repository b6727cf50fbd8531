import type { AuditEntry } from '#lib/contract/api.ts';
import type { BreakerTransition } from '#lib/contract/breaker-view.ts';
import { PlainBadge } from '../breaker/state-badge.tsx';
import { SharedLink } from '../shell/shared-link.tsx';
import { asSentence, formatActor, formatDuration, plural } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import classes from './activity.module.css';
import { viaWords } from './audit-words.ts';
import { fieldChanges, shortValue } from './json-diff.ts';
import { chartsHref, entityHref } from './links.ts';
import type { TimelineItem } from './timeline.ts';

/** Everything that is known of one line of the timeline. */
export function TimelineDetails({ item }: { item: TimelineItem }) {
  return item.kind === 'breaker' ? (
    <TransitionDetails event={item.event} />
  ) : (
    <AuditDetails entry={item.entry} />
  );
}

function TransitionDetails({ event }: { event: BreakerTransition }) {
  const { window } = event;
  const charts = chartsHref(event);
  return (
    <>
      <p className={classes.transition}>
        <PlainBadge condition={event.from} /> <span>becomes</span> <PlainBadge condition={event.to} />
      </p>
      <p>{asSentence(event.why)}</p>
      <dl className={classes.facts}>
        <dt>When</dt>
        <dd>
          <Instant at={event.atWallMs} form="full" />
        </dd>
        <dt>Scope</dt>
        <dd>
          {event.scope} {event.id}
        </dd>
        <dt>Window then</dt>
        <dd>
          {window.ok} ok, {window.slow} slow, {plural(window.failure, 'failure')};{' '}
          {plural(window.consecutiveFailures, 'failure')} in a row
        </dd>
        {event.openForMs === null ? null : (
          <>
            <dt>Open for</dt>
            <dd>{formatDuration(event.openForMs)}, then a probe</dd>
          </>
        )}
      </dl>
      {event.errors.length === 0 ? null : (
        <>
          <h3 className={classes.small}>Errors that led to it</h3>
          <ul className={classes.errors}>
            {event.errors.map((error) => (
              <li key={`${error.atWallMs}-${error.class}-${error.message}`}>
                <Instant at={error.atWallMs} /> {error.status ?? ''} {error.class.replaceAll('_', ' ')}:{' '}
                <span className={classes.quiet}>{error.message}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {charts === null ? null : (
        <p>
          <SharedLink href={charts} className="sy-link">
            See the charts at this time
          </SharedLink>
        </p>
      )}
    </>
  );
}

function AuditDetails({ entry }: { entry: AuditEntry }) {
  const changes = fieldChanges(entry.before, entry.after);
  const href = entityHref(entry.entity, entry.entityId);
  return (
    <>
      <p>{entry.summary}</p>
      <dl className={classes.facts}>
        <dt>Who</dt>
        <dd>
          {formatActor(entry.by)} {viaWords(entry.via)}
        </dd>
        <dt>When</dt>
        <dd>
          <Instant at={entry.atWallMs} form="full" />
        </dd>
        <dt>Why</dt>
        <dd>{entry.reason ?? <span className={classes.quiet}>no reason given</span>}</dd>
        <dt>Of</dt>
        <dd>
          {entry.entity.replaceAll('_', ' ')}{' '}
          {href === null ? (
            entry.entityId
          ) : (
            <SharedLink href={href} className="sy-link">
              {entry.entityId}
            </SharedLink>
          )}
        </dd>
        <dt>Action</dt>
        <dd className="sy-mono">{entry.action}</dd>
      </dl>
      {changes.length === 0 ? null : (
        <table className={classes.diff}>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.path}>
                <th scope="row">{change.path || 'everything'}</th>
                <td>{shortValue(change.before)}</td>
                <td>{shortValue(change.after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
