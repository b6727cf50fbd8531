import type { Rollup } from '#lib/telemetry/rollup-buffer.ts';
import type { ControlContext } from '../context.ts';

/** Stores finished spans; a span may come in parts. */
export async function saveRollups({
  ctx,
  input,
}: {
  ctx: Pick<ControlContext, 'store'>;
  input: { rollups: readonly Rollup[] };
}): Promise<void> {
  if (input.rollups.length === 0) return;
  await ctx.store.transaction((tx) => tx.rollups.addAll(input.rollups));
}
