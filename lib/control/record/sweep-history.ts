import type { Swept } from '#lib/store/retention.ts';
import type { ControlContext } from '../context.ts';
import { compactRollups } from './compact-rollups.ts';

/** Deletes what is past its time and makes old spans longer, a batch at a time. @returns how many rows went */
export async function sweepHistory({
  ctx,
}: {
  ctx: Pick<ControlContext, 'store' | 'now'>;
}): Promise<Swept & { compacted: number }> {
  const deleted = await ctx.store.retention.sweep(ctx.now());
  return { ...deleted, compacted: await compactRollups({ ctx }) };
}
