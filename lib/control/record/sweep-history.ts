import type { ControlContext } from '../context.ts';

/** Deletes requests and rollups that are past their time, a batch at a time. @returns how many rows went */
export async function sweepHistory({
  ctx,
}: {
  ctx: Pick<ControlContext, 'store' | 'now'>;
}): Promise<{ requests: number; rollups: number }> {
  return ctx.store.retention.sweep(ctx.now());
}
