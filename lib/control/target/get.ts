import type { TargetView } from '#lib/contract/api.ts';
import { authorise } from '../actor.ts';
import { found } from '../checks.ts';
import { loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { viewTarget } from './view.ts';

/** @throws ControlError `not_found` */
export async function getTarget({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string };
}): Promise<TargetView> {
  authorise(ctx);
  const rows = await ctx.store.transaction(loadRows);
  const row = rows.targets.find(({ slug }) => slug === input.slug);
  return viewTarget(found(row, 'target', input.slug), rows);
}
