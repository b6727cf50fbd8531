'use client';

import type { FlowView } from '#lib/contract/api.ts';
import type { FlowDraft } from '#lib/contract/flow-editing.ts';
import { contentChanges, contentOf } from '../draft-content.ts';
import { usePublishDraft } from '../editor/draft-api.ts';
import type { TargetIndex } from '../target-label.ts';
import { ChangeWords } from './change-words.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { PUBLISH_PICKS } from './publish-reason.ts';
import { usePublished, useUndoPublication } from './use-published.ts';
import classes from './version.module.css';

interface PublishDialogProps {
  flow: FlowView;
  targets: TargetIndex;
  /** As it was when it was opened; null: closed. */
  draft: FlowDraft | null;
  /** As it is saved now. */
  current: FlowDraft | null;
  onClose: () => void;
  onPublished: () => void;
}

/** The last look before a draft is in force. */
export function PublishDialog(props: PublishDialogProps) {
  const { flow, targets, draft, current, onClose, onPublished } = props;
  const publish = usePublishDraft(flow.slug);
  const published = usePublished();
  // Not the flow's: that moves on before the answer to publishing is here.
  const number = (draft?.basedOn ?? 0) + 1;
  const said = `Published version ${number} of ${flow.name}`;
  const undo = useUndoPublication(flow, said);
  if (draft === null) return null;
  const confirm = (reason: string) =>
    publish.mutate(
      { version: flow.version, draftVersion: draft.version, reason },
      {
        onSuccess: (next) => {
          published(flow, next, said, undo);
          onPublished();
        },
      },
    );
  return (
    <ConfirmDialog
      title={`Publish version ${number} of ${flow.name}`}
      opened
      onClose={() => {
        publish.reset();
        onClose();
      }}
      picks={PUBLISH_PICKS}
      action={`Publish version ${number}`}
      pending={publish.isPending}
      error={publish.error}
      blocked={publish.isPending || publish.isSuccess ? null : blockedBy(draft, current)}
      onConfirm={confirm}
    >
      <div>
        <h3 className={classes.subhead}>What changes for every request from then on</h3>
        <ChangeWords
          sentences={contentChanges(contentOf(flow), contentOf(draft), targets)}
          pointers={draft.changes}
          none="Nothing: this is what is in force."
        />
      </div>
    </ConfirmDialog>
  );
}

function blockedBy({ version }: FlowDraft, current: FlowDraft | null): string | null {
  if (current?.version !== version) {
    return 'Somebody has saved, published or thrown away the draft meanwhile. Close this and look at it again.';
  }
  const { overtaken, problems, changes } = current;
  if (overtaken) return 'Another version has been published since. Close this and choose what is to count.';
  if (problems.length > 0) return problems.map(({ message }) => message).join(' ');
  return changes.length === 0 ? 'There is nothing to publish: the draft says what is in force.' : null;
}
