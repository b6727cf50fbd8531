'use client';

import type { FlowView } from '#lib/contract/api.ts';
import { ReplayPanel } from '../../replay/replay-panel.tsx';
import { KEYBOARD_SCROLL } from '../../ui/keyboard-scroll.ts';
import { Panel } from '../../ui/panel.tsx';
import { ConsequencePanel } from '../consequence-panel.tsx';
import type { TargetIndex } from '../target-label.ts';
import classes from './editor.module.css';
import type { Editor } from './use-editor.ts';
import { useLastValid } from './use-last-valid.ts';

interface FollowsSideProps {
  flow: FlowView;
  targets: TargetIndex;
  editor: Editor;
  /** A sentence a change against what is in force. */
  changes: readonly string[];
}

/** What follows from the draft, beside it: what changes, what it would have changed lately, and what users get in an outage. */
export function FollowsSide({ flow, targets, editor, changes }: FollowsSideProps) {
  const { check, standing } = editor;
  const valid = useLastValid(check.ok ? check.body : null);
  const behind = check.ok && !standing.unread ? null : 'As it was when it was last valid.';
  return (
    <aside
      className={classes.side}
      id="consequences"
      aria-label="What follows from the draft"
      {...KEYBOARD_SCROLL}
    >
      <Panel title={`What changes against version ${flow.publishedVersion}`}>
        {changes.length === 0 ? (
          <p className={classes.quiet}>Nothing yet.</p>
        ) : (
          <ul className={classes.changes}>
            {changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        )}
      </Panel>
      <ReplayPanel
        flow={flow}
        draft={changes.length === 0 ? null : valid}
        blocked={behind === null ? null : 'What is not valid yet cannot be run.'}
      />
      <ConsequencePanel
        title="If something is down"
        targets={targets}
        live={flow}
        draft={valid}
        behind={behind}
      />
    </aside>
  );
}
