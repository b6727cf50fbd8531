'use client';

import type { FlowView } from '#lib/contract/api.ts';
import type { FlowDraftAnswer } from '#lib/contract/flow-editing.ts';
import { errorMessage } from '../../api/client.ts';
import { formatActor } from '../../ui/format.ts';
import { contentOf } from '../draft-content.ts';
import type { ThreeWays } from '../merge.ts';
import { useFlowVersion } from './draft-api.ts';
import type { Editor } from './use-editor.ts';

/** What somebody else has done meanwhile, in words. */
export interface Clash {
  title: string;
  sentence: string;
}

export type ClashState =
  | { kind: 'none' }
  | { kind: 'reading' }
  | { kind: 'failed'; text: string; onRetry: () => void }
  | { kind: 'ready'; clash: Clash; ways: ThreeWays };

/** The three ways of a clash, once all of them are known. */
export function useClash(flow: FlowView, { draft }: FlowDraftAnswer, editor: Editor): ClashState {
  const { clash, basedOn, value } = editor.standing;
  const base = useFlowVersion(flow.slug, clash === 'overtaken' ? basedOn : null);
  if (clash === null) return { kind: 'none' };
  const publisher = formatActor(flow.publishedBy);
  if (clash === 'saved') {
    const theirs = editor.kept.content;
    const ways = { base: editor.start, theirs, mine: value };
    if (draft !== null) {
      return { kind: 'ready', ways, clash: savedBy(formatActor(draft.savedBy)) };
    }
    const published = basedOn < flow.publishedVersion;
    return { kind: 'ready', ways, clash: published ? publishedBy(flow, publisher) : THROWN_AWAY };
  }
  if (base.error !== null) {
    const text = `Version ${basedOn}, which the draft was made from, could not be read. ${errorMessage(base.error)}`;
    return { kind: 'failed', text, onRetry: () => void base.refetch() };
  }
  if (base.data === undefined) return { kind: 'reading' };
  const ways = { base: contentOf(base.data), theirs: contentOf(flow), mine: value };
  return { kind: 'ready', ways, clash: overtakenBy(flow, publisher, basedOn) };
}

function savedBy(who: string): Clash {
  return {
    title: 'Another draft has been saved meanwhile',
    sentence: `Saved by ${who}, since you began.`,
  };
}

function publishedBy(flow: FlowView, who: string): Clash {
  return {
    title: `Version ${flow.publishedVersion} has been published meanwhile`,
    sentence: `Published by ${who}, since you began.`,
  };
}

function overtakenBy(flow: FlowView, who: string, basedOn: number): Clash {
  return {
    title: `Version ${flow.publishedVersion} has been published since this draft was made`,
    sentence: `The draft was made from version ${basedOn}; the newer one is by ${who}.`,
  };
}

const THROWN_AWAY: Clash = {
  title: 'The draft has been thrown away meanwhile',
  sentence: 'Somebody has thrown away the draft that you began from; what is in force counts as theirs.',
};
