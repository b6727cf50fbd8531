import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakerOverridesSchema, breakerSettingsSchema } from '#lib/contract/breaker-settings.ts';
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
  rampSeconds: number(-10, 650),
  rampAfterSeconds: number(-10, 600),
  rampFirstShare: number(-0.2, 1.1),
  rampSecondShare: number(-0.2, 1.1),
});

describe('settings', () => {
  it('B17: that are accepted always let a breaker recover within its longest open period, and then take all its traffic', () => {
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
        for (let share = 0; share < 1; now += settings.rampSeconds * 500) {
          expect(breaker.rampShare(now)).toBeGreaterThan(0);
          expect(breaker.rampShare(now)).toBeGreaterThanOrEqual(share);
          share = breaker.rampShare(now);
          if (share < 1) expect(settings.rampSeconds).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500, seed: SEED, maxSkipsPerRun: 1000 },
    );
  });

  it.each([
    ['probeSuccesses', 0],
    ['consecutiveFailures', 0],
    ['failureRate', 0],
    ['openSeconds', 0],
    ['maxOpenSeconds', 1e9],
    ['slowRate', 0],
    ['minimumCalls', 0],
    ['windowSeconds', 0],
    ['rampFirstShare', 0],
    ['rampSecondShare', 0],
    ['rampFirstShare', 1.1],
    ['rampSeconds', -1],
    ['rampSeconds', 1e9],
    ['openSeconds', Number.NaN],
    ['openSeconds', Number.POSITIVE_INFINITY],
  ])('B17: with %s of %d are refused', (field, value) => {
    expect(breakerSettingsSchema.safeParse({ [field]: value }).success).toBe(false);
  });

  it('B17: whose longest open period is shorter than the first, or whose ramp goes down, are refused with what to do', () => {
    const messages = (given: object) =>
      breakerSettingsSchema.safeParse(given).error?.issues.map(({ message }) => message);
    expect(messages({ openSeconds: 20, maxOpenSeconds: 10 })).toEqual([
      'maxOpenSeconds (10) must be at least openSeconds (20).',
    ]);
    expect(messages({ rampFirstShare: 0.6 })).toEqual([
      'rampSecondShare (0.5) must be at least rampFirstShare (0.6): a recovering target gets more traffic, not less.',
    ]);
    expect(breakerOverridesSchema.safeParse({ rampFirstShare: 0.6, rampSecondShare: 0.5 }).success).toBe(
      false,
    );
    expect(breakerOverridesSchema.safeParse({ rampFirstShare: 0.6 }).success).toBe(true);
  });

  it('of zero that mean "none" are taken at their word', () => {
    expect(breakerSettingsSchema.parse({ rampSeconds: 0, rampAfterSeconds: 0 })).toMatchObject({
      rampSeconds: 0,
      rampAfterSeconds: 0,
    });
  });

  it('B11: give an open period between 70 % of its length and all of it, for any number of trips', () => {
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
