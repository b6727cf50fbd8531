import type { TargetPast } from '#lib/replay/types.ts';
import type { RollupRow } from '#lib/store/rollups.ts';
import { merge, quantile } from '#lib/telemetry/histogram.ts';

/** So many typical values stand for a histogram. */
const VALUES = 20;

/** What targets did in a time, from its counts of attempts: one row for each of their outcomes. */
export function pastOf(rows: readonly RollupRow[]): TargetPast[] {
  const byOutcome = new Map<string, RollupRow[]>();
  for (const row of rows) {
    const key = `${row.target} ${row.outcome}`;
    const same = byOutcome.get(key);
    if (same === undefined) byOutcome.set(key, [row]);
    else same.push(row);
  }
  return [...byOutcome.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    return {
      target: first.target,
      outcome: first.outcome,
      count: same.reduce((sum, { count }) => sum + count, 0),
      durationsMs: typical(same.map(({ latency }) => latency)),
      firstTokensMs: typical(same.map(({ firstToken }) => firstToken)),
    };
  });
}

function typical(histograms: readonly RollupRow['latency'][]): number[] {
  const all = merge(...histograms);
  return Array.from({ length: VALUES }, (_, n) => quantile(all, (n + 0.5) / VALUES)).filter(
    (value) => value !== null,
  );
}
