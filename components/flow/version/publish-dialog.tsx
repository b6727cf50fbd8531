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
  /** As it is saved; null: none, and the dialog stays closed. */
  draft: FlowDraft | null;
  opened: boolean;
  onClose: () => void;
  onPublished: () => void;
}

/** The last look before a draft is in force. */
export function PublishDialog({ flow, targets, draft, opened, onClose, onPublished }: PublishDialogProps) {
  const publish = usePublishDraft(flow.slug);
  const published = usePublished();
  const number = flow.publishedVersion + 1;
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
      opened={opened}
      onClose={() => {
        publish.reset();
        onClose();
      }}
      picks={PUBLISH_PICKS}
      action={`Publish version ${number}`}
      pending={publish.isPending}
      error={publish.error}
      blocked={blockedBy(draft)}
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

function blockedBy({ overtaken, problems, changes }: FlowDraft): string | null {
  if (overtaken) return 'Another version has been published since. Close this and choose what is to count.';
  if (problems.length > 0) return problems.map(({ message }) => message).join(' ');
  return changes.length === 0 ? 'There is nothing to publish: the draft says what is in force.' : null;
}
