import type { FlowDraft, FlowDraftAnswer } from '#lib/contract/flow-editing.ts';
import type { FlowDraftRow } from '#lib/store/flow-drafts.ts';
import { ControlError } from '../errors.ts';
import { diffPublished } from './published-diff.ts';
import { type FlowEdit, faultsOfFlow } from './save.ts';
import { viewChain } from './view.ts';

/** What is shown of a draft: beside its content, how it stands to what is in force now. */
export function viewDraft({ rows, current }: FlowEdit, draft: FlowDraftRow): FlowDraft {
  const { chain, policy, basedOn, savedAtWallMs, savedBy, version } = draft;
  return {
    chain: viewChain(chain, rows.targets),
    policy,
    basedOn,
    overtaken: basedOn !== current.published.number,
    changes: diffPublished(current.published, draft),
    problems: faultsOfFlow(rows, { ...current, published: { chain, policy } }),
    savedAtWallMs,
    savedBy,
    version,
  };
}

export function draftAnswer(edit: FlowEdit, draft: FlowDraftRow | null): FlowDraftAnswer {
  if (draft === null) return { draft: null, version: 0 };
  return { draft: viewDraft(edit, draft), version: draft.version };
}

/**
 * Compare-and-set of a draft; 0 stands for none.
 * @throws ControlError `stale_version` with the draft as it is now, null when there is none any more
 */
export function requireDraftVersion(edit: FlowEdit, draft: FlowDraftRow | null, expected: number): void {
  if ((draft?.version ?? 0) === expected) return;
  const what = `The draft of the flow "${edit.current.slug}"`;
  throw new ControlError(
    'stale_version',
    draft === null
      ? `${what} was published or thrown away in the meantime. Look at the flow again; save with If-Match "0" to begin a new draft.`
      : `${what} was saved by ${draft.savedBy.replace(/^user:/, '')} in the meantime: it is at version ${draft.version}, you had ${expected}. Look at it again, then repeat your change.`,
    { current: draft === null ? null : viewDraft(edit, draft) },
  );
}

/** @throws ControlError `not_found` saying how to make one */
export function requireDraft(slug: string, draft: FlowDraftRow | null): FlowDraftRow {
  if (draft !== null) return draft;
  throw new ControlError(
    'not_found',
    `The flow "${slug}" has no draft. Save one first: PUT /api/v1/flows/${slug}/draft with If-Match "0".`,
  );
}
