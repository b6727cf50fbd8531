import type { PreviousCredential, ProviderRow } from '#lib/store/providers.ts';
import { change } from '../change.ts';
import type { ControlContext } from '../context.ts';

/**
 * Forgets keys whose overlap is over, each with its audit entry. The gateway stopped using them by itself at that time, so it does not
 * matter how often this runs. The product's own actor calls it.
 * @returns at how many providers there were any
 */
export async function expireOverlaps({ ctx }: { ctx: ControlContext }): Promise<number> {
  const isOver = (previous: PreviousCredential | null) =>
    previous !== null && previous.untilWallMs <= ctx.now();
  const hasOver = ({ previous, endpoints }: ProviderRow) =>
    isOver(previous) || endpoints.some((endpoint) => isOver(endpoint.previous));
  if (!(await ctx.store.providers.list()).some(hasOver)) return 0;
  return change(ctx, 'config', async ({ tx, audit }) => {
    const over = (await tx.providers.list()).filter(hasOver);
    const kept = (previous: PreviousCredential | null) => (isOver(previous) ? null : previous);
    for (const { version, ...row } of over) {
      await tx.providers.update(version, {
        ...row,
        previous: kept(row.previous),
        endpoints: row.endpoints.map((endpoint) => ({ ...endpoint, previous: kept(endpoint.previous) })),
      });
      await audit({
        action: 'provider.rotate.expire',
        entity: 'provider',
        entityId: row.slug,
        summary: `The overlap of two keys of ${row.name} is over: the new one is used alone.`,
      });
    }
    return over.length;
  });
}
