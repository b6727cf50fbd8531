import type { FailureClass } from '#lib/engine/types.ts';
import type { Arrival } from './arrivals.ts';
import { hintSamples, type PassedOver } from './hints.ts';
import { LostProbes } from './lost-probes.ts';
import { isOfTheRequest, toldBy, wasCutShort } from './outcomes.ts';
import { keep } from './search.ts';
import { inSteps } from './steps.ts';
import type { BreakerEdge, RecordedAttempt, Told } from './types.ts';

/** What a target did to one call, whoever made it. */
export interface Sample {
  /** When the call was made, wall-clock ms. */
  atWallMs: number;
  /** null: a good answer. */
  failure: Told | null;
  stream: boolean;
  firstTokenMs: number | null;
  /** Infinity: nothing ever came. */
  endMs: number;
  /** How many calls it stands for. */
  weight: number;
  /** A rate limit that is seen to have held so long, wall-clock ms; null: it is none, or nobody kept away because of it. */
  limitedUntil: number | null;
  /** How long the same request waited before it called the same target again, ms; null: it did not. */
  waitedMs: number | null;
}

export interface Samples {
  /** What each target did and when, in the order of time. */
  byTarget: ReadonlyMap<string, readonly Sample[]>;
  /** What each recorded attempt says; absent: nothing about other requests. */
  byAttempt: ReadonlyMap<RecordedAttempt, Sample>;
}

/** How long a refusal takes for a call that was not made because its credential is known to be refused, ms. */
const REFUSAL_MS = 100;
/** Passed over because the credential is refused: a call would have found that out once more. */
const PINNED: Readonly<Record<string, FailureClass>> = { auth: 'auth', quota: 'quota_exhausted' };

/** Everything that is known of what the targets did. */
export async function samplesOf(
  arrivals: readonly Arrival[],
  edges: readonly BreakerEdge[],
  turn: () => Promise<void>,
): Promise<Samples> {
  const byTarget = new Map<string, Sample[]>();
  const byAttempt = new Map<RecordedAttempt, Sample>();
  const probes = new LostProbes(arrivals, edges);
  const passedOver = new Map<string, PassedOver[]>();
  await turn();
  await inSteps(arrivals, turn, (arrival) => {
    const { atWallMs, request } = arrival;
    request.attempts.forEach((attempt, at) => {
      const sample = sampleOf(attempt, arrival) ?? probes.sampleOf(attempt, arrival);
      if (sample === null) return;
      const again = request.attempts.find((later, n) => n > at && later.target === attempt.target);
      if (again !== undefined && again.waitedMs > 0) sample.waitedMs = again.waitedMs;
      keep(byTarget, attempt.target, sample);
      byAttempt.set(attempt, sample);
    });
    for (const { target, reason, waitMs } of request.skips) {
      const pinned = PINNED[reason];
      if (pinned !== undefined) keep(byTarget, target, refusal(pinned, arrival));
      if (reason === 'cooldown') keep(passedOver, target, { atWallMs, waitMs });
    }
  });
  for (const list of byTarget.values()) list.sort((a, b) => a.atWallMs - b.atWallMs);
  await turn();
  hintSamples(byTarget, passedOver);
  return { byTarget, byAttempt };
}

/** What an attempt says about its target at its time; null: nothing. */
function sampleOf(attempt: RecordedAttempt, { atWallMs, weight, request }: Arrival): Sample | null {
  const { startedMs, durationMs, firstTokenMs, status } = attempt;
  if (attempt.resume || wasCutShort(attempt)) return null;
  const failure = toldBy(attempt);
  if (failure !== null && isOfTheRequest(failure.class)) return null;
  const silent = failure?.class === 'timeout' && status === null && firstTokenMs === null;
  return {
    ...PLAIN,
    atWallMs: atWallMs + startedMs,
    failure,
    stream: request.stream,
    firstTokenMs,
    endMs: silent ? Number.POSITIVE_INFINITY : durationMs,
    weight,
  };
}

function refusal(failure: FailureClass, { atWallMs, weight, request }: Arrival): Sample {
  const told = { class: failure, status: null, retryAfterMs: null, connect: false };
  const { stream } = request;
  return { ...PLAIN, atWallMs, failure: told, stream, firstTokenMs: null, endMs: REFUSAL_MS, weight };
}

const PLAIN = { limitedUntil: null, waitedMs: null };
