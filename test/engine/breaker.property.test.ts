import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Breaker } from '#lib/engine/breaker.ts';
import type { Edge } from '#lib/engine/breaker-types.ts';
import type { BreakerSettings, OverrideKind, Verdict } from '#lib/engine/types.ts';
import { BreakerModel, type ModelPermit } from './breaker-model.ts';
import { makeFailure } from './factories.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 20_000);
const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`breaker properties: seed ${SEED}, ${RUNS} runs (PROPERTY_SEED and PROPERTY_RUNS repeat them)`);

const START = 1_000_000;
const LEASE = 5_000;
const EDGES = new Set(['closed open', 'open half_open', 'half_open open', 'half_open closed']);

interface Real {
  breaker: Breaker;
  edges: Edge[];
  permits: number[];
}
type Model = BreakerModel;

const settingsArbitrary: fc.Arbitrary<BreakerSettings> = fc.record({
  consecutiveFailures: fc.integer({ min: 1, max: 6 }),
  failureRate: fc.constantFrom(0.3, 0.5, 1),
  slowRate: fc.constantFrom(0.5, 0.8, 1),
  minimumCalls: fc.integer({ min: 1, max: 6 }),
  windowSeconds: fc.constantFrom(1, 10, 60),
  openSeconds: fc.constantFrom(1, 10),
  maxOpenSeconds: fc.constantFrom(10, 30),
  probeSuccesses: fc.integer({ min: 1, max: 3 }),
  rampSeconds: fc.constantFrom(0, 1, 30),
  rampAfterSeconds: fc.constantFrom(0, 15, 60),
  rampFirstShare: fc.constantFrom(0.1, 0.3),
  rampSecondShare: fc.constantFrom(0.5, 1),
});

/** Everything that may be compared at any moment, without touching the breaker. */
function agree(model: Model, { breaker, permits }: Real): void {
  const { now } = model;
  const snapshot = breaker.snapshot(now);
  const { window } = snapshot;
  const is = (what: string, real: unknown, wanted: unknown) => {
    if (real !== wanted) throw new Error(`${what}: is ${String(real)}, should be ${String(wanted)}`);
  };
  is('state', snapshot.state, model.state);
  is('effective', breaker.peek(now), model.forced() ?? model.state);
  is('since', snapshot.since, model.since);
  is('late', window.late, model.late);
  is('in flight', snapshot.inFlight, model.permits.filter(({ settled }) => !settled).length);
  is('open until', snapshot.openUntil, model.state === 'open' ? model.openUntil : null);
  is('successes', snapshot.probe?.successes ?? 0, model.state === 'half_open' ? model.successes : 0);
  is('probe out', snapshot.probe?.inFlight ?? false, model.probe !== null);
  if (model.state === 'closed') is('streak', window.consecutiveFailures, model.streak());
  for (const verdict of ['ok', 'slow', 'failure'] as const) {
    is(verdict, window[verdict], model.counts()[verdict]);
    is(
      `${verdict} recounted`,
      window.buckets.reduce((sum, bucket) => sum + bucket[verdict], 0),
      window[verdict],
    );
    is(`no bucket below zero`, Math.min(...window.buckets.map((bucket) => bucket[verdict])) >= 0, true);
  }
  const live = permits.filter((permit) => breaker.isProbe(permit)).length;
  const abandoned = model.permits.filter((permit) => permit.probe && !permit.settled).length;
  is('probes held', live, abandoned);
}

abstract class Step implements fc.Command<Model, Real> {
  check(_model: Readonly<Model>): boolean {
    return true;
  }
  run(model: Model, real: Real): void {
    this.act(model, real);
    agree(model, real);
  }
  abstract act(model: Model, real: Real): void;
  abstract toString(): string;
}

class Pass extends Step {
  readonly ms: number;
  constructor(ms: number) {
    super();
    this.ms = ms;
  }
  act(model: Model): void {
    model.pass(this.ms);
  }
  toString(): string {
    return `pass(${this.ms})`;
  }
}

class Acquire extends Step {
  act(model: Model, { breaker, permits }: Real): void {
    const rejection = breaker.rejection(model.now);
    const real = breaker.tryAcquire(model.now, LEASE);
    const wanted = model.acquire(LEASE);
    expect(rejection?.reason ?? null).toBe(typeof wanted === 'string' ? wanted : null);
    if (typeof real !== 'number' || typeof wanted === 'string') {
      expect(typeof real === 'number' ? 'let through' : real.reason).toBe(wanted);
      return;
    }
    expect(breaker.isProbe(real)).toBe(wanted.probe);
    permits.push(real);
  }
  toString(): string {
    return 'acquire';
  }
}

/** Settles one of the permits ever given out, also those that were settled before. */
class Settle extends Step {
  readonly pick: number;
  readonly verdict: Verdict;
  constructor(pick: number, verdict: Verdict) {
    super();
    this.pick = pick;
    this.verdict = verdict;
  }
  override check(model: Readonly<Model>): boolean {
    return model.permits.length > 0;
  }
  act(model: Model, { breaker, permits }: Real): void {
    const at = permits.length - 1 - (this.pick % permits.length);
    const permit = permits[at];
    const wanted: ModelPermit | undefined = model.permits[at];
    if (permit === undefined || wanted === undefined) throw new Error('The lists of permits differ.');
    breaker.settle(permit, this.verdict, model.now, makeFailure('server_error'));
    model.settle(wanted, this.verdict);
  }
  toString(): string {
    return `settle(${this.pick}, ${this.verdict})`;
  }
}

/** One whole call. */
class Call extends Step {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super();
    this.verdict = verdict;
  }
  act(model: Model, real: Real): void {
    const before = real.permits.length;
    new Acquire().act(model, real);
    if (real.permits.length > before) new Settle(0, this.verdict).act(model, real);
  }
  toString(): string {
    return `call(${this.verdict})`;
  }
}

class Force extends Step {
  readonly kind: OverrideKind | null;
  readonly ms: number;
  constructor(kind: OverrideKind | null, ms: number) {
    super();
    this.kind = kind;
    this.ms = ms;
  }
  act(model: Model, { breaker }: Real): void {
    const mask = this.kind === null ? null : { kind: this.kind, until: model.now + this.ms };
    breaker.setMask(mask);
    model.mask = mask;
  }
  toString(): string {
    return `force(${this.kind}, ${this.ms})`;
  }
}

class Operate extends Step {
  readonly what: 'reset' | 'probeNow' | 'sweep';
  constructor(what: 'reset' | 'probeNow' | 'sweep') {
    super();
    this.what = what;
  }
  act(model: Model, { breaker }: Real): void {
    breaker[this.what](model.now);
    if (this.what !== 'sweep') model[this.what]();
  }
  toString(): string {
    return this.what;
  }
}

const verdicts = fc.constantFrom<Verdict>('ok', 'ok', 'slow', 'failure', 'failure', 'failure', 'none');
const delays = fc.oneof(
  fc.constantFrom(0, 1, 100, 999, 1_000, 5_000, 10_000, 60_000, 60_001, 3_600_000),
  fc.integer({ min: 0, max: 20_000 }),
);
const steps = [
  delays.map((ms) => new Pass(ms)),
  fc.constant(new Acquire()),
  fc.constant(new Acquire()),
  fc.tuple(fc.nat({ max: 8 }), verdicts).map(([pick, verdict]) => new Settle(pick, verdict)),
  fc.tuple(fc.nat({ max: 8 }), verdicts).map(([pick, verdict]) => new Settle(pick, verdict)),
  verdicts.map((verdict) => new Call(verdict)),
  verdicts.map((verdict) => new Call(verdict)),
  verdicts.map((verdict) => new Call(verdict)),
  fc
    .tuple(fc.constantFrom<OverrideKind | null>('forced_open', 'forced_closed', null), delays)
    .map(([kind, ms]) => new Force(kind, ms)),
  fc.constantFrom('reset', 'probeNow', 'sweep').map((what) => new Operate(what)),
];

function setup(settings: BreakerSettings, jitter: number): { model: Model; real: Real } {
  const edges: Edge[] = [];
  const breaker = new Breaker({
    settings,
    random: () => jitter,
    now: START,
    onEdge: (edge) => edges.push(edge),
  });
  return {
    model: new BreakerModel(START, settings, jitter),
    real: { breaker, edges, permits: [] },
  };
}

function edgesAgree(model: Model, { breaker, edges }: Real): void {
  breaker.sweep(model.now);
  expect(edges.map(({ from, to, at, reason, openForMs }) => ({ from, to, at, reason, openForMs }))).toEqual(
    model.edges,
  );
  expect(breaker.generation).toBe(model.generation);
  let generation = 0;
  for (const edge of edges) {
    if (edge.reason !== 'operator_reset') expect(EDGES).toContain(`${edge.from} ${edge.to}`);
    expect(edge.generation).toBeGreaterThan(generation);
    generation = edge.generation;
  }
}

/** From here, with nobody forcing it open, waiting and then good calls close it. */
function recovers(model: Model, real: Real): void {
  const { settings } = model;
  real.breaker.setMask(null);
  model.mask = null;
  model.pass(2 * settings.maxOpenSeconds * 1000 + LEASE);
  for (let n = 0; n < settings.probeSuccesses && model.state !== 'closed'; n += 1) {
    new Call('ok').run(model, real);
  }
  expect(real.breaker.peek(model.now)).toBe('closed');
}

describe('the breaker', () => {
  it(
    'behaves as its naive model after any history of calls, results, overrides and waits',
    () => {
      fc.assert(
        fc.property(
          settingsArbitrary,
          fc.constantFrom(0, 0.5, 0.999),
          fc.commands(steps, { maxCommands: 50, size: '+1' }),
          (settings, jitter, commands) => {
            const { model, real } = setup(settings, jitter);
            fc.modelRun(() => ({ model, real }), commands);
            edgesAgree(model, real);
            recovers(model, real);
          },
        ),
        { numRuns: RUNS, seed: SEED },
      );
    },
    20 * RUNS,
  );

  it('never trips later because one more call failed', () => {
    const call = fc.record({
      ms: fc.constantFrom(0, 10, 900, 6_000, 61_000),
      verdict: fc.constantFrom<Verdict>('ok', 'ok', 'slow', 'slow', 'slow', 'failure', 'none'),
    });
    const firstTrip = (settings: BreakerSettings, calls: { ms: number; verdict: Verdict }[]): number => {
      const { breaker } = setup(settings, 0).real;
      let now = START;
      for (const { ms, verdict } of calls) {
        now += ms;
        const permit = breaker.tryAcquire(now);
        if (typeof permit !== 'number') return now;
        breaker.settle(permit, verdict, now);
        if (breaker.peek(now) === 'open') return now;
      }
      return Number.POSITIVE_INFINITY;
    };
    fc.assert(
      fc.property(
        settingsArbitrary,
        fc.array(call, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        (settings, calls, pick) => {
          const at = pick % calls.length;
          const more = calls.toSpliced(at, 0, { ms: 0, verdict: 'failure' });
          expect(firstTrip(settings, more)).toBeLessThanOrEqual(firstTrip(settings, calls));
        },
      ),
      { numRuns: Math.ceil(RUNS / 10), seed: SEED },
    );
  });

  it('lets through at most the trip threshold and one probe per open period in a total outage', () => {
    fc.assert(
      fc.property(settingsArbitrary, fc.constantFrom(0, 0.999), (settings, jitter) => {
        const { breaker } = setup(settings, jitter).real;
        const everyMs = 50;
        const forMs = 600_000;
        let calls = 0;
        for (let now = START; now < START + forMs; now += everyMs) {
          const permit = breaker.tryAcquire(now, LEASE);
          if (typeof permit !== 'number') continue;
          calls += 1;
          breaker.settle(permit, 'failure', now);
        }
        const shortest = Math.min(settings.openSeconds, settings.maxOpenSeconds) * 1000 * 0.7;
        expect(calls).toBeLessThanOrEqual(settings.consecutiveFailures + Math.ceil(forMs / shortest));
      }),
      { numRuns: Math.ceil(RUNS / 200), seed: SEED },
    );
  });
});
