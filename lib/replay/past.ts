import { effectOf } from '#lib/engine/effects.ts';
import { failureOf } from './outcomes.ts';
import type { Happening, TargetPast } from './types.ts';

/** What targets did before the span, by outcome and typical times: for those that nobody called within it. */
export class Past {
  readonly #byTarget = new Map<string, TargetPast[]>();

  constructor(rows: readonly TargetPast[]) {
    for (const row of rows) {
      if (!says(row)) continue;
      const list = this.#byTarget.get(row.target);
      if (list === undefined) this.#byTarget.set(row.target, [row]);
      else list.push(row);
    }
  }

  /** @param chance which outcome; @param pace how long it takes; both 0..1. null: nothing is known of the target */
  draw(target: string, stream: boolean, chance: number, pace: number): Happening | null {
    const rows = this.#byTarget.get(target) ?? [];
    let left = chance * rows.reduce((sum, { count }) => sum + count, 0);
    const row = rows.find(({ count }) => {
      left -= count;
      return left < 0;
    });
    if (row === undefined) return null;
    const at = (values: readonly number[]) => values[Math.floor(pace * values.length)];
    const failure = failureOf(row.outcome);
    const endMs = at(row.durationsMs) ?? 0;
    if (failure !== null) {
      const silent = failure === 'timeout';
      return {
        source: 'past',
        failure: { class: failure, status: null, retryAfterMs: null, connect: false },
        firstTokenMs: null,
        endMs: silent ? Number.POSITIVE_INFINITY : endMs,
      };
    }
    const firstTokenMs = stream ? Math.min(endMs, at(row.firstTokensMs) ?? endMs) : null;
    return { source: 'past', failure: null, firstTokenMs, endMs };
  }
}

function says({ outcome, count }: TargetPast): boolean {
  const failure = failureOf(outcome);
  if (outcome === 'aborted' || count === 0) return false;
  return failure === null || !effectOf(failure).callersFault;
}
