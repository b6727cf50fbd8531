import type { FlowPulse, TargetPulse } from '#lib/contract/live.ts';
import { quantile } from './histogram.ts';
import { mergeHistograms } from './merge.ts';
import type { Recorder } from './recorder.ts';
import type { SecondSlot, SecondSum } from './second-ring.ts';

const MINUTE_MS = 60_000;
const SPARK_STEP_MS = 5_000;
const SPARK_POINTS = 60;
/** The newest second may still be under way in the gateway; ending one back avoids a tile that flickers. */
const TICK_LAG_MS = 1_000;

/** The last minute of each target, with five minutes of sparkline. */
export function targetPulses(
  recorder: Recorder,
  targets: readonly string[],
  nowWallMs: number,
): TargetPulse[] {
  const end = Math.floor((nowWallMs - TICK_LAG_MS) / 1000) * 1000;
  const slots = recorder.seconds.between(end - SPARK_POINTS * SPARK_STEP_MS, end);
  const minute = slots.filter((slot) => slot.t >= end - MINUTE_MS);
  const covered = coveredSeconds(recorder, end);
  const gaps = sparkGaps(recorder, slots, end);
  return targets.map((target) => {
    const sum = addUp(minute.map((slot) => slot.targets.get(target)));
    return {
      target,
      perSecond: sum.count / covered,
      errorShare: sum.count === 0 ? null : sum.errors / sum.count,
      p95Ms: quantile(mergeHistograms(sum.latency), 0.95),
      inFlight: recorder.inFlight[target] ?? 0,
      spark: spark(slots, target, end, gaps),
    };
  });
}

/** The last minute of each flow. */
export function flowPulses(recorder: Recorder, flows: readonly string[], nowWallMs: number): FlowPulse[] {
  const end = Math.floor((nowWallMs - TICK_LAG_MS) / 1000) * 1000;
  const minute = recorder.seconds.between(end - MINUTE_MS, end);
  const covered = coveredSeconds(recorder, end);
  return flows.map((flow) => {
    const sum = addUp(minute.map((slot) => slot.flows.get(flow)));
    return {
      flow,
      perSecond: sum.count / covered,
      served: sum.served,
      requests: sum.count,
      errorShare: sum.count === 0 ? null : sum.errors / sum.count,
      degradedShare: sum.count === 0 ? null : sum.degraded / sum.count,
      p95Ms: quantile(mergeHistograms(sum.latency), 0.95),
      byTarget: Object.fromEntries(sum.byTarget),
    };
  });
}

/** Just after a start there is less than a minute to divide by. */
function coveredSeconds(recorder: Recorder, end: number): number {
  const since = Math.max(recorder.seconds.coversSinceWallMs, end - MINUTE_MS);
  return Math.max(1, Math.round((end - since) / 1000));
}

function addUp(parts: readonly (SecondSum | undefined)[]): SecondSum {
  const sum: SecondSum = { count: 0, errors: 0, degraded: 0, served: 0, latency: [], byTarget: new Map() };
  for (const part of parts) {
    if (part === undefined) continue;
    sum.count += part.count;
    sum.errors += part.errors;
    sum.degraded += part.degraded;
    sum.served += part.served;
    for (const histogram of part.latency) sum.latency.push(histogram);
    for (const [target, count] of part.byTarget) {
      sum.byTarget.set(target, (sum.byTarget.get(target) ?? 0) + count);
    }
  }
  return sum;
}

/** True where no gateway said anything: before the start, or while it was away. A quiet gateway ticks every 5 s at least. */
function sparkGaps(recorder: Recorder, slots: readonly SecondSlot[], end: number): boolean[] {
  const heard = new Set(slots.map((slot) => Math.floor((end - 1 - slot.t) / SPARK_STEP_MS)));
  return Array.from({ length: SPARK_POINTS }, (_, at) => {
    const ago = SPARK_POINTS - 1 - at;
    const until = end - ago * SPARK_STEP_MS;
    if (until <= recorder.seconds.coversSinceWallMs) return true;
    return !heard.has(ago) && !heard.has(ago - 1);
  });
}

function spark(
  slots: readonly SecondSlot[],
  target: string,
  end: number,
  gaps: readonly boolean[],
): (number | null)[] {
  const points: (number | null)[] = gaps.map((gap) => (gap ? null : 0));
  for (const slot of slots) {
    const at = SPARK_POINTS - 1 - Math.floor((end - 1 - slot.t) / SPARK_STEP_MS);
    const count = slot.targets.get(target)?.count ?? 0;
    if (at >= 0 && count > 0) points[at] = (points[at] ?? 0) + count;
  }
  return points;
}
