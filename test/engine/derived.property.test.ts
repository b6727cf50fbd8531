import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BreakerSettings } from '#lib/engine/types.ts';
import type { DerivedModel } from './derived-model.ts';
import { allAgree, type Real, setup, steps, sweep } from './derived-steps.ts';
import { SETTINGS } from './factories.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 20_000);
const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`hierarchy properties: seed ${SEED}, ${RUNS} runs (PROPERTY_SEED and PROPERTY_RUNS repeat them)`);

const settingsArbitrary: fc.Arbitrary<BreakerSettings> = fc.record({
  ...Object.fromEntries(Object.entries(SETTINGS).map(([name, value]) => [name, fc.constant(value)])),
  consecutiveFailures: fc.integer({ min: 1, max: 2 }),
  slowRate: fc.constantFrom(0.5, 1),
  minimumCalls: fc.constantFrom(1, 20),
  probeSuccesses: fc.integer({ min: 1, max: 2 }),
  rampSeconds: fc.constantFrom(0, 30),
  rampAfterSeconds: fc.constantFrom(0, 15),
}) as fc.Arbitrary<BreakerSettings>;

/** R4: one event per edge, in order, and at the instant at which it was due. */
function edgesAgree(model: DerivedModel, real: Real): void {
  sweep(model, real);
  allAgree(model, real);
  for (const { kind, id, edges, breaker } of model.parents) {
    const told = real.derived.filter((one) => one.id === `${kind} ${id}`).map(({ edge }) => edge);
    expect(told.map(({ to, reason, at }) => ({ to, reason, at }))).toEqual(edges);
    const own = real.edges.filter((one) => one.id === `${kind} ${id}`).map(({ edge }) => edge);
    expect(own.map(({ from, to, at }) => ({ from, to, at }))).toEqual(
      breaker.edges.map(({ from, to, at }) => ({ from, to, at })),
    );
  }
}

describe('targets, endpoints and providers', () => {
  it(
    'H1, H2, H3, H5: behave as their naive model after any history of calls, results, overrides, waits and new configurations',
    () => {
      fc.assert(
        fc.property(
          settingsArbitrary,
          fc.constantFrom(0, 0.5),
          fc.commands(steps, { maxCommands: 60, size: '+1' }),
          (settings, jitter, commands) => {
            const { model, real } = setup(settings, jitter);
            fc.modelRun(() => ({ model, real }), commands);
            edgesAgree(model, real);
          },
        ),
        { numRuns: RUNS, seed: SEED },
      );
    },
    20 * RUNS,
  );
});
