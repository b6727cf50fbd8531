import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { waitInText } from '#lib/engine/blocked.ts';
import { jitterBehind, openMs, seconds } from '#lib/engine/breaker-state.ts';
import { backoffMs, luckBehind } from '#lib/engine/retry.ts';
import { arrivalsOf } from '#lib/replay/arrivals.ts';
import { ReplayClock } from '#lib/replay/clock.ts';
import { gapsOf } from '#lib/replay/gaps.ts';
import { stretchesOf } from '#lib/replay/stretches.ts';
import { settled } from '#test/support/virtual-clock.ts';
import { SETTINGS } from '../engine/factories.ts';
import { failure, planWith, request, steady } from './factories.ts';
import { START } from './hour.ts';

describe('luck is read back as it was drawn', () => {
  const luck = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test('from how long a breaker stayed open', () => {
    fc.assert(
      fc.property(luck, fc.integer({ min: 1, max: 6 }), (drawn, trips) => {
        const read = jitterBehind(SETTINGS, openMs(SETTINGS, trips, drawn));
        expect(openMs(SETTINGS, trips, read ?? -1)).toBe(openMs(SETTINGS, trips, drawn));
      }),
    );
    expect(jitterBehind(SETTINGS, SETTINGS.maxOpenSeconds * 1000 + 1)).toBeNull();
  });

  test('from how long a retry waited', () => {
    fc.assert(
      fc.property(luck, fc.integer({ min: 0, max: 8 }), (drawn, retry) => {
        expect(
          luckBehind(
            retry,
            backoffMs(retry, () => drawn),
          ),
        ).toBeCloseTo(drawn, 9);
      }),
    );
    expect(luckBehind(0, 60_000)).toBeNull();
  });

  test('a wait that a record tells in words is read to within half a second, below ten seconds to 50 ms', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 600_000, noNaN: true }), (ms) => {
        const read = waitInText(`Rate limited by the provider: not called for another ${seconds(ms)}.`) ?? -1;
        expect(Math.abs(read - ms)).toBeLessThanOrEqual(ms < 9_950 ? 50.001 : 500.001);
      }),
    );
    expect(waitInText('Target a is half-open and its probe is still out.')).toBeNull();
  });
});

describe('where a target changed', () => {
  test('an outage is found to the call, between healthy times', () => {
    const calls = [...Array(500).fill(false), ...Array(12).fill(true), ...Array(500).fill(false)];
    expect(stretchesOf(calls)).toEqual([
      { from: 0, to: 500 },
      { from: 500, to: 512 },
      { from: 512, to: 1_012 },
    ]);
  });

  test('a streak of bad luck within a partial outage is none', () => {
    const third = Array.from({ length: 300 }, (_, at) => at % 3 === 0);
    expect(stretchesOf([...third, true, true, true, true, true, ...third])).toHaveLength(1);
  });

  test('thousands of changes are cut in no more pieces than can be compared', () => {
    const calls = Array.from({ length: 20_000 }, (_, at) => at % 7 === 0 || at % 5 === 0);
    const stretches = stretchesOf(calls);
    expect(stretches.at(0)?.from).toBe(0);
    expect(stretches.at(-1)?.to).toBe(20_000);
  });
});

describe('requests that were not recorded', () => {
  const count = (second: number, primary: number) => ({
    startWallMs: START + second * 1_000,
    spanSeconds: 10,
    flow: 'chat',
    target: 'main',
    outcome: 'primary',
    count: primary,
  });

  test('are as many as were counted and not recorded', () => {
    const gaps = gapsOf([count(0, 25), count(10, 11)], steady(20));
    expect(gaps).toEqual([expect.objectContaining({ startWallMs: START, missing: 16 })]);
  });

  test('a request that is counted in the span beside its own is not missing there', () => {
    // The one that ends at 10.5 s was told of at 11.4 s, as of the second before that.
    const requests = [request(0), request(9.5), request(12), request(13)];
    expect(gapsOf([count(0, 2), count(10, 2)], requests)).toEqual([]);
    expect(gapsOf([count(0, 3), count(10, 1)], requests)).toEqual([]);
    expect(gapsOf([count(0, 2)], requests.slice(0, 2))).toEqual([]);
  });

  test('stand for several where there are too many, but not around trouble', async () => {
    const lost = { outcome: 'refused', served: null, attempts: [failure('main', 'server_error')] } as const;
    const plan = planWith([request(0), request(1), ...steady(5, lost, 600)]);
    const counts = Array.from({ length: 120 }, (_, at) => count(at * 10, 100));
    const { list, unlike } = await arrivalsOf({ ...plan, counts }, settled, 4_000);
    expect(unlike).toBe(0);
    expect(list.length).toBeLessThanOrEqual(4_000 + counts.length);
    const total = list
      .filter(({ request: { outcome } }) => outcome === 'primary')
      .reduce((sum, { weight }) => sum + weight, 0);
    expect(total).toBeCloseTo(12_000, 6);
    const near = list.filter(
      ({ atWallMs, filled }) => filled && Math.abs(atWallMs - START - 602_000) < 60_000,
    );
    expect(near.every(({ weight }) => weight === 1)).toBe(true);
  });
});

test('virtual time goes from instant to instant, in the order in which things were asked for', async () => {
  const clock = new ReplayClock(1_000);
  const seen: string[] = [];
  const aborted = new AbortController();
  clock.at(1_500, () => seen.push(`b ${clock.now()}`));
  clock.at(1_200, () => {
    seen.push(`a ${clock.now()}`);
    void clock.sleep(300).then(() => seen.push(`c ${clock.now()}`));
    clock.sleep(100, aborted.signal).catch(() => seen.push('never mind'));
    aborted.abort();
  });
  clock.at(0, () => seen.push(`at once ${clock.now()}`));
  await clock.run({ turn: settled });
  expect(seen).toContain('never mind');
  expect(seen.filter((what) => what !== 'never mind')).toEqual([
    'at once 1000',
    'a 1200',
    'b 1500',
    'c 1500',
  ]);
});
