'use client';

import type { FlowView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { Panel } from '../ui/panel.tsx';
import { chainChanges } from './chain-changes.ts';
import { chainBody, type DraftEntry } from './chain-draft.ts';
import { ChainEditor } from './chain-editor.tsx';
import { OvertakenNotice } from './overtaken-notice.tsx';
import { SaveBar } from './save-bar.tsx';
import type { TargetIndex } from './target-label.ts';
import type { PartDraft } from './use-part-draft.ts';
import { useSaveFlow } from './use-save-flow.ts';

interface ChainSectionProps {
  flow: FlowView;
  targets: TargetIndex;
  published: readonly DraftEntry[];
  draft: PartDraft<readonly DraftEntry[]>;
}

/** The chain with its editor and, once something differs, what saving would change. */
export function ChainSection({ flow, targets, published, draft }: ChainSectionProps) {
  const save = useSaveFlow(flow);
  const changes = chainChanges(published, draft.value, targets);
  const publish = () =>
    save.mutate(
      {
        method: 'PUT',
        path: '/chain',
        body: { chain: chainBody(draft.value) },
        inverse: { chain: chainBody(published) },
        reason: changes.join(' '),
        said: `Changed the chain of ${flow.name}`,
      },
      { onSuccess: draft.reset },
    );
  const discard = () => {
    draft.reset();
    save.reset();
  };
  const overtaken = draft.overtaken;
  return (
    <Panel title="Chain" aside="drag along the line, or use the buttons">
      <ChainEditor flow={flow} targets={targets} draft={draft.value} onChange={draft.change} />
      {!draft.dirty ? null : (
        <SaveBar
          action="Save chain"
          changes={changes}
          saving={save.isPending}
          blocked={overtaken === null ? null : 'Choose first whose chain is to count.'}
          error={save.error === null || overtaken !== null ? null : errorMessage(save.error)}
          onSave={publish}
          onDiscard={discard}
        >
          {overtaken === null ? null : (
            <OvertakenNotice
              flow={flow}
              theirs={chainChanges(overtaken, published, targets)}
              onKeepMine={() => {
                draft.rebase();
                save.reset();
              }}
              onTakeTheirs={discard}
            />
          )}
        </SaveBar>
      )}
    </Panel>
  );
}
