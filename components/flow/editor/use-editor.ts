'use client';

import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { FlowView } from '#lib/contract/api.ts';
import type { FlowDraft, FlowDraftAnswer } from '#lib/contract/flow-editing.ts';
import { errorMessage } from '../../api/client.ts';
import { useRecentActions } from '../../ui/recent-actions.tsx';
import { checkContent, contentOf, contentSchema, type FlowContent } from '../draft-content.ts';
import { readJson } from '../draft-json.ts';
import type { TargetIndex } from '../target-label.ts';
import { isStale, useDiscardDraft, useSaveDraft } from './draft-api.ts';
import { type Edits, edited, keptOf, standingOf } from './draft-state.ts';
import { serverIssues } from './server-issues.ts';

export type Editor = ReturnType<typeof useEditor>;

/** The draft of a flow in this tab: what is edited, what is wrong with it, and how it is kept. */
export function useEditor(flow: FlowView, targets: TargetIndex, answer: FlowDraftAnswer) {
  const [edits, setEdits] = useState<Edits | null>(null);
  const save = useSaveDraft(flow.slug);
  const kept = keptOf(flow, answer);
  const standing = standingOf(edits, kept, flow.publishedVersion);
  const check = checkContent(standing.value, targets);
  const refused = serverIssues(isStale(save.error) ? null : save.error);
  const change = (next: Parameters<typeof edited>[3]) => {
    setEdits(edited(edits, standing, kept, next));
    if (save.isError) save.reset();
  };
  const settle = (value: FlowContent) => {
    const basedOn = standing.clash === 'overtaken' ? flow.publishedVersion : kept.basedOn;
    setEdits({ start: kept.content, basedOn, value, text: null, unread: false });
    save.reset();
  };
  return {
    kept,
    standing,
    /** Where the edits began, for what somebody else has done since. */
    start: edits?.start ?? kept.content,
    check,
    /** By dotted path: the form's own; without any, what the server found. */
    issues: check.ok ? refused.fields : check.issues,
    /** What the server refused and no field shows. */
    error: refused.rest,
    saving: save.isPending,
    changeContent: (value: FlowContent) => change({ value }),
    changeText: (text: string) => {
      const reading = readJson(text, targets);
      change({ value: reading.ok ? reading.content : standing.value, text, unread: !reading.ok });
    },
    /** Gives up what was typed as JSON and could not be read. */
    dropText: () => change({ value: standing.value }),
    /** Back to what the server holds. */
    reset: () => {
      setEdits(null);
      save.reset();
    },
    settle,
    /** The draft as it was saved; null: it was refused, and the page says why. Nothing is sent when nothing has changed. */
    save: async (): Promise<FlowDraft | null> => {
      if (!check.ok || standing.unread || standing.clash !== null) return null;
      if (!standing.dirty) return answer.draft;
      const sent = edits;
      const saved = await save
        .mutateAsync({ ...check.body, basedOn: standing.basedOn, draftVersion: kept.draftVersion })
        .catch(() => null);
      if (saved?.draft == null) return null;
      const start = contentOf(saved.draft);
      const { basedOn } = saved.draft;
      // What was typed while it was on its way stays.
      setEdits((now) => (now === null || now === sent ? null : { ...now, start, basedOn }));
      return saved.draft;
    },
  };
}

/** Throws the saved draft away, with a way back in Recent actions. */
export function useThrowAway(flow: FlowView) {
  const discard = useDiscardDraft(flow.slug);
  const save = useSaveDraft(flow.slug);
  const { record } = useRecentActions();
  const bringBack = ({ chain, policy, basedOn }: FlowDraft) =>
    save
      .mutateAsync({ ...contentSchema.parse({ chain: plain(chain), policy }), basedOn, draftVersion: 0 })
      .catch((error: unknown) =>
        notifications.show({ title: 'Not brought back', message: errorMessage(error) }),
      );
  return {
    pending: discard.isPending,
    error: discard.error === null || isStale(discard.error) ? null : errorMessage(discard.error),
    run: (draft: FlowDraft) =>
      discard.mutate(draft.version, {
        onSuccess: () =>
          record({
            text: `Threw away the draft of ${flow.name}`,
            undo: { label: 'Bring it back', run: () => void bringBack(draft) },
          }),
      }),
  };
}

/** Without what only views have. */
function plain(chain: FlowDraft['chain']) {
  return chain.map(({ target, enabled, adapter }) => ({
    target,
    enabled,
    ...(adapter === null ? {} : { adapter }),
  }));
}
