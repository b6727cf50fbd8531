import { change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { requireDraft, requireDraftVersion } from './draft-view.ts';
import { flowAmongAll } from './save.ts';

/** What is in force stays so. @throws ControlError `not_found` when there is no draft, `stale_version` with the current one */
export async function discardFlowDraft({
  ctx,
  input,
}: {
  ctx: ControlContext;
  /** `expectedVersion` is the draft's. */
  input: { slug: string; expectedVersion: number };
}): Promise<void> {
  const { slug, expectedVersion } = input;
  await change(ctx, 'nothing', async ({ tx, audit }) => {
    const edit = await flowAmongAll(tx, slug);
    const draft = requireDraft(slug, await tx.flowDrafts.get(slug));
    requireDraftVersion(edit, draft, expectedVersion);
    await tx.flowDrafts.remove(slug);
    const { chain, policy, basedOn } = draft;
    await audit({
      action: 'flow.draft.discard',
      entity: 'flow',
      entityId: slug,
      summary: `Threw away the draft of the flow ${edit.current.name}.`,
      before: { basedOn, chain, policy },
    });
  });
}
