import type { TargetView } from '#lib/contract/api.ts';
import { authorise } from '../actor.ts';
import { loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { viewTarget } from './view.ts';

/** All targets, oldest first. */
export async function listTargets({ ctx }: { ctx: ControlContext }): Promise<TargetView[]> {
  authorise(ctx);
  const rows = await ctx.store.transaction(loadRows);
  return rows.targets.map((row) => viewTarget(row, rows));
}
