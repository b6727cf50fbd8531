import type { FlowView } from '#lib/contract/api.ts';
import type { FlowDraftAnswer } from '#lib/contract/flow-editing.ts';
import { contentOf, type FlowContent, sameContent } from '../draft-content.ts';

/** What the server holds for a flow's editors: the draft, or what is in force while there is none. */
export interface Kept {
  content: FlowContent;
  /** 0: there is no draft. */
  draftVersion: number;
  /** The number of the published version that the content was made from. */
  basedOn: number;
}

/** What this person has done since, in this tab alone. */
export interface Edits {
  /** The content that the edits began from. */
  start: FlowContent;
  basedOn: number;
  value: FlowContent;
  /** The JSON as it was typed; null: nobody has typed any. */
  text: string | null;
  /** The text says something else than `value`: it is not valid. */
  unread: boolean;
}

/** The draft as it stands in this tab. */
export interface Standing {
  value: FlowContent;
  text: string | null;
  unread: boolean;
  basedOn: number;
  /** Something would be lost by leaving. */
  dirty: boolean;
  /**
   * What has to be settled before anything is saved: `saved`, somebody else has saved, published or thrown away meanwhile;
   * `overtaken`, another version has been published than the draft was made from. null: nothing.
   */
  clash: 'saved' | 'overtaken' | null;
}

export function keptOf(flow: FlowView, { draft }: FlowDraftAnswer): Kept {
  return draft === null
    ? { content: contentOf(flow), draftVersion: 0, basedOn: flow.publishedVersion }
    : { content: contentOf(draft), draftVersion: draft.version, basedOn: draft.basedOn };
}

/** How this tab's edits stand to what the server holds now. @param live the number of the version in force */
export function standingOf(edits: Edits | null, kept: Kept, live: number): Standing {
  const overtaken = (basedOn: number) => (basedOn < live ? 'overtaken' : null);
  const following: Standing = {
    value: kept.content,
    text: null,
    unread: false,
    basedOn: kept.basedOn,
    dirty: false,
    clash: overtaken(kept.basedOn),
  };
  if (edits === null) return following;
  const touched = edits.unread || !sameContent(edits.value, edits.start);
  const { value, text, unread } = edits;
  if (!sameContent(kept.content, edits.start)) {
    // Nothing of this person's own is lost by showing what is there now.
    if (!touched) return following;
    return { value, text, unread, basedOn: edits.basedOn, dirty: true, clash: 'saved' };
  }
  const basedOn = Math.max(edits.basedOn, kept.basedOn);
  const rebased = kept.draftVersion > 0 && basedOn > kept.basedOn;
  return { value, text, unread, basedOn, dirty: touched || rebased, clash: overtaken(basedOn) };
}

/** The edits after one more. */
export function edited(
  edits: Edits | null,
  standing: Standing,
  kept: Kept,
  change: Pick<Edits, 'value'> & Partial<Pick<Edits, 'text' | 'unread'>>,
): Edits {
  const start = standing.clash === 'saved' && edits !== null ? edits.start : kept.content;
  return { start, basedOn: standing.basedOn, text: null, unread: false, ...change };
}
