import { describe, expect, test } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import { replay } from '#lib/replay/replay.ts';
import { settled } from '#test/support/virtual-clock.ts';
import { type Hour, liveHour, planOf, type Truth } from './hour.ts';
import { WORLDS } from './worlds.ts';

const MODES = ['availability', 'quality', 'mixed'] as const;
const host = { turn: settled };
const NEAR = 0.02;

const shares = ({ requests, answered, degraded, refused }: Truth) =>
  [answered, degraded, refused].map((count) => count / requests);

/** How far the replay of what was in force is from what happened, as shares of all requests. */
async function distances(hour: Hour): Promise<number[]> {
  const { requests, live } = await replay(planOf(hour), host);
  const truth = shares(hour.truth);
  return [live.answered, live.backup, live.refused].map((count, at) =>
    Math.abs(count / requests - (truth[at] ?? 0)),
  );
}

describe('a draft that is what was in force comes to what happened, within two of a hundred', () => {
  describe.each(Object.entries(WORLDS))('when %s', (_name, conduct) => {
    test.each(MODES)('in %s', async (mode) => {
      const hour = await liveHour({ conduct, policy: { mode }, perSecond: 1, seed: 11 });
      for (const distance of await distances(hour)) expect(distance).toBeLessThanOrEqual(NEAR);
    });
  });

  test('whatever the luck of the hour', async () => {
    const conduct = WORLDS['a vendor is dark, and the backup ails'];
    for (const seed of [21, 22, 23]) {
      const hour = await liveHour({ conduct, policy: { mode: 'mixed' }, perSecond: 1, seed });
      for (const distance of await distances(hour)) expect(distance).toBeLessThanOrEqual(NEAR);
    }
  });

  const busy = {
    policy: { mode: 'availability' },
    minutes: 25,
    seed: 31,
    perSecond: 6,
    successesPerSecond: 1,
  } as const;

  test('where only some of the plain successes were recorded one by one', async () => {
    const hour = await liveHour({ ...busy, conduct: WORLDS['three in ten calls fail'] ?? {} });
    const { requests, filled } = await replay(planOf(hour), host);
    expect(requests).toBe(hour.truth.requests);
    expect(filled).toBeGreaterThan(requests * 0.4);
    for (const distance of await distances(hour)) expect(distance).toBeLessThanOrEqual(NEAR);
  });

  test('after a restart, when the others are known by their number alone', async () => {
    const hour = await liveHour({ ...busy, conduct: WORLDS['a region is out'] ?? {}, forgetful: true });
    const { requests, filled, notes } = await replay(planOf(hour), host);
    expect(Math.abs(requests - hour.truth.requests)).toBeLessThan(hour.truth.requests / 200);
    expect(filled).toBeGreaterThan(requests / 4);
    expect(notes.join(' ')).toContain('were not recorded one by one');
    for (const distance of await distances(hour)) expect(distance).toBeLessThanOrEqual(NEAR);
  });

  test('in how long callers waited, too', async () => {
    const hour = await liveHour({ conduct: WORLDS['a target is slow'] ?? {}, perSecond: 1, seed: 11 });
    const { live, recorded } = await replay(planOf(hour), host);
    const waits = hour.truth.waits.toSorted((a, b) => a - b);
    const p95 = waits[Math.ceil(waits.length * 0.95) - 1] ?? 0;
    expect(Math.abs((recorded.p95Ms ?? 0) / p95 - 1)).toBeLessThan(0.01);
    expect(Math.abs((live.p95Ms ?? 0) / p95 - 1)).toBeLessThan(0.05);
  });
});

describe('another policy comes to about what it would have come to', () => {
  test.each([
    ['quality in place of availability', 'streams break', { mode: 'availability' }, { mode: 'quality' }],
    ['availability in place of quality', 'a region is out', { mode: 'quality' }, { mode: 'availability' }],
    ['no retries', 'three in ten calls fail', {}, { retry: { maxPerTarget: 0 } }],
    ['held answers', 'streams break', {}, { buffer: true }],
  ] as [string, string, PolicyInput, PolicyInput][])('%s, when %s', async (_name, world, policy, other) => {
    const common = { conduct: WORLDS[world] ?? {}, perSecond: 1, seed: 41 };
    const hour = await liveHour({ ...common, policy });
    const { requests, draft } = await replay(planOf(hour, { policy: other }), host);
    const { truth } = await liveHour({ ...common, policy: other });
    const got = [draft?.answered, draft?.backup, draft?.refused].map((count) => (count ?? 0) / requests);
    shares(truth).forEach((share, at) => {
      expect(Math.abs((got[at] ?? 0) - share)).toBeLessThanOrEqual(0.05);
    });
  });
});

test('the same seed gives the same answer', async () => {
  const hour = await liveHour({ conduct: WORLDS['three in ten calls fail'], minutes: 15, seed: 51 });
  const plan = planOf(hour, { policy: { mode: 'quality' } });
  expect(await replay(plan, host)).toEqual(await replay(plan, host));
});
