import type { Histogram } from '#lib/contract/records.ts';
import type { RollupRow } from '#lib/store/rollups.ts';
import { mergeHistograms } from '#lib/telemetry/merge.ts';
import type { ControlContext } from '../context.ts';

/** Spans older than this are merged into longer ones, which divide the steps that long charts are drawn with. */
const LONGER: readonly { afterMs: number; spanSeconds: number }[] = [
  { afterMs: 2 * 3600 * 1000, spanSeconds: 60 },
  { afterMs: 48 * 3600 * 1000, spanSeconds: 1800 },
];
/**
 * Makes old spans longer, so that a chart of a week reads thousands of rows and not a million. Sums and histograms lose nothing by it.
 * @returns how many rows went
 */
export async function compactRollups({
  ctx,
}: {
  ctx: Pick<ControlContext, 'store' | 'now'>;
}): Promise<number> {
  let gone = 0;
  for (const { afterMs, spanSeconds } of LONGER) {
    // Whole spans only: one never gets latecomers from beyond the edge.
    const spanMs = spanSeconds * 1000;
    const edge = floorTo(ctx.now() - afterMs, spanMs);
    for (;;) {
      const oldest = await ctx.store.rollups.oldestShorterThan(spanSeconds, edge);
      if (oldest === null) break;
      gone += await compactSpan(ctx, floorTo(oldest, spanMs), spanSeconds);
    }
  }
  return gone;
}

/** One transaction a span, so that others get their turn in between. */
function compactSpan(
  ctx: Pick<ControlContext, 'store'>,
  fromWallMs: number,
  spanSeconds: number,
): Promise<number> {
  return ctx.store.transaction(async (tx) => {
    const rows = await tx.rollups.takeShorterThan(spanSeconds, fromWallMs, fromWallMs + spanSeconds * 1000);
    const merged = mergeSpans(rows, spanSeconds);
    await tx.rollups.addAll(merged);
    return rows.length - merged.length;
  });
}

function mergeSpans(rows: readonly RollupRow[], spanSeconds: number): RollupRow[] {
  const groups = new Map<string, RollupRow[]>();
  for (const row of rows) {
    const startWallMs = floorTo(row.startWallMs, spanSeconds * 1000);
    const key = JSON.stringify([startWallMs, row.kind, row.flow, row.target, row.outcome]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [mergeGroup(first, group, spanSeconds)];
  });
}

function mergeGroup(first: RollupRow, group: readonly RollupRow[], spanSeconds: number): RollupRow {
  const merged = (pick: (row: RollupRow) => Histogram) => mergeHistograms(group.map(pick));
  return {
    ...first,
    startWallMs: floorTo(first.startWallMs, spanSeconds * 1000),
    spanSeconds,
    count: group.reduce((sum, { count }) => sum + count, 0),
    latency: merged(({ latency }) => latency),
    latencyMaxMs: group.reduce((most, { latencyMaxMs }) => Math.max(most, latencyMaxMs), 0),
    firstToken: merged(({ firstToken }) => firstToken),
  };
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
