import type { FlowDraftAnswer } from '#lib/contract/flow-editing.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { draftAnswer } from './draft-view.ts';
import { flowAmongAll } from './save.ts';

/** What is about to be published, if anything, against what is in force now. @throws ControlError `not_found` for the flow */
export async function getFlowDraft({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string };
}): Promise<FlowDraftAnswer> {
  authorise(ctx);
  return ctx.store.transaction(async (tx) =>
    draftAnswer(await flowAmongAll(tx, input.slug), await tx.flowDrafts.get(input.slug)),
  );
}
