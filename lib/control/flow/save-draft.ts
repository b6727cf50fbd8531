import type { FlowDraftAnswer, FlowDraftPut } from '#lib/contract/flow-editing.ts';
import type { FlowDraftRow } from '#lib/store/flow-drafts.ts';
import { change } from '../change.ts';
import { sameJson } from '../checks.ts';
import { invalid } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { nextDraftVersion } from '../setting-keys.ts';
import { draftAnswer, requireDraftVersion } from './draft-view.ts';
import { differences, diffPublished } from './published-diff.ts';
import { type FlowEdit, faultsOfFlow, flowAmongAll } from './save.ts';

export type SaveFlowDraftInput = FlowDraftPut & {
  slug: string;
  /** The draft's version that the caller read; 0: there was none. */
  expectedVersion: number;
};

/**
 * Keeps what somebody is about to publish, for everybody to see; the gateway hears nothing of it. It is checked like what is published,
 * so that nothing is kept that could not be put in force now. What is kept already is not written again.
 * @throws ControlError `not_found`, `stale_version` with the current draft, `invalid` (`policy.timeouts.firstTokenSeconds`, `chain.1`,
 * `basedOn`)
 */
export async function saveFlowDraft({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: SaveFlowDraftInput;
}): Promise<FlowDraftAnswer> {
  const { slug, expectedVersion, chain, policy, basedOn } = input;
  return change(ctx, 'nothing', async ({ tx, by, atWallMs, audit }) => {
    const edit = await flowAmongAll(tx, slug);
    const before = await tx.flowDrafts.get(slug);
    requireDraftVersion(edit, before, expectedVersion);
    checkDraft(edit, input);
    if (before !== null && sameJson(contentOf(before), contentOf(input))) return draftAnswer(edit, before);
    const version = await nextDraftVersion(tx);
    const draft = { flow: slug, chain, policy, basedOn, savedAtWallMs: atWallMs, savedBy: by, version };
    await tx.flowDrafts.put(draft);
    await audit({
      action: 'flow.draft.save',
      entity: 'flow',
      entityId: slug,
      summary: summaryOf(edit, draft),
      before: before === null ? null : contentOf(before),
      after: contentOf(draft),
    });
    return draftAnswer(edit, draft);
  });
}

function checkDraft({ rows, current }: FlowEdit, { chain, policy, basedOn }: SaveFlowDraftInput): void {
  const live = current.published.number;
  const faults = faultsOfFlow(rows, { ...current, published: { chain, policy } });
  if (basedOn < 1 || basedOn > live) {
    const message = `There is no version ${basedOn} to base a draft on; version ${live} is in force.`;
    faults.push({ path: 'basedOn', message });
  }
  if (faults.length > 0) throw invalid(faults);
}

function contentOf({ chain, policy, basedOn }: Pick<FlowDraftRow, 'chain' | 'policy' | 'basedOn'>) {
  return { basedOn, chain, policy };
}

function summaryOf({ current }: FlowEdit, draft: FlowDraftRow): string {
  const changes = differences(diffPublished(current.published, draft));
  return `Saved a draft of the flow ${current.name}: ${changes} to what is in force.`;
}
