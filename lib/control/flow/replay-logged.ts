import type { AttemptColumns } from '#lib/contract/records.ts';
import type { LoggedAttempt, ReplayPlan } from '#lib/replay/types.ts';
import type { AttemptLog } from '#lib/telemetry/attempt-log.ts';

export type Logged = ReplayPlan['logged'];
export type Log = Pick<AttemptLog, 'query' | 'sinceWallMs'>;

/** For a process that has only just started. */
export const NOTHING_LOGGED: Logged = { sinceWallMs: Number.POSITIVE_INFINITY, attempts: [] };

/** The newest attempts of these flows that the process remembers, at most `most` of each, and since when they are complete. */
export function loggedOf(log: Log, flows: readonly string[], most: number): Logged {
  if (log.sinceWallMs === null) return NOTHING_LOGGED;
  let { sinceWallMs } = log;
  const attempts: LoggedAttempt[] = [];
  for (const flow of flows) {
    const columns = log.query({ flow, limit: most });
    const oldest = columns.atWallMs.at(-1);
    if (columns.atWallMs.length >= most && oldest !== undefined) sinceWallMs = Math.max(sinceWallMs, oldest);
    addTo(attempts, columns);
  }
  return { sinceWallMs, attempts: attempts.filter(({ atWallMs }) => atWallMs >= sinceWallMs) };
}

function addTo(attempts: LoggedAttempt[], columns: AttemptColumns): void {
  const name = (at: number | undefined) => columns.names[at ?? -1] ?? '';
  for (let row = columns.atWallMs.length - 1; row >= 0; row -= 1) {
    const firstTokenMs = columns.firstTokenMs[row] ?? -1;
    attempts.push({
      atWallMs: columns.atWallMs[row] ?? 0,
      flow: name(columns.flow[row]),
      target: name(columns.target[row]),
      outcome: name(columns.outcome[row]),
      durationMs: columns.durationMs[row] ?? 0,
      firstTokenMs: firstTokenMs < 0 ? null : firstTokenMs,
    });
  }
}
