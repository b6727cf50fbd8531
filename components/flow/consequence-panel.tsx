'use client';

import { errorMessage } from '../api/client.ts';
import { useProviders } from '../api/resources.ts';
import { Panel, type PanelState } from '../ui/panel.tsx';
import { markChanges } from './changed-consequences.ts';
import classes from './consequence-list.module.css';
import { ConsequenceList } from './consequence-list.tsx';
import { consequences, type Plan } from './consequences.ts';
import type { TargetIndex } from './target-label.ts';

type Content = Pick<Plan, 'chain' | 'policy'>;

interface ConsequencePanelProps {
  title: string;
  targets: TargetIndex;
  live: Content;
  /** What is looked at; null: what is in force. */
  draft: Content | null;
  /** Why what is shown is older than the draft; null: it is not. */
  behind?: string | null;
}

/** What users get in each of the six ways in which a primary fails. */
export function ConsequencePanel({ title, targets, live, draft, behind = null }: ConsequencePanelProps) {
  const providers = useProviders();
  const state: PanelState =
    providers.data !== undefined
      ? { kind: 'ready' }
      : providers.error === null
        ? { kind: 'loading' }
        : {
            kind: 'failed',
            text: `The providers could not be read. ${errorMessage(providers.error)}`,
            onRetry: () => void providers.refetch(),
          };
  const said = ({ chain, policy }: Content) =>
    consequences({ chain, policy, targets, providers: providers.data ?? [] });
  return (
    <Panel title={title} aside="everything else being well" state={state} height={240}>
      {behind === null ? null : <p className={classes.behind}>{behind}</p>}
      {providers.data === undefined ? null : (
        <ConsequenceList said={markChanges(said(live), said(draft ?? live))} />
      )}
    </Panel>
  );
}
