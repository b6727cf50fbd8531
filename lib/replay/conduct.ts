import type { Sample } from './samples.ts';
import { lowerBound, oneNear } from './search.ts';
import { stretchesOf } from './stretches.ts';

/** One of so many calls around an instant stands for it. */
const ONE_OF = 8;
/** So many calls of the same kind, streamed or not, tell their failure rate apart from the others'. */
const OWN_RATE_FROM = 8;

/** A time in which a target failed at one rate. */
interface Regime {
  untilWallMs: number;
  /** By whether they were streamed: all of them, and how many failed, weighed. */
  rates: Record<'stream' | 'whole' | 'all', { calls: number; weight: number; failed: number }>;
  good: Sample[];
  bad: Sample[];
}

/** What one target was like over the time of the replay. */
export class Conduct {
  readonly #regimes: readonly Regime[];
  /** Rate limits that kept calls away for a time, in the order of time. */
  readonly #limits: readonly Sample[];
  /** Good answers, by whether they were streamed. */
  readonly #good: Record<'stream' | 'whole', Sample[]>;

  /** @param samples in the order of time */
  constructor(samples: readonly Sample[]) {
    this.#limits = samples.filter(({ limitedUntil }) => limitedUntil !== null);
    const rest = samples.filter(({ limitedUntil }) => limitedUntil === null);
    const cuts = stretchesOf(rest.map(({ failure }) => failure !== null));
    this.#regimes = cuts.map(({ from, to }) => regimeOf(rest.slice(from, to), rest[to]));
    const good = rest.filter(({ failure }) => failure === null);
    this.#good = { stream: good.filter(({ stream }) => stream), whole: good.filter(({ stream }) => !stream) };
  }

  /**
   * What a call at an instant would have met; undefined: nobody ever called.
   * @param luck independent numbers, 0..1
   */
  at(wallMs: number, stream: boolean, luck: (salt: number) => number): Sample | undefined {
    const limit = this.#limits[lowerBound(this.#limits, wallMs + 1, ({ atWallMs }) => atWallMs) - 1];
    if (limit?.limitedUntil != null && limit.limitedUntil > wallMs) return limit;
    const regimes = this.#regimes;
    const regime = regimes[lowerBound(regimes, wallMs, ({ untilWallMs }) => untilWallMs)] ?? regimes.at(-1);
    if (regime === undefined) return limit;
    const kind = stream ? 'stream' : 'whole';
    const { rates } = regime;
    const { weight, failed } = rates[kind].calls >= OWN_RATE_FROM ? rates[kind] : rates.all;
    const bad = luck(1) * weight < failed;
    if (bad) return oneNear(regime.bad, wallMs, ONE_OF, luck(2));
    const near = oneNear(regime.good, wallMs, ONE_OF, luck(2));
    if (near === undefined || near.stream === stream) return near;
    return oneNear(this.#good[kind], wallMs, ONE_OF, luck(2)) ?? near;
  }
}

/** @param next the first call of the time after it; the change was half-way between the calls that tell of it */
function regimeOf(samples: readonly Sample[], next: Sample | undefined): Regime {
  const last = samples.at(-1);
  const until =
    next === undefined || last === undefined ? Number.POSITIVE_INFINITY : (last.atWallMs + next.atWallMs) / 2;
  const none = () => ({ calls: 0, weight: 0, failed: 0 });
  const regime: Regime = {
    untilWallMs: until,
    rates: { stream: none(), whole: none(), all: none() },
    good: [],
    bad: [],
  };
  for (const sample of samples) {
    const failed = sample.failure !== null;
    (failed ? regime.bad : regime.good).push(sample);
    for (const rate of [regime.rates.all, regime.rates[sample.stream ? 'stream' : 'whole']]) {
      rate.calls += 1;
      rate.weight += sample.weight;
      if (failed) rate.failed += sample.weight;
    }
  }
  return regime;
}
