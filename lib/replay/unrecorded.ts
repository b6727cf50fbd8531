import type { Arrival } from './arrivals.ts';
import { hashOf } from './random.ts';
import { oneNear } from './search.ts';
import { inSteps } from './steps.ts';
import type { LoggedAttempt, RecordedAttempt, RecordedRequest } from './types.ts';

/**
 * Answers that the gateway told of but did not record in full, as requests of their own. Only plain successes are sampled, so an
 * answer that belongs to no recorded request was the only attempt of its own one. What the log does not know of it is as with
 * one that was recorded nearby.
 *
 * @param templates plain successes by `flow\ntarget`, in the order of time
 */
export async function unrecorded(
  logged: readonly LoggedAttempt[],
  requests: readonly RecordedRequest[],
  templates: ReadonlyMap<string, readonly RecordedRequest[]>,
  turn: () => Promise<void>,
): Promise<Arrival[]> {
  const known = new Set<string>();
  if (logged.length === 0) return [];
  await inSteps(requests, turn, ({ atWallMs, flow, attempts }) => {
    for (const { target, startedMs, durationMs } of attempts) {
      known.add(keyOf(flow, target, atWallMs + startedMs, durationMs));
    }
  });
  const found: Arrival[] = [];
  await inSteps(logged, turn, (attempt) => {
    const { atWallMs, flow, target, outcome, durationMs } = attempt;
    if (outcome !== 'ok' && outcome !== 'slow') return;
    const key = keyOf(flow, target, atWallMs, durationMs);
    const like = known.has(key)
      ? undefined
      : oneNear(templates.get(`${flow}\n${target}`) ?? [], atWallMs, 1, 0);
    if (like === undefined) return;
    found.push({ key: hashOf(key), atWallMs, weight: 1, filled: true, request: asRequest(attempt, like) });
  });
  return found;
}

/** The log keeps whole milliseconds and tenths of durations. */
function keyOf(flow: string, target: string, wallMs: number, durationMs: number): string {
  return `${flow}\n${target}\n${Math.round(wallMs)}\n${Math.round(durationMs * 10)}`;
}

function asRequest(attempt: LoggedAttempt, like: RecordedRequest): RecordedRequest {
  const { atWallMs, outcome, durationMs, firstTokenMs } = attempt;
  const [only] = like.attempts;
  const stream = firstTokenMs !== null;
  const made: RecordedAttempt[] =
    only === undefined
      ? []
      : [{ ...only, outcome, verdict: outcome === 'slow' ? 'slow' : 'ok', durationMs, firstTokenMs }];
  return { ...like, atWallMs, stream, durationMs, firstTokenMs, attempts: made };
}
