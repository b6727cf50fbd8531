'use client';

import type { EventRow } from '../api/resources.ts';
import { useAudit } from '../api/resources.ts';
import { useBreakers } from '../live/hooks.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { Panel } from '../ui/panel.tsx';
import { panelState } from '../ui/panel-state.ts';
import { ChangeRow } from './change-row.tsx';
import { mergeChanges, openingsStillFelt, withoutProbes } from './changes.ts';
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
  const breakers = useBreakers();
  const read = events.data?.items ?? [];
  const openings = openingsStillFelt(breakers.values(), read);
  const changes = mergeChanges([...withoutProbes(read), ...openings], audit.data?.items ?? []);
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
