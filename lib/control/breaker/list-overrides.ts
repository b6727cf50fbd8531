import type { Override } from '#lib/contract/breaker-view.ts';
import { authorise } from '../actor.ts';
import { inForce } from '../change.ts';
import type { ControlContext } from '../context.ts';

/** Those in force, oldest first; what the gateway is sent when the control process starts. */
export async function listOverrides({ ctx }: { ctx: ControlContext }): Promise<Override[]> {
  authorise(ctx);
  return inForce(await ctx.store.overrides.list(), ctx.now());
}
