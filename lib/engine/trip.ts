import { seconds, sentence } from './breaker-state.ts';
import type { Streak } from './streak.ts';
import { tallyWords } from './tally.ts';
import type { BreakerSettings } from './types.ts';
import type { CallWindow } from './window.ts';

export type TripReason = 'consecutive_failures' | 'failure_rate' | 'slow_rate';

/**
 * Why a closed breaker has to open now, or null. Failures in a row catch a total outage within seconds; the rates catch a
 * partial one. The window must have been rolled to now.
 */
export function tripReason(window: CallWindow, streak: number, settings: BreakerSettings): TripReason | null {
  if (streak >= settings.consecutiveFailures) return 'consecutive_failures';
  const { ok, slow, failure } = window;
  const calls = ok + slow + failure;
  if (calls < settings.minimumCalls) return null;
  if (failure / calls >= settings.failureRate) return 'failure_rate';
  // Of the answers only: otherwise one more failure could keep a slow target from tripping.
  return slow > 0 && slow / (ok + slow) >= settings.slowRate ? 'slow_rate' : null;
}

/** The evidence in one sentence: "12 of 20 calls failed in 60 s: 9 server errors, 3 timeouts." */
export function tripWhy(reason: TripReason, window: CallWindow, streak: Streak): string {
  const { ok, slow, failure } = window;
  const within = `in ${seconds(window.windowMs)}`;
  switch (reason) {
    case 'consecutive_failures': {
      const calls = streak.count === 1 ? 'A call failed' : `${streak.count} calls in a row failed`;
      return sentence(`${calls}: ${tallyWords(streak.kinds)}`);
    }
    case 'failure_rate':
      return sentence(
        `${failure} of ${ok + slow + failure} calls failed ${within}: ${tallyWords(window.kinds())}`,
      );
    case 'slow_rate':
      return `${slow} of ${ok + slow} answers were slow to begin ${within}.`;
    default: {
      const never: never = reason;
      return never;
    }
  }
}
