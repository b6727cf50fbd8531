'use client';

import { Skeleton } from '@mantine/core';
import type { FlowView } from '#lib/contract/api.ts';
import { errorMessage } from '../../api/client.ts';
import { Alarm } from '../../ui/alarm.tsx';
import { contentChanges, contentOf } from '../draft-content.ts';
import { useFlowVersion, useRollBack } from '../editor/draft-api.ts';
import type { TargetIndex } from '../target-label.ts';
import { ChangeWords } from './change-words.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { pointerChanges } from './pointers.ts';
import { ROLL_BACK_PICKS } from './publish-reason.ts';
import { usePublished, useUndoPublication } from './use-published.ts';
import classes from './version.module.css';

interface RollBackDialogProps {
  flow: FlowView;
  targets: TargetIndex;
  /** The version to go back to; null: closed. */
  number: number | null;
  onClose: () => void;
}

/** One step back: what it changes, and why. */
export function RollBackDialog({ flow, targets, number, onClose }: RollBackDialogProps) {
  const back = useRollBack(flow.slug);
  const published = usePublished();
  const version = useFlowVersion(flow.slug, number);
  const said = `Rolled ${flow.name} back to version ${number}`;
  const undo = useUndoPublication(flow, said);
  const close = () => {
    back.reset();
    onClose();
  };
  const confirm = (reason: string) => {
    if (number === null) return;
    back.mutate(
      { version: flow.version, number, reason },
      {
        onSuccess: (next) => {
          published(flow, next, said, undo);
          close();
        },
      },
    );
  };
  const [now, then] = [contentOf(flow), version.data === undefined ? null : contentOf(version.data)];
  const sentences = then === null ? [] : contentChanges(now, then, targets);
  return (
    <ConfirmDialog
      title={`Roll ${flow.name} back to version ${number}`}
      opened={number !== null}
      onClose={close}
      picks={ROLL_BACK_PICKS}
      action={`Roll back to version ${number}`}
      pending={back.isPending}
      error={back.error}
      blocked={then !== null && sentences.length === 0 ? 'It says what is in force already.' : null}
      onConfirm={confirm}
    >
      <div>
        <h3 className={classes.subhead}>What changes for every request from then on</h3>
        {then === null ? (
          <Reading error={version.error} onRetry={() => void version.refetch()} />
        ) : (
          <ChangeWords sentences={sentences} pointers={pointerChanges(now, then)} none="Nothing." />
        )}
      </div>
      <p className={classes.quiet}>
        It is published once more, as version {flow.publishedVersion + 1}: the versions in between stay in the
        list.
      </p>
    </ConfirmDialog>
  );
}

/** A version on its way, or why it does not come. */
export function Reading({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error === null) return <Skeleton height={72} aria-label="Reading the version" />;
  return <Alarm text={`The version could not be read. ${errorMessage(error)}`} onRetry={onRetry} />;
}
