import type { FlowView } from '#lib/contract/api.ts';
import { authorise } from '../actor.ts';
import { loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { viewFlow } from './view.ts';

/** All flows, oldest first. */
export async function listFlows({ ctx }: { ctx: ControlContext }): Promise<FlowView[]> {
  authorise(ctx);
  const rows = await ctx.store.transaction(loadRows);
  return rows.flows.map((row) => viewFlow(row, rows.targets));
}
