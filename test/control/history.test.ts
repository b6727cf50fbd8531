import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RequestRecord } from '#lib/contract/records.ts';
import { createApiKey } from '#lib/control/api-key/create.ts';
import { listApiKeys } from '#lib/control/api-key/list.ts';
import { listAudit } from '#lib/control/audit/list.ts';
import { listEvents } from '#lib/control/event/list.ts';
import { rollupHistory } from '#lib/control/metrics/rollup-history.ts';
import { loadCooldowns, saveCooldowns } from '#lib/control/record/save-cooldowns.ts';
import { saveRecords } from '#lib/control/record/save-records.ts';
import { saveRollups } from '#lib/control/record/save-rollups.ts';
import { saveTransition } from '#lib/control/record/save-transition.ts';
import { sweepHistory } from '#lib/control/record/sweep-history.ts';
import { getRequest } from '#lib/control/request/get.ts';
import { listRequests } from '#lib/control/request/list.ts';
import { openExample, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

function request(id: string, atWallMs: number, apiKeyId: string | null = null): RequestRecord {
  return {
    id,
    atWallMs,
    flow: 'support-chat',
    flowVersion: 1,
    apiKeyId,
    face: 'chat',
    stream: false,
    stakes: null,
    outcome: 'primary',
    status: 200,
    servedBy: null,
    degraded: false,
    reason: null,
    badge: false,
    durationMs: 1,
    firstTokenMs: null,
    usage: null,
    attempts: [],
    skips: [],
    denials: [],
    malformedEvents: 0,
    simulated: false,
  };
}

it('requests are handed out a page at a time until there are none', async () => {
  const { ctx } = workspace;
  await saveRecords({ ctx, input: { requests: ['a', 'b', 'c'].map((id, n) => request(id, 1000 + n)) } });
  const first = await listRequests({ ctx, input: { limit: 2 } });
  expect(first.items.map(({ id }) => id)).toEqual(['c', 'b']);
  const rest = await listRequests({ ctx, input: { limit: 2, cursor: first.nextCursor ?? '' } });
  expect([rest.items.map(({ id }) => id), rest.nextCursor]).toEqual([['a'], null]);
  expect((await getRequest({ ctx, input: { id: 'b' } })).atWallMs).toBe(1001);
  expect((await refusalOf(getRequest({ ctx, input: { id: 'zzz' } }))).code).toBe('not_found');
});

it('a cursor that no page gave is refused', async () => {
  const { ctx } = workspace;
  for (const list of [listRequests, listEvents, listAudit]) {
    const refusal = await refusalOf(list({ ctx, input: { limit: 5, cursor: "'; drop" } }));
    expect(refusal).toMatchObject({ code: 'invalid', issues: [{ path: 'cursor' }] });
  }
});

it('recorded requests tell when a key was last used, however they arrive', async () => {
  const { ctx } = workspace;
  const { id } = await createApiKey({ ctx, input: { name: 'web', defaultFlow: null } });
  await saveRecords({ ctx, input: { requests: [request('late', 5000, id), request('early', 4000, id)] } });
  await saveRecords({ ctx, input: { requests: [request('earlier', 3000, id)] } });
  expect((await listApiKeys({ ctx }))[0]?.lastUsedAtWallMs).toBe(5000);
});

it('transitions can be listed by scope', async () => {
  const { ctx } = workspace;
  const window = { ok: 1, slow: 0, failure: 5, consecutiveFailures: 5 };
  const saved = await saveTransition({
    ctx,
    input: {
      transition: {
        scope: 'endpoint',
        id: 'azure.sweden',
        atWallMs: 1000,
        from: 'closed',
        to: 'open',
        reason: 'consecutive_failures',
        why: '5 calls in a row failed.',
        generation: 1,
        openForMs: 10_000,
        window,
        errors: [],
      },
    },
  });
  expect((await listEvents({ ctx, input: { limit: 5, scope: 'endpoint' } })).items).toEqual([saved]);
  expect((await listEvents({ ctx, input: { limit: 5, scope: 'target' } })).items).toEqual([]);
});

it('spans that come in parts are all there, for whoever adds them up', async () => {
  const { ctx } = workspace;
  const span = {
    kind: 'request' as const,
    flow: 'support-chat',
    target: 'claude',
    outcome: 'primary',
    count: 2,
    latency: [[40, 2]] as [number, number][],
    latencyMaxMs: 5,
    firstToken: [],
    startWallMs: 10_000,
    spanSeconds: 10,
  };
  await saveRollups({ ctx, input: { rollups: [span] } });
  await saveRollups({ ctx, input: { rollups: [{ ...span, count: 1 }] } });
  const history = rollupHistory({ ctx });
  const found = await history.between(10_000, 20_000);
  expect(found.map(({ count }) => count)).toEqual([2, 1]);
  expect(await history.between(20_000, 30_000)).toEqual([]);
  expect(await history.lastBefore(20_000)).toBe(10_000);
});

it('old spans become longer ones that add up to the same, and recent ones stay as they are', async () => {
  const { ctx, clock } = workspace;
  const hour = 3_600_000;
  clock.now = 500_000 * hour;
  const span = (startWallMs: number, target = 'claude') => ({
    kind: 'attempt' as const,
    flow: 'support-chat',
    target,
    outcome: 'ok',
    count: 3,
    latency: [
      [40, 2],
      [41, 1],
    ] as [number, number][],
    latencyMaxMs: startWallMs % 97,
    firstToken: [[30, 1]] as [number, number][],
    startWallMs,
    spanSeconds: 10,
  });
  const minute = clock.now - 5 * hour;
  const day = clock.now - 72 * hour;
  const rollups = [
    ...[0, 10_000, 50_000, 60_000].map((at) => span(minute + at)),
    span(minute, 'gpt-us'),
    ...[0, 70_000, 1_700_000].map((at) => span(day + at)),
    span(clock.now - hour),
  ];
  await saveRollups({ ctx, input: { rollups } });
  expect(await sweepHistory({ ctx })).toEqual({ requests: 0, rollups: 0, events: 0, compacted: 4 });
  const found = await rollupHistory({ ctx }).between(0, clock.now);
  expect(found.map((row) => [row.startWallMs - clock.now, row.spanSeconds, row.target, row.count])).toEqual([
    [-72 * hour, 1800, 'claude', 9],
    [-5 * hour, 60, 'claude', 9],
    [-5 * hour, 60, 'gpt-us', 3],
    [-5 * hour + 60_000, 60, 'claude', 3],
    [-hour, 10, 'claude', 3],
  ]);
  expect(found[0]).toMatchObject({
    latency: [
      [40, 6],
      [41, 3],
    ],
    firstToken: [[30, 3]],
  });
  expect(found[0]?.latencyMaxMs).toBe(
    Math.max(...rollups.slice(5, 8).map(({ latencyMaxMs }) => latencyMaxMs)),
  );
  expect(await sweepHistory({ ctx })).toMatchObject({ compacted: 0 });
});

it('cooldowns that still hold come back after a restart', async () => {
  const { ctx, clock } = workspace;
  const cooldown = { class: 'rate_limited' as const, message: 'slow down', setAtWallMs: 1, level: 0 };
  const holds = { ...cooldown, key: 'target:claude', untilWallMs: clock.now + 1000 };
  await saveCooldowns({
    ctx,
    input: { cooldowns: [holds, { ...cooldown, key: 'target:gpt-us', untilWallMs: clock.now }] },
  });
  expect(await loadCooldowns({ ctx })).toEqual([holds]);
});
