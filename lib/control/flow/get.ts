import type { FlowView } from '#lib/contract/api.ts';
import { authorise } from '../actor.ts';
import { found } from '../checks.ts';
import { loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { viewFlow } from './view.ts';

/** @throws ControlError `not_found` */
export async function getFlow({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string };
}): Promise<FlowView> {
  authorise(ctx);
  const rows = await ctx.store.transaction(loadRows);
  const row = rows.flows.find(({ slug }) => slug === input.slug);
  return viewFlow(found(row, 'flow', input.slug), rows.targets);
}
