import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Breaker } from '#lib/engine/breaker.ts';
import type { Edge } from '#lib/engine/breaker-types.ts';
import type { BreakerSettings, Verdict } from '#lib/engine/types.ts';
import { agree } from './breaker-agreement.ts';
import { BreakerModel } from './breaker-model.ts';
import { LEASE, type Real, settingsArbitrary, steps } from './breaker-steps.ts';
import { SETTINGS } from './factories.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 20_000);
const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`breaker properties: seed ${SEED}, ${RUNS} runs (PROPERTY_SEED and PROPERTY_RUNS repeat them)`);

const START = 1_000_000;
const EDGES = new Set(['closed open', 'open half_open', 'half_open open', 'half_open closed']);

function setup(settings: BreakerSettings, jitter: number): { model: BreakerModel; real: Real } {
  const edges: Edge[] = [];
  const breaker = new Breaker({
    settings,
    random: () => jitter,
    now: START,
    onEdge: (edge) => edges.push(edge),
  });
  return {
    model: new BreakerModel(START, settings, jitter),
    real: { breaker, edges, permits: [], generations: [] },
  };
}

/** B10, B11. */
function edgesAgree(model: BreakerModel, { breaker, edges }: Real): void {
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
    if (edge.openForMs === null) continue;
    expect(edge.openForMs).toBeGreaterThanOrEqual(1_000 * 0.7);
    expect(edge.openForMs).toBeLessThanOrEqual(model.settings.maxOpenSeconds * 1000);
  }
}

/** B12: from here, with nobody forcing it open, waiting and then good calls close it. */
function recovers(model: BreakerModel, { breaker }: Real): void {
  const { settings } = model;
  breaker.setMask(null);
  model.mask = null;
  model.pass(2 * settings.maxOpenSeconds * 1000 + LEASE);
  for (let n = 0; n < settings.probeSuccesses && model.state !== 'closed'; n += 1) {
    const permit = breaker.tryAcquire(model.now, LEASE);
    const wanted = model.acquire(LEASE);
    if (typeof permit !== 'number' || typeof wanted === 'string') throw new Error('It was turned down.');
    breaker.settle(permit, 'ok', model.now);
    model.settle(wanted, 'ok');
  }
  agree(model, breaker);
  expect(breaker.peek(model.now)).toBe('closed');
}

/** Instant of the first trip when these calls are made one after the other; Infinity: never. */
function firstTrip(settings: BreakerSettings, calls: readonly { ms: number; verdict: Verdict }[]): number {
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
}

const callArbitrary = fc.record({
  ms: fc.constantFrom(0, 10, 900, 6_000, 61_000),
  verdict: fc.constantFrom<Verdict>('ok', 'ok', 'slow', 'slow', 'slow', 'failure', 'none'),
});

describe('the breaker', () => {
  it(
    'B1 to B8, B10 to B12, B14: behaves as its naive model after any history of calls, results, overrides and waits',
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

  it('B18: never trips later because one more call failed', () => {
    fc.assert(
      fc.property(
        settingsArbitrary,
        fc.array(callArbitrary, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        (settings, calls, pick) => {
          const more = calls.toSpliced(pick % calls.length, 0, { ms: 0, verdict: 'failure' });
          expect(firstTrip(settings, more)).toBeLessThanOrEqual(firstTrip(settings, calls));
        },
      ),
      { numRuns: Math.ceil(RUNS / 10), seed: SEED },
    );
  });

  it('B18: a good call can be the one that trips it, by completing the minimum, and then only', () => {
    const settings = { ...SETTINGS, minimumCalls: 4, consecutiveFailures: 100 };
    const calls = (verdicts: Verdict[]) => verdicts.map((verdict) => ({ ms: 0, verdict }));
    expect(firstTrip(settings, calls(['failure', 'failure', 'ok', 'ok']))).toBe(START);
    expect(firstTrip(settings, calls(['failure', 'ok', 'ok', 'ok', 'ok']))).toBe(Number.POSITIVE_INFINITY);
  });

  it('B13: lets through at most the trip threshold and one probe per open period in a total outage', () => {
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
        let periods = 0;
        for (let passed = 0; passed <= forMs; periods += 1) {
          const whole = Math.min(settings.maxOpenSeconds, settings.openSeconds * 2 ** periods);
          passed += whole * 1000 * (1 - 0.3 * jitter);
        }
        expect(calls).toBeLessThanOrEqual(settings.consecutiveFailures + periods);
      }),
      { numRuns: Math.ceil(RUNS / 200), seed: SEED },
    );
  });
});
