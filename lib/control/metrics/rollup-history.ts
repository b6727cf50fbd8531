import type { RollupHistory } from '#lib/telemetry/metrics-query.ts';
import type { ControlContext } from '../context.ts';

/** The database's part of the metrics' history, for telemetry's query to merge with what is in memory. */
export function rollupHistory({ ctx }: { ctx: Pick<ControlContext, 'store'> }): RollupHistory {
  return {
    between: (fromWallMs, toWallMs) => ctx.store.rollups.list({ fromWallMs, toWallMs }),
    lastBefore: (wallMs) => ctx.store.rollups.latestBefore(wallMs),
  };
}
