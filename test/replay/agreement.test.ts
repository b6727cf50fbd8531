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

  test('where only some of the plain successes were recorded one by one', async () => {
    const conduct = WORLDS['a region is out'];
    const policy: PolicyInput = { mode: 'availability' };
    const hour = await liveHour({
      conduct,
      policy,
      minutes: 60,
      seed: 31,
      perSecond: 6,
      successesPerSecond: 1,
    });
    const { requests, filled } = await replay(planOf(hour), host);
    expect(filled).toBeGreaterThan(requests / 2);
    for (const distance of await distances(hour)) expect(distance).toBeLessThanOrEqual(NEAR);
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
