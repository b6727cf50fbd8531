import type { Rollup } from '#lib/telemetry/rollup-buffer.ts';
import type { ControlContext } from '../context.ts';
import { inBatches } from './batches.ts';

/** Stores finished spans; a span may come in parts. */
export async function saveRollups({
  ctx,
  input,
}: {
  ctx: Pick<ControlContext, 'store'>;
  input: { rollups: readonly Rollup[] };
}): Promise<void> {
  for (const rollups of inBatches(input.rollups)) {
    await ctx.store.transaction((tx) => tx.rollups.addAll(rollups));
  }
}
