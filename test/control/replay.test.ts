import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policySchema } from '#lib/contract/policy.ts';
import { type ReplayInput, replayInputSchema } from '#lib/contract/replay.ts';
import { setOverride } from '#lib/control/breaker/set-override.ts';
import { getFlow } from '#lib/control/flow/get.ts';
import { replayFlowRequests } from '#lib/control/flow/replay.ts';
import { updateTarget } from '#lib/control/target/update.ts';
import { AttemptLog } from '#lib/telemetry/attempt-log.ts';
import { copyRequests, type Pattern } from '#test/support/many-requests.ts';
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
    log: new AttemptLog(),
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
    expect((await refusalOf(replayFlowRequests({ ctx: it.ctx, input, log: new AttemptLog() }))).code).toBe(
      'not_found',
    );
  });

  test('one more than may wait, so that replays cannot pile up', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => replay()));
    const refused = asked.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ reason: { code: 'rate_limited' } });
    expect((await replay()).requests).toBe(600);
  });
});

describe('however much there was', () => {
  const PLAIN: Pattern = { outcome: 'primary', served: 'claude', attempts: [['claude', 'ok']] };
  const RESCUED: Pattern = {
    outcome: 'backup',
    served: 'gpt-us',
    attempts: [
      ['claude', 'server_error'],
      ['gpt-us', 'ok'],
    ],
  };

  beforeEach(async () => {
    it = await openExample();
  });

  afterEach(async () => {
    await it.close();
  });

  test('ten thousand recorded requests are each replayed, and a draft that is in force comes out as what is in force', async () => {
    const from = it.clock.now - HOUR_MS;
    await copyRequests(it.store, PLAIN, { count: 5_000, fromWallMs: from, everyMs: 360 });
    await copyRequests(it.store, RESCUED, { count: 500, fromWallMs: from + HOUR_MS / 2, everyMs: 360 });
    await copyRequests(it.store, PLAIN, { count: 4_500, fromWallMs: from + 1_980_000, everyMs: 360 });
    const flow = await getFlow({ ctx: it.ctx, input: { slug: 'support-chat' } });
    const published = flow.chain.map(({ target, enabled }) => ({ target, enabled }));
    const result = await replay({ draft: { chain: published, policy: flow.policy } });
    expect(result).toMatchObject({ requests: 10_000, filled: 0, recorded: { primary: 9_500, backup: 500 } });
    expect(result.live.answered).toBe(10_000);
    expect(result.draft).toEqual(result.live);
  });

  test('a busy neighbour on the same provider does not crowd the flow out', async () => {
    const { store, clock } = it;
    await copyRequests(store, PLAIN, { count: 200, fromWallMs: clock.now - HOUR_MS / 2, everyMs: 5_000 });
    await store.prisma.requestRecord.updateMany({ data: { flow: 'nightly-classify' } });
    await copyRequests(store, RESCUED, {
      count: 100,
      fromWallMs: clock.now - HOUR_MS / 2 + 7,
      everyMs: 5_000,
    });
    const { requests, recorded } = await replay();
    expect({ requests, backup: recorded.backup }).toEqual({ requests: 100, backup: 100 });
  });

  test('answers that only the process remembers are replayed at their own times', async () => {
    const { store, clock } = it;
    const from = clock.now - HOUR_MS / 2;
    await copyRequests(store, PLAIN, { count: 10, fromWallMs: from, everyMs: 10_000 });
    const log = new AttemptLog();
    const times = Array.from({ length: 100 }, (_, at) => from + at * 1_000 + 500);
    log.add(
      {
        names: ['support-chat', 'claude', 'ok'],
        atWallMs: times,
        flow: times.map(() => 0),
        target: times.map(() => 1),
        outcome: times.map(() => 2),
        durationMs: times.map(() => 2_000),
        firstTokenMs: times.map(() => 700),
      },
      clock.now,
    );
    const input = { slug: 'support-chat', ...replayInputSchema.parse({}) };
    const { requests, filled, recorded } = await replayFlowRequests({ ctx: it.ctx, input, log });
    expect({ requests, filled }).toEqual({ requests: 110, filled: 100 });
    expect(recorded.p50Ms).toBe(700);
  });

  test('a caller that leaves ends its replay, and the next one is not kept waiting', async () => {
    await copyRequests(it.store, PLAIN, { count: 2_000, fromWallMs: it.clock.now - HOUR_MS, everyMs: 1_000 });
    const leaving = new AbortController();
    const input = { slug: 'support-chat', ...replayInputSchema.parse({}) };
    const { signal } = leaving;
    const result = replayFlowRequests({ ctx: it.ctx, input, log: new AttemptLog(), signal });
    leaving.abort(new Error('The caller left.'));
    await expect(result).rejects.toThrow('The caller left.');
    expect((await replay()).requests).toBe(2_000);
  });
});
