import type { RequestOutcome } from '#lib/contract/records.ts';
import type { Arrival } from './arrivals.ts';
import { failureOf } from './outcomes.ts';
import type { Ended, Ending } from './tally.ts';

/** How a request really ended. @param held its flow holds streamed answers until they are complete */
export function recordedEnding({ request, weight }: Arrival, held: boolean): Ended {
  const { outcome, stream, firstTokenMs, durationMs, served, usage, attempts } = request;
  return {
    ending: endingOf(outcome),
    weight,
    waitMs: stream && !held ? (firstTokenMs ?? durationMs) : durationMs,
    served,
    usage,
    attempts: attempts.map((attempt) => ({
      target: attempt.target,
      failed: failureOf(attempt.outcome) !== null,
      source: 'recorded',
    })),
  };
}

function endingOf(outcome: RequestOutcome): Ending {
  switch (outcome) {
    case 'primary':
    case 'alternate':
    case 'backup':
    case 'refused':
    case 'failed':
      return outcome;
    case 'caller_error':
      return 'callerErrors';
    case 'broken_stream':
      return 'broken';
    // Those are not replayed.
    case 'aborted':
      return 'failed';
    default:
      return outcome satisfies never;
  }
}
