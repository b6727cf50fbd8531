import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policySchema } from '#lib/contract/policy.ts';
import { type ReplayInput, replayInputSchema } from '#lib/contract/replay.ts';
import { setOverride } from '#lib/control/breaker/set-override.ts';
import { getFlow } from '#lib/control/flow/get.ts';
import { replayFlowRequests } from '#lib/control/flow/replay.ts';
import { updateTarget } from '#lib/control/target/update.ts';
import { storePastTraffic } from './past-traffic.ts';
import { openExample, refusalOf, type Workspace } from './workspace.ts';

const HOUR_MS = 3_600_000;
let it: Workspace;
/** How many of the last hour's requests a backup model answered. */
let backup: number;

const replay = (input: Partial<ReplayInput> = {}) =>
  replayFlowRequests({
    ctx: it.ctx,
    input: { slug: 'support-chat', ...replayInputSchema.parse(input) },
  });

const availability = policySchema.parse({ mode: 'availability', retry: { maxPerTarget: 0 } });
const quality = policySchema.parse({ mode: 'quality', retry: { maxPerTarget: 0 } });
const chain = [
  { target: 'claude', enabled: true },
  { target: 'gpt-us', enabled: true },
];

/** The last hour: 600 requests, and ten minutes of 503 from the primary in it. */
async function lastHour(): Promise<{ backup: number }> {
  const toWallMs = it.clock.now;
  return storePastTraffic(it.store, {
    fromWallMs: toWallMs - HOUR_MS,
    toWallMs,
    requests: 600,
    outage: 1 / 6,
  });
}

describe('what would have happened', () => {
  // Nothing here writes, so one hour of traffic serves all.
  beforeAll(async () => {
    it = await openExample();
    ({ backup } = await lastHour());
  });

  afterAll(async () => {
    await it.close();
  });

  test('says what did happen, request for request', async () => {
    const { requests, recorded } = await replay();
    expect(requests).toBe(600);
    expect(recorded).toMatchObject({ answered: 600, primary: 600 - backup, backup, refused: 0, failed: 0 });
  });

  test('a policy that serves backup models comes to what it came to; one that does not refuses instead', async () => {
    const served = await replay({ draft: { chain, policy: availability } });
    expect(served.draft?.answered).toBe(600);
    expect(Math.abs((served.draft?.backup ?? 0) - backup)).toBeLessThanOrEqual(12);
    const kept = await replay({ draft: { chain, policy: quality } });
    expect(kept.draft?.backup).toBe(0);
    expect(Math.abs((kept.draft?.refused ?? 0) - backup)).toBeLessThanOrEqual(12);
  });

  test('the same seed gives the same answer', async () => {
    const [one, other] = [await replay({ seed: 5 }), await replay({ seed: 5 })];
    expect({ ...one, tookMs: 0 }).toEqual({ ...other, tookMs: 0 });
  });

  test('a target that nobody called is taken to do what it did before, or else what is usual, and a note says which', async () => {
    const swapped = [
      { target: 'gpt-eu', enabled: true },
      { target: 'claude', enabled: true },
    ];
    const { draft, notes } = await replay({ draft: { chain: swapped, policy: availability } });
    expect(draft?.restsOn.assumed).toBeGreaterThan(0);
    expect(notes.join(' ')).toContain('gpt-eu');
  });

  test('nothing is changed by asking', async () => {
    const before = await getFlow({ ctx: it.ctx, input: { slug: 'support-chat' } });
    const published = it.published.length;
    await replay({ draft: { chain, policy: quality } });
    expect(await getFlow({ ctx: it.ctx, input: { slug: 'support-chat' } })).toEqual(before);
    expect(it.published).toHaveLength(published);
  });
});

describe('what a replay rests on', () => {
  beforeEach(async () => {
    it = await openExample();
  });

  afterEach(async () => {
    await it.close();
  });

  test('plain successes that were only counted are in it', async () => {
    const toWallMs = it.clock.now;
    const span = { fromWallMs: toWallMs - HOUR_MS, toWallMs };
    await storePastTraffic(it.store, { ...span, requests: 1_200, outage: 0, oneIn: 4 });
    const { requests, filled, recorded } = await replay();
    expect(requests).toBeGreaterThanOrEqual(1_185);
    expect(filled).toBeGreaterThanOrEqual(885);
    expect(recorded.answered).toBe(requests);
  });

  test('what the answers cost rests on the prices of who gave them', async () => {
    await lastHour();
    expect((await replay()).recorded.costUsd).toBeNull();
    for (const slug of ['claude', 'gpt-us']) {
      const prices = { input: 3, output: 15 };
      await updateTarget({ ctx: it.ctx, input: { slug, expectedVersion: 1, patch: { prices } } });
    }
    const { recorded } = await replay();
    expect(recorded.costUsd).toBeCloseTo(600 * (0.003 + 0.003), 5);
    expect(recorded.costCovers).toBe(1);
  });

  test('overrides hold for as long as they held', async () => {
    await lastHour();
    it.clock.now -= 20 * 60_000;
    await setOverride({
      ctx: it.ctx,
      input: {
        scope: 'target',
        id: 'claude',
        kind: 'forced_open',
        reason: 'Maintenance of the vendor',
        expiresInSeconds: null,
      },
    });
    it.clock.now += 20 * 60_000;
    const { draft } = await replay({ draft: { chain, policy: quality } });
    // The last twenty of the sixty minutes, and the ten of the outage before them.
    expect(draft?.refused).toBeGreaterThan(280);
    expect(draft?.refused).toBeLessThan(320);
  });

  test('a flow that had no requests is told so by zero requests, without notes', async () => {
    expect(await replay()).toMatchObject({ requests: 0, notes: [], recorded: { answered: 0, p50Ms: null } });
  });
});

describe('what is refused', () => {
  beforeAll(async () => {
    it = await openExample();
    await lastHour();
  });

  afterAll(async () => {
    await it.close();
  });

  test('a draft that could not be in force, by its path', async () => {
    const broken = [
      { target: 'claude', enabled: true },
      { target: 'gone', enabled: true },
    ];
    const error = await refusalOf(replay({ draft: { chain: broken, policy: availability } }));
    expect(error.code).toBe('invalid');
    expect(error.issues.map(({ path }) => path)).toEqual(['draft.chain.1']);
  });

  test('a span that is none, or too long', async () => {
    const now = it.clock.now;
    for (const span of [
      { fromWallMs: now + 1 },
      { fromWallMs: now - 1_000, toWallMs: now - 2_000 },
      { fromWallMs: now - 25 * HOUR_MS },
    ]) {
      const error = await refusalOf(replay(span));
      expect(error.code).toBe('invalid');
      expect(error.issues.map(({ path }) => path)).toEqual(['fromWallMs']);
    }
  });

  test('a flow that there is not', async () => {
    const input = { slug: 'nothing', ...replayInputSchema.parse({}) };
    expect((await refusalOf(replayFlowRequests({ ctx: it.ctx, input }))).code).toBe('not_found');
  });

  test('one more than may wait, so that replays cannot pile up', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => replay()));
    const refused = asked.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ reason: { code: 'rate_limited' } });
    expect((await replay()).requests).toBe(600);
  });
});
