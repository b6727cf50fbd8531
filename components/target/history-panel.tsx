'use client';

import type { useEvents } from '../api/resources.ts';
import { useAudit } from '../api/resources.ts';
import { ChangeRow } from '../overview/change-row.tsx';
import { mergeChanges } from '../overview/changes.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { Panel } from '../ui/panel.tsx';
import { panelState } from '../ui/panel-state.ts';
import classes from './target-detail.module.css';

const SHOWN = 40;

/** What its breaker did, each with the cause, and what people did to it. */
export function HistoryPanel({ slug, events }: { slug: string; events: ReturnType<typeof useEvents> }) {
  const audit = useAudit({ entityId: slug, limit: SHOWN });
  const changes = mergeChanges(events.data?.items ?? [], audit.data?.items ?? [], SHOWN);
  const state = panelState(
    events,
    changes.length === 0 ? { kind: 'none', text: 'Nothing yet: it has been closed all along.' } : null,
  );
  return (
    <Panel
      title="History"
      state={state}
      height={300}
      scroll
      aside={
        <SharedLink className="sy-link" href="/activity">
          Activity
        </SharedLink>
      }
    >
      <ul className={classes.history}>
        {changes.map((change) => (
          <ChangeRow key={change.key} change={change} />
        ))}
      </ul>
    </Panel>
  );
}
