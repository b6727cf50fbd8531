import { change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { nameScope } from './scopes.ts';

/**
 * Removes overrides whose time is up, each with its audit entry. The gateway stopped honouring them by itself at that time, so it does
 * not matter how often this runs. The product's own actor calls it.
 * @returns how many there were
 */
export async function expireOverrides({ ctx }: { ctx: ControlContext }): Promise<number> {
  const isOver = (expiresAtWallMs: number | null) => expiresAtWallMs !== null && expiresAtWallMs <= ctx.now();
  if (!(await ctx.store.overrides.list()).some((override) => isOver(override.expiresAtWallMs))) return 0;
  return change(ctx, 'overrides', async ({ tx, audit }) => {
    const over = (await tx.overrides.list()).filter((override) => isOver(override.expiresAtWallMs));
    for (const override of over) {
      const { scope, id, kind } = override;
      await tx.overrides.remove(scope, id);
      await audit({
        action: 'breaker.override.expire',
        entity: scope,
        entityId: id,
        summary: `The override (${kind.replace('_', ' ')}) of ${nameScope(scope, id)} expired.`,
        before: override,
      });
    }
    return over.length;
  });
}
