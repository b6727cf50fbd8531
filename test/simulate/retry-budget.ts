import { BUDGET_CAP, Budgets } from '#lib/engine/budget.ts';
import { seeded } from './random.ts';
import { percent, type Table, times } from './table.ts';

export type Caller = 'three retries' | 'the engine';
const MAX_ATTEMPTS = 4;
export const CALLS = 100_000;
const PER_SUCCESS = 0.1;
/** Quick enough that the reserve for quiet flows, a token in ten seconds, plays no part. */
const EVERY_MS = 10;

export interface Load {
  /** Attempts per call. */
  load: number;
  /** Share of calls that succeeded. */
  success: number;
}

/**
 * A caller of one provider whose attempts fail at random: how many calls reach the provider, and how many succeed. `the engine`
 * asks the engine's own retry budget before each retry.
 * @param failing chance of any attempt to fail
 */
export function retrying(caller: Caller, failing: number, calls = CALLS, seed = 1): Load {
  const random = seeded(seed);
  const budgets = new Budgets();
  let attempts = 0;
  let successes = 0;
  for (let call = 0; call < calls; call += 1) {
    const now = call * EVERY_MS;
    for (let attempt = 1; ; attempt += 1) {
      attempts += 1;
      if (random() >= failing) {
        successes += 1;
        budgets.succeeded('flow', 'provider', PER_SUCCESS);
        break;
      }
      const again = caller === 'three retries' || budgets.takeRetry('flow', 'provider', now);
      if (attempt === MAX_ATTEMPTS || !again) break;
    }
  }
  return { load: attempts / calls, success: successes / calls };
}

/** What the ledger allows at most: a tenth more than the calls, the tokens at the start, and the reserve. */
export function mostLoad(calls: number): number {
  return 1 + PER_SUCCESS + (BUDGET_CAP + (calls * EVERY_MS) / 10_000) / calls;
}

export function retryBudgetTable(): Table {
  return {
    title: 'Retry budget: attempts per call / calls that succeed, by the share of attempts that fail',
    about: 'Retries without a budget multiply the load just when it hurts; the budget adds a tenth at most.',
    head: ['failing', 'three retries', 'the engine'],
    rows: [0.01, 0.1, 0.5, 0.9, 1].map((failing) => [
      percent(failing, 0),
      ...(['three retries', 'the engine'] as const).map((caller) => {
        const { load, success } = retrying(caller, failing);
        return `${times(load)} / ${percent(success)}`;
      }),
    ]),
  };
}
