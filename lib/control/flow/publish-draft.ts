import type { FlowView } from '#lib/contract/api.ts';
import type { FlowDraftRow } from '#lib/store/flow-drafts.ts';
import { change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { ControlError } from '../errors.ts';
import { requireDraft, requireDraftVersion } from './draft-view.ts';
import { differences, diffPublished } from './published-diff.ts';
import { type FlowEdit, flowToEdit, samePublished, writeFlow } from './save.ts';
import { viewFlow } from './view.ts';

export interface PublishFlowDraftInput {
  slug: string;
  /** The flow's version that the caller read. */
  expectedVersion: number;
  /** The version of the draft that the caller looked at. */
  draftVersion: number;
  reason: string;
}

/**
 * Puts the draft in force as a new version, which nothing changes afterwards, and clears it, in one transaction.
 * @throws ControlError `not_found` (flow, draft); `stale_version` with the current flow (it changed, or another version was published
 * since the draft was made) or the current draft (another one than `draftVersion`); `invalid` (`reason`, `chain.1`); `conflict` when the
 * draft says what is in force
 */
export async function publishFlowDraft({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: PublishFlowDraftInput;
}): Promise<FlowView> {
  const { slug, expectedVersion, draftVersion, reason } = input;
  return change(ctx, 'config', async (tools) => {
    const edit = await flowToEdit(tools.tx, slug, expectedVersion);
    const draft = requireDraft(slug, await tools.tx.flowDrafts.get(slug));
    requireDraftVersion(edit, draft, draftVersion);
    refuseOvertaken(edit, draft);
    refuseSame(edit, draft);
    const { current } = edit;
    const changes = differences(diffPublished(current.published, draft));
    await tools.tx.flowDrafts.remove(slug);
    return writeFlow(tools, edit, {
      action: 'flow.publish',
      summary: `Published version ${current.published.number + 1} of the flow ${current.name}: ${changes}.`,
      reason,
      next: { ...current, published: { chain: draft.chain, policy: draft.policy } },
    });
  });
}

/** Whoever made it has not seen what is in force, and would undo it. */
function refuseOvertaken({ current, rows }: FlowEdit, { basedOn }: FlowDraftRow): void {
  const live = current.published.number;
  if (basedOn === live) return;
  throw new ControlError(
    'stale_version',
    `The draft was made from version ${basedOn}, and version ${live} has been published since. Look at what it would change now, then save it again with basedOn ${live}.`,
    { current: viewFlow(current, rows.targets) },
  );
}

function refuseSame({ current }: FlowEdit, draft: FlowDraftRow): void {
  if (!samePublished(current.published, draft)) return;
  throw new ControlError(
    'conflict',
    `The draft says what version ${current.published.number} has in force already: there is nothing to publish. Change it or throw it away.`,
  );
}
