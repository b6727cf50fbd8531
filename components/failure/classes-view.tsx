'use client';

import { useEffect } from 'react';
import type { FailureView } from '#lib/contract/failures.ts';
import { useFailures } from '../api/resources.ts';
import { PageHead } from '../flow/page-head.tsx';
import touch from '../flow/touch.module.css';
import { boundsOf, PRESET_WORDS, refreshOf, useRange } from '../shell/range.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { formatCount } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { Panel } from '../ui/panel.tsx';
import { panelState } from '../ui/panel-state.ts';
import { CLASS_GROUPS, failureSentence } from './class-groups.ts';
import { CLASS_WORDS } from './class-words.ts';
import classes from './classes.module.css';
import { effectWords } from './effect-words.ts';

/** Every class of failure: what it is, what is done about it, what to do, and what came of it in the range. */
export function ClassesView() {
  const { range } = useRange();
  const refresh = refreshOf(range);
  const failures = useFailures(
    [range],
    () => boundsOf(range, Date.now()),
    refresh === false ? false : Math.max(10_000, refresh),
  );
  const when = range.kind === 'relative' ? PRESET_WORDS[range.preset].toLowerCase() : 'chosen range';
  useOpenedAt(failures.data !== undefined);
  const byClass = new Map(failures.data?.items.map((failure) => [failure.class, failure]));
  return (
    <div className={touch.touch}>
      <PageHead
        title="Failure classes"
        sentence={
          failures.data === undefined
            ? 'Every failure of a provider is one of twenty classes.'
            : failureSentence(failures.data.items, when)
        }
        actions={
          <SharedLink className="sy-link" href="/activity?tab=requests">
            Recorded requests
          </SharedLink>
        }
      />
      <div className={classes.page}>
        {CLASS_GROUPS.map((group) => (
          <Panel
            key={group.title}
            title={group.title}
            state={panelState(failures)}
            {...(failures.data === undefined ? { height: group.classes.length * 100 } : {})}
          >
            <ul className={classes.list}>
              {group.classes.map((name) => {
                const failure = byClass.get(name);
                return failure === undefined ? null : <ClassItem key={name} failure={failure} />;
              })}
            </ul>
          </Panel>
        ))}
      </div>
    </div>
  );
}

/** A link to one class arrives before the list does: once it is there, the page opens at that class. */
function useOpenedAt(ready: boolean): void {
  useEffect(() => {
    const name = window.location.hash.slice(1);
    if (ready && name !== '') document.getElementById(name)?.scrollIntoView({ block: 'start' });
  }, [ready]);
}

function ClassItem({ failure }: { failure: FailureView }) {
  const words = CLASS_WORDS[failure.class];
  return (
    <li id={failure.class} className={classes.item}>
      <div>
        <h3 className={classes.title}>{words.title}</h3>
        <span className={classes.name}>{failure.class}</span>
      </div>
      <div>
        <p className={classes.text}>{words.what}</p>
        <dl className={classes.texts}>
          <div>
            <dt>Fault</dt>
            <dd>{words.fault}</dd>
          </div>
          <div>
            <dt>Switchyard</dt>
            <dd>{effectWords(failure.class, failure.effect).join(' ')}</dd>
          </div>
          <div>
            <dt>You</dt>
            <dd>{words.todo}</dd>
          </div>
        </dl>
      </div>
      <Seen failure={failure} />
    </li>
  );
}

const TARGETS = 3;

/** How often it came, where, and the latest in the provider's own words. */
function Seen({ failure }: { failure: FailureView }) {
  const { count, targets, latest } = failure;
  if (count === 0 && latest === null) {
    return (
      <div className={classes.seen} data-none="true">
        None in this range
      </div>
    );
  }
  const shown = targets.slice(0, TARGETS).map((one) => `${one.target} ${formatCount(one.count)}`);
  const left = targets.length - shown.length;
  return (
    <div className={classes.seen}>
      <strong className={classes.count}>{formatCount(count)} in this range</strong>
      {shown.length === 0 ? null : (
        <span>
          {shown.join(', ')}
          {left > 0 ? ` and ${left} more` : ''}
        </span>
      )}
      {latest === null ? (
        <span className={classes.dim}>None was kept to look at.</span>
      ) : (
        <span>
          Latest{' '}
          <SharedLink className="sy-link" href={`/activity/requests/${encodeURIComponent(latest.requestId)}`}>
            <Instant at={latest.atWallMs} />
            <span className="sy-hidden"> request {latest.requestId}</span>
          </SharedLink>{' '}
          on {latest.target}
          {latest.status === null ? '' : ` (${latest.status})`}
          {latest.message === null ? '.' : ': '}
          {latest.message === null ? null : <q>{latest.message}</q>}
        </span>
      )}
    </div>
  );
}
