import type { Arrival } from './arrivals.ts';
import { failureOf, wasCutShort } from './outcomes.ts';
import type { Sample } from './samples.ts';
import { keep, lowerBound } from './search.ts';
import type { BreakerEdge, RecordedAttempt } from './types.ts';

/** When calls to a target began, and when its probes had made its breaker open again or close; in the order of time. */
interface Trail {
  begun: number[];
  /** When requests found a probe still out. */
  waiting: number[];
  decided: { atWallMs: number; outcome: string }[];
}

/** When an answer that nobody waited for has begun at the latest, where nothing tells, ms. */
const MOST_MS = 10_000;

/**
 * Probes that nobody waited for: the request had its answer from elsewhere, so the record does not say what became of them. The
 * target's breaker does: it opened again, or others were let through as soon as the probe was over.
 */
export class LostProbes {
  readonly #trails = new Map<string, Trail>();

  constructor(arrivals: readonly Arrival[], edges: readonly BreakerEdge[]) {
    const calls = new Map<string, number[]>();
    const waiting = new Map<string, number[]>();
    for (const { atWallMs, filled, request } of arrivals) {
      if (filled) continue;
      for (const { target, reason } of request.skips) {
        if (reason === 'probing') keep(waiting, target, atWallMs);
      }
      for (const { target, startedMs, lastResort } of request.attempts) {
        if (!lastResort) keep(calls, target, atWallMs + startedMs);
      }
    }
    for (const [target, times] of calls) {
      this.#trails.set(target, {
        begun: times.sort((a, b) => a - b),
        waiting: waiting.get(target) ?? [],
        decided: [],
      });
    }
    for (const { scope, id, atWallMs, to, probe } of edges) {
      const outcome = to === 'closed' ? 'ok' : probe;
      if (scope === 'target' && outcome !== null) this.#trails.get(id)?.decided.push({ atWallMs, outcome });
    }
  }

  /** What an attempt that was cut short says after all; null: nothing. */
  sampleOf(attempt: RecordedAttempt, { atWallMs, filled, request }: Arrival): Sample | null {
    const { probe, target, startedMs, durationMs } = attempt;
    const trail = this.#trails.get(target);
    if (filled || !probe || trail === undefined || !wasCutShort(attempt)) return null;
    const at = atWallMs + startedMs;
    const next = trail.begun[lowerBound(trail.begun, at + 1, (begun) => begun)] ?? Number.POSITIVE_INFINITY;
    const edge = trail.decided[lowerBound(trail.decided, at, (decided) => decided.atWallMs)];
    const decided = edge !== undefined && edge.atWallMs <= next ? edge : null;
    const failure = decided === null ? null : failureOf(decided.outcome);
    // By the time that the next one was let through, it was over; whoever found it out before that came earlier.
    const out = trail.waiting[lowerBound(trail.waiting, next, (found) => found) - 1] ?? 0;
    const latestMs = Math.max(Math.min(MOST_MS, next - at - 1), out - at + 1);
    const endMs = Math.max(durationMs + 1, decided === null ? latestMs : decided.atWallMs - at);
    const { stream } = request;
    const common = { atWallMs: at, stream, weight: 1, limitedUntil: null, waitedMs: null };
    if (failure === null) return { ...common, failure: null, firstTokenMs: stream ? endMs : null, endMs };
    const told = { class: failure, status: null, retryAfterMs: null, connect: false };
    const silent = failure === 'timeout';
    return { ...common, failure: told, firstTokenMs: null, endMs: silent ? Number.POSITIVE_INFINITY : endMs };
  }
}
