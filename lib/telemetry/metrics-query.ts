import type { Metrics } from '#lib/contract/api.ts';
import type { Recorder } from './recorder.ts';
import { ROLLUP_SECONDS, type Rollup } from './rollup-buffer.ts';
import { alignStep, buildMetrics, chooseStep, type SeriesBy, type TimedCell } from './series.ts';

/** The database's part of history, reached through callbacks so that this room needs none. */
export interface RollupHistory {
  /** Spans that start in [fromWallMs, toWallMs). */
  between(fromWallMs: number, toWallMs: number): Promise<Rollup[]>;
  /** Start of the newest span with data before this instant. */
  lastBefore(wallMs: number): Promise<number | null>;
}

export interface MetricsQuery {
  fromWallMs: number;
  toWallMs: number;
  stepSeconds?: number;
  by: SeriesBy;
  id?: string;
  keys: readonly string[];
  providerOf: (target: string) => string | null;
}

/**
 * One query over both histories: seconds from memory where it reaches, spans from the database before that. A recent range never
 * touches the database. Rejects only with what `history` rejects with.
 */
export async function queryMetrics(
  recorder: Recorder,
  history: RollupHistory,
  query: MetricsQuery,
): Promise<Metrics> {
  const wanted = query.stepSeconds ?? chooseStep(query.toWallMs - query.fromWallMs);
  const span = ROLLUP_SECONDS * 1000;
  const memoryFrom = Math.ceil(recorder.seconds.coversSinceWallMs / span) * span;
  const recent = recorder.seconds.coversSinceWallMs <= query.fromWallMs;
  const boundary = Math.min(memoryFrom, query.toWallMs);
  const rollups = recent ? [] : await history.between(Math.floor(query.fromWallMs / span) * span, boundary);
  const longest = rollups.reduce((most, rollup) => Math.max(most, rollup.spanSeconds), 0);
  const stepSeconds = longest === 0 ? Math.ceil(wanted) : alignStep(wanted, longest);
  const memoryStart = longest === 0 ? query.fromWallMs : boundary;
  const stepMs = stepSeconds * 1000;
  const from = Math.floor(query.fromWallMs / stepMs) * stepMs;
  return buildMetrics({
    from,
    to: query.toWallMs,
    stepSeconds,
    by: query.by,
    id: query.id,
    cells: timed(rollups, recorder, Math.min(memoryStart, recent ? from : memoryStart), query.toWallMs),
    keys: query.keys,
    providerOf: query.providerOf,
    lastDataWallMs: recorder.seconds.lastDataBefore(from) ?? (recent ? null : await history.lastBefore(from)),
  });
}

function* timed(
  rollups: readonly Rollup[],
  recorder: Recorder,
  memoryFrom: number,
  to: number,
): Generator<TimedCell> {
  for (const rollup of rollups) yield { t: rollup.startWallMs, cell: rollup };
  for (const slot of recorder.seconds.between(memoryFrom, to)) {
    for (const cell of slot.cells) yield { t: slot.t, cell };
  }
}
