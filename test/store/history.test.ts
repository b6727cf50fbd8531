import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BreakerTransition } from '#lib/contract/breaker-view.ts';
import type { RequestRecord } from '#lib/contract/records.ts';
import { openStore, type Store } from '#lib/store/store.ts';

let dataDir: string;
let store: Store;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'switchyard-history-'));
  store = await openStore({ dataDir });
});
afterEach(async () => {
  await store.close();
  await rm(dataDir, { recursive: true });
});

const T0 = 1_800_000_000_000;
const DAY = 24 * 3600 * 1000;

const transition = (id: string, atWallMs = T0): BreakerTransition => ({
  scope: 'target',
  id,
  atWallMs,
  from: 'closed',
  to: 'open',
  reason: 'failure_rate',
  why: '12 of 20 calls failed.',
  generation: 3,
  openForMs: 9_500.5,
  window: { ok: 8, slow: 0, failure: 12, consecutiveFailures: 2 },
  errors: [{ atWallMs: T0, class: 'timeout', status: null, message: 'No first token.' }],
});

function request(n: number, more: Partial<RequestRecord> = {}): RequestRecord {
  const place = { provider: 'p', endpoint: 'e', model: 'm' };
  return {
    id: `req_${String(n).padStart(5, '0')}`,
    atWallMs: T0 + n,
    flow: 'chat',
    flowVersion: 1,
    apiKeyId: null,
    face: 'messages',
    stream: true,
    stakes: 'low',
    outcome: 'backup',
    status: 200,
    servedBy: { target: 'b', ...place },
    degraded: true,
    reason: 'timeout',
    badge: true,
    durationMs: 12.5,
    firstTokenMs: 3.25,
    usage: { inputTokens: 3, outputTokens: null },
    attempts: [1, 2].map((at) => ({
      n: at,
      target: at === 1 ? 'a' : 'b',
      ...place,
      startedMs: at,
      waitedMs: 0,
      durationMs: 5.5,
      firstTokenMs: null,
      outcome: at === 1 ? 'timeout' : 'ok',
      verdict: at === 1 ? 'failure' : 'ok',
      status: null,
      retryAfterMs: at === 1 ? 12_000 : null,
      message: at === 1 ? 'No first token in 15 s.' : null,
      probe: false,
      lastResort: false,
      hedge: at === 2,
      resume: at === 2 ? 'prefill' : null,
      notes: at === 2 ? ['Left out seed.'] : [],
    })),
    skips: [{ target: 'c', reason: 'disabled', text: 'Target c is disabled.' }],
    denials: [{ target: 'a', what: 'retry', reason: 'budget', text: 'The budget is used up.' }],
    malformedEvents: 0,
    simulated: false,
    ...more,
  };
}

const page = (more: Partial<Parameters<Store['requests']['list']>[0]> = {}) =>
  store.requests.list({ after: null, limit: 50, ...more });

describe('requests', () => {
  it('come back as they were recorded, trail included', async () => {
    await store.requests.addAll([request(1)]);
    expect(await store.requests.get('req_00001')).toEqual(request(1));
  });

  it('that are delivered twice are stored once', async () => {
    await store.requests.addAll([request(1), request(1)]);
    expect(await store.requests.addAll([request(1), request(2)])).toBe(1);
    expect((await page()).items).toHaveLength(2);
  });

  it('are paged newest first without gaps or repeats, also at one instant', async () => {
    const all = Array.from({ length: 25 }, (_, n) => request(n, { atWallMs: T0 + Math.floor(n / 10) }));
    await store.requests.addAll(all);
    const seen: string[] = [];
    let after: { atWallMs: number; id: string } | null = null;
    for (;;) {
      const { items, nextCursor } = await page({ after, limit: 7 });
      seen.push(...items.map(({ id }) => id));
      const last = items.at(-1);
      if (nextCursor === null || last === undefined) break;
      after = { atWallMs: last.atWallMs, id: last.id };
    }
    expect(seen).toEqual(all.map(({ id }) => id).reverse());
  });

  it('are found by flow, outcome, time, and by a target that served or was tried', async () => {
    await store.requests.addAll([
      request(1),
      request(2, { flow: 'other' }),
      request(3, { outcome: 'refused', servedBy: null, attempts: [] }),
    ]);
    const ids = async (filter: Parameters<typeof page>[0]) => (await page(filter)).items.map(({ id }) => id);
    expect(await ids({ flow: 'other' })).toEqual(['req_00002']);
    expect(await ids({ outcome: 'refused' })).toEqual(['req_00003']);
    expect(await ids({ target: 'a' })).toEqual(['req_00002', 'req_00001']);
    expect(await ids({ target: 'b', fromWallMs: T0 + 2 })).toEqual(['req_00002']);
    expect(await ids({ toWallMs: T0 + 2 })).toEqual(['req_00001']);
  });
});

it('events keep their order and their own ids, and are found by scope', async () => {
  const first = await store.events.add(transition('a'));
  await store.events.add(transition('b'));
  expect(first).toEqual({ ...transition('a'), eventId: '1' });
  expect((await store.events.list({ before: null, limit: 10 })).items.map(({ id }) => id)).toEqual([
    'b',
    'a',
  ]);
  expect((await store.events.list({ before: null, limit: 10, scopeId: 'a' })).items).toEqual([first]);
  expect((await store.events.list({ before: 2, limit: 10 })).items).toEqual([first]);
});

it('cooldowns are replaced whole', async () => {
  const cooldown = {
    key: 'target:a',
    untilWallMs: T0,
    class: 'rate_limited',
    message: 'slow down',
    setAtWallMs: 1,
    level: 2,
  } as const;
  await store.cooldowns.replaceAll([cooldown, { ...cooldown, key: 'target:b' }]);
  await store.cooldowns.replaceAll([cooldown]);
  expect(await store.cooldowns.list()).toEqual([cooldown]);
});

describe('retention', () => {
  const bounds = { requestDays: 7, requestRows: 10, rollupDays: 30, eventDays: 90, eventRows: 5, batch: 4 };
  const rollup = (startWallMs: number) => ({
    kind: 'attempt' as const,
    flow: 'f',
    target: 't',
    outcome: 'ok',
    count: 1,
    latency: [[3, 1]] as [number, number][],
    latencyMaxMs: 4,
    firstToken: [],
    startWallMs,
    spanSeconds: 10,
  });

  it('deletes what is too old, then the oldest of what is too many, with their attempts', async () => {
    const now = T0 + 100 * DAY;
    const old = Array.from({ length: 9 }, (_, n) => request(n));
    const recent = Array.from({ length: 13 }, (_, n) => request(100 + n, { atWallMs: now - 13 + n }));
    await store.requests.addAll([...old, ...recent]);
    expect(await store.retention.sweep(now, bounds)).toEqual({ requests: 12, rollups: 0, events: 0 });
    const left = (await page()).items.map(({ id }) => id);
    expect(left).toEqual(
      recent
        .slice(3)
        .map(({ id }) => id)
        .reverse(),
    );
    expect(await store.prisma.attemptRecord.count()).toBe(20);
  });

  it('deletes old rollups and keeps the rest', async () => {
    await store.rollups.addAll([rollup(T0), rollup(T0 + 10 * DAY), rollup(T0 + 10 * DAY)]);
    expect(await store.retention.sweep(T0 + 31 * DAY, bounds)).toEqual({
      requests: 0,
      rollups: 1,
      events: 0,
    });
    expect(await store.rollups.list({ fromWallMs: 0, toWallMs: T0 + 99 * DAY })).toEqual([
      rollup(T0 + 10 * DAY),
      rollup(T0 + 10 * DAY),
    ]);
    expect(await store.rollups.latestBefore(T0 + 99 * DAY)).toBe(T0 + 10 * DAY);
    expect(await store.rollups.latestBefore(T0)).toBeNull();
  });

  it('bounds the transitions of breakers by age and by number, oldest first', async () => {
    const now = T0 + 100 * DAY;
    for (const n of [0, 1, 2]) await store.events.add(transition(`old-${n}`, T0 + n));
    for (let n = 0; n < 9; n += 1) await store.events.add(transition(`new-${n}`, now - 9 + n));
    expect(await store.retention.sweep(now, bounds)).toEqual({ requests: 0, rollups: 0, events: 7 });
    const { items } = await store.events.list({ before: null, limit: 20 });
    expect(items.map(({ id }) => id)).toEqual(['new-8', 'new-7', 'new-6', 'new-5', 'new-4']);
  });

  it('deletes sessions that have ended', async () => {
    const { prisma } = store;
    await prisma.user.create({ data: { id: 'u', name: 'Ada', email: 'ada@example.com' } });
    for (const [id, ends] of [
      ['ended', T0],
      ['lasting', T0 + 2 * DAY],
    ] as const) {
      await prisma.session.create({ data: { id, token: id, userId: 'u', expiresAt: new Date(ends) } });
    }
    await store.retention.sweep(T0 + DAY);
    expect((await prisma.session.findMany()).map(({ id }) => id)).toEqual(['lasting']);
  });

  it('does nothing where nothing is over', async () => {
    await store.requests.addAll([request(1)]);
    expect(await store.retention.sweep(T0 + DAY)).toEqual({ requests: 0, rollups: 0, events: 0 });
  });
});
