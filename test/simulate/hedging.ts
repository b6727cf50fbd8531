import { Budgets } from '#lib/engine/budget.ts';
import { hedgeDelayMs, isStorm } from '#lib/engine/hedge-policy.ts';
import { Pace } from '#lib/engine/pace.ts';
import { lognormal, quantile, seeded } from './random.ts';
import { percent, type Table } from './table.ts';

const MIN_DELAY_MS = 800;
const PER_SUCCESS = 0.1;
/** What an outage looks like to somebody who waits: the first-token limit. */
const LIMIT_MS = 15_000;

export interface Hedged {
  p50Ms: number;
  p99Ms: number;
  /** Calls beyond one a request, as a share of the requests. */
  extra: number;
}

/**
 * Requests whose first token comes after about 400 ms, but for one in twenty, which takes 5 to 15 s. A late one gets one hedge,
 * when and as often as the engine's own rules allow.
 * @param share of requests that may be hedged; 0: never, 1: without a limit
 * @param outage nobody answers at all
 */
export function hedged(share: number, { outage = false, requests = 40_000, seed = 1 } = {}): Hedged {
  const random = seeded(seed);
  const budgets = new Budgets();
  const pace = new Pace();
  const times: number[] = [];
  let hedges = 0;
  const draw = () => {
    if (outage) return LIMIT_MS;
    return random() < 0.05 ? 5_000 + random() * 10_000 : lognormal(random, 400, 0.25);
  };
  for (let request = 0; request < requests; request += 1) {
    const first = draw();
    if (share > 0) budgets.hedgeable('flow', share);
    const delay = hedgeDelayMs(pace, { minDelayMs: MIN_DELAY_MS, share });
    const wanted = share > 0 && first > delay;
    const isHedged =
      wanted &&
      (share >= 1 || (!isStorm(pace, delay) && budgets.takeHedge('flow', 'provider', request * 50)));
    if (isHedged) hedges += 1;
    const time = isHedged ? Math.min(first, delay + draw()) : first;
    times.push(time);
    // A loser's time is not known, but that it was late is.
    pace.add(Math.min(first, time), first < 5_000);
    if (!outage) budgets.succeeded('flow', 'provider', PER_SUCCESS);
  }
  return { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99), extra: hedges / requests };
}

export function hedgingTable(): Table {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  const row = (name: string, { p50Ms, p99Ms, extra }: Hedged) => [
    name,
    seconds(p50Ms),
    seconds(p99Ms),
    percent(extra),
  ];
  return {
    title: 'Hedging: time to the first token with one straggler in twenty, and what it costs in calls',
    about:
      'A budget as large as the share of stragglers keeps the tail short; in an outage it bounds the calls.',
    head: ['hedges', 'p50', 'p99', 'more calls'],
    rows: [
      row('none', hedged(0)),
      row('2 % at most', hedged(0.02)),
      row('6 % at most', hedged(0.06)),
      row('without a limit', hedged(1)),
      row('outage, 6 % at most', hedged(0.06, { outage: true })),
      row('outage, without a limit', hedged(1, { outage: true })),
    ],
  };
}
