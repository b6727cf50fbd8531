'use client';

import type { FlowView } from '#lib/contract/api.ts';
import { formatActor } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { Panel } from '../ui/panel.tsx';
import { contentChanges, contentOf } from './draft-content.ts';
import { useFlowDraft } from './editor/draft-api.ts';
import classes from './flow-detail.module.css';
import type { TargetIndex } from './target-label.ts';

/** What somebody is about to publish; nothing where there is no draft. */
export function DraftNotice({ flow, targets }: { flow: FlowView; targets: TargetIndex }) {
  const { data } = useFlowDraft(flow.slug, flow.hasDraft);
  const draft = data?.draft ?? null;
  if (!flow.hasDraft || draft === null) return null;
  const changes = contentChanges(contentOf(flow), contentOf(draft), targets);
  return (
    <Panel className={classes.draft} title="A draft waits to be published">
      <p className={classes.quiet}>
        Saved by {formatActor(draft.savedBy)}, <Instant at={draft.savedAtWallMs} form="ago" />, made from
        version {draft.basedOn}
        {draft.overtaken ? ', which is not in force any more' : ''}. Nothing of it is in force.
      </p>
      {changes.length === 0 ? (
        <p className={classes.quiet}>It says what is in force already.</p>
      ) : (
        <ul className={classes.changes}>
          {changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
