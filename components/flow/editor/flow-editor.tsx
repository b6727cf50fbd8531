'use client';

import { Button, Skeleton } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { FlowView } from '#lib/contract/api.ts';
import type { FlowDraft, FlowDraftAnswer } from '#lib/contract/flow-editing.ts';
import { SharedLink } from '../../shell/shared-link.tsx';
import { Alarm } from '../../ui/alarm.tsx';
import { contentChanges, contentOf } from '../draft-content.ts';
import { FlowTags } from '../flow-tags.tsx';
import { PageHead } from '../page-head.tsx';
import type { TargetIndex } from '../target-label.ts';
import touch from '../touch.module.css';
import { useDirtyGuard } from '../use-dirty-guard.ts';
import { PublishDialog } from '../version/publish-dialog.tsx';
import classes from './editor.module.css';
import { EditorBar } from './editor-bar.tsx';
import { EditorTabs } from './editor-tabs.tsx';
import { FollowsSide } from './follows-side.tsx';
import { MergePanel } from './merge-panel.tsx';
import { type ClashState, useClash } from './use-clash.ts';
import { type Editor, useEditor, useThrowAway } from './use-editor.ts';

interface FlowEditorProps {
  flow: FlowView;
  targets: TargetIndex;
  answer: FlowDraftAnswer;
}

/** A flow's draft: edited at the left, its consequences in sentences at the right, saved for everybody, then published with a reason. */
export function FlowEditor({ flow, targets, answer }: FlowEditorProps) {
  const router = useRouter();
  const editor = useEditor(flow, targets, answer);
  const throwAway = useThrowAway(flow);
  const clash = useClash(flow, answer, editor);
  const [publishing, setPublishing] = useState<FlowDraft | null>(null);
  const { standing } = editor;
  useDirtyGuard(standing.dirty);
  const changes = contentChanges(contentOf(flow), standing.value, targets);
  const error = editor.error ?? throwAway.error;
  return (
    <div className={touch.touch}>
      <EditorHead flow={flow} />
      {error === null ? null : <Alarm text={error} />}
      <ClashArea state={clash} targets={targets} editor={editor} />
      <div className={classes.columns}>
        <EditorTabs flow={flow} targets={targets} editor={editor} />
        <FollowsSide flow={flow} targets={targets} editor={editor} changes={changes} />
      </div>
      <EditorBar
        flow={flow}
        editor={editor}
        draft={answer.draft}
        changes={changes.length}
        throwingAway={throwAway.pending}
        onSave={() => void editor.save()}
        onPublish={() => void editor.save().then(setPublishing)}
        onThrowAway={() => answer.draft !== null && throwAway.run(answer.draft)}
      />
      <PublishDialog
        flow={flow}
        targets={targets}
        draft={publishing}
        current={answer.draft}
        onClose={() => setPublishing(null)}
        onPublished={() => router.push(`/flows/${encodeURIComponent(flow.slug)}`)}
      />
    </div>
  );
}

function EditorHead({ flow }: { flow: FlowView }) {
  const href = `/flows/${encodeURIComponent(flow.slug)}`;
  return (
    <PageHead
      title={`Edit ${flow.name}`}
      beside={<FlowTags flow={flow} />}
      sentence={`Version ${flow.publishedVersion} is in force and stays so until you publish another one.`}
      actions={
        <Button component={SharedLink} variant="default" href={href}>
          Back to the flow
        </Button>
      }
    />
  );
}

function ClashArea(props: { state: ClashState; targets: TargetIndex; editor: Editor }) {
  const { state, targets, editor } = props;
  switch (state.kind) {
    case 'none':
      return null;
    case 'reading':
      return <Skeleton height={120} mb={12} aria-label="Reading what was published meanwhile" />;
    case 'failed':
      return <Alarm text={state.text} onRetry={state.onRetry} />;
    case 'ready':
      // Merging would lose what was typed and is not in the draft yet.
      if (editor.standing.unread) {
        const { title, sentence } = state.clash;
        return (
          <Alarm
            text={`${title}. ${sentence} Mend or drop what you typed as JSON first; then choose what is to count.`}
          />
        );
      }
      return <MergePanel clash={state.clash} ways={state.ways} targets={targets} onSettle={editor.settle} />;
    default:
      return state satisfies never;
  }
}
