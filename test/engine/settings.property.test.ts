import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakerSettingsSchema } from '#lib/contract/breaker-settings.ts';
import { Breaker } from '#lib/engine/breaker.ts';
import { openMs } from '#lib/engine/breaker-state.ts';
import { SETTINGS } from './factories.ts';

const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
const START = 1_000_000;
const LEASE = 5_000;

/** Evenly spread, unlike `fc.double`, which is nearly always tiny. */
const number = (min: number, max: number) =>
  fc.integer({ min: 0, max: 10_000 }).map((n) => min + ((max - min) * n) / 10_000);

/** Also values that nobody should be allowed to set. */
const wild = fc.record({
  consecutiveFailures: fc.integer({ min: -1, max: 50 }),
  failureRate: number(-0.5, 1.5),
  slowRate: number(-0.5, 1.5),
  minimumCalls: fc.integer({ min: -1, max: 50 }),
  windowSeconds: number(0, 4_000),
  openSeconds: number(0, 1_000),
  maxOpenSeconds: number(0, 4_000),
  probeSuccesses: fc.integer({ min: -1, max: 20 }),
});

describe('settings', () => {
  it('that are accepted always let a breaker recover within its longest open period', () => {
    console.log(`settings: seed ${SEED}`);
    fc.assert(
      fc.property(wild, fc.constantFrom(0, 0.5, 0.999), (given, jitter) => {
        const parsed = breakerSettingsSchema.safeParse(given);
        fc.pre(parsed.success);
        const settings = parsed.data;
        const breaker = new Breaker({ settings, random: () => jitter, now: START });
        let now = START;
        for (let n = 0; n < 200; n += 1) {
          const permit = breaker.tryAcquire(now, LEASE);
          if (typeof permit === 'number') breaker.settle(permit, 'failure', now);
          now += settings.openSeconds * 100;
        }
        now += Math.ceil(settings.maxOpenSeconds * 1000);
        for (let n = 0; n < settings.probeSuccesses && breaker.peek(now) !== 'closed'; n += 1) {
          const permit = breaker.tryAcquire(now, LEASE);
          if (typeof permit !== 'number') throw new Error(`Turned down: ${permit.reason}`);
          breaker.settle(permit, 'ok', now);
        }
        expect(breaker.peek(now)).toBe('closed');
      }),
      { numRuns: 500, seed: SEED, maxSkipsPerRun: 100 },
    );
  });

  it.each([
    ['probeSuccesses', 0],
    ['consecutiveFailures', 0],
    ['failureRate', 0],
    ['openSeconds', 0],
    ['maxOpenSeconds', 1e9],
  ])('with %s of %d are refused', (field, value) => {
    expect(breakerSettingsSchema.safeParse({ [field]: value }).success).toBe(false);
  });

  it('give an open period between 70 % of its length and all of it, for any number of trips', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), number(0, 0.999), (trips, random) => {
        const whole = Math.min(30_000, 10_000 * 2 ** (trips - 1));
        const period = openMs(SETTINGS, trips, random);
        expect(period).toBeGreaterThanOrEqual(whole * 0.7);
        expect(period).toBeLessThanOrEqual(whole);
      }),
      { seed: SEED },
    );
  });
});
