import type { EngineCooldown } from '#lib/engine/types.ts';
import type { ControlContext } from '../context.ts';

/** Stores the gateway's list of cooldowns, whole, so that it survives a restart of everything. */
export async function saveCooldowns({
  ctx,
  input,
}: {
  ctx: Pick<ControlContext, 'store'>;
  input: { cooldowns: readonly EngineCooldown[] };
}): Promise<void> {
  await ctx.store.transaction((tx) => tx.cooldowns.replaceAll(input.cooldowns));
}

/** Those that still hold, for the gateway at the start of the product. */
export async function loadCooldowns({
  ctx,
}: {
  ctx: Pick<ControlContext, 'store' | 'now'>;
}): Promise<EngineCooldown[]> {
  return (await ctx.store.cooldowns.list()).filter(({ untilWallMs }) => untilWallMs > ctx.now());
}
