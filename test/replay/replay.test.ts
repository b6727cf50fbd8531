import { describe, expect, test } from 'vitest';
import { replay } from '#lib/replay/replay.ts';
import type { ReplayPlan } from '#lib/replay/types.ts';
import { settled } from '#test/support/virtual-clock.ts';
import { attempt, failure, planWith, request, steady } from './factories.ts';
import { liveHour, MINUTE, planOf, START } from './hour.ts';
import { WORLDS } from './worlds.ts';

const host = { turn: settled };

async function drafted(plan: ReplayPlan) {
  const result = await replay(plan, host);
  if (result.draft === null) throw new Error('The draft was not replayed.');
  return { ...result, draft: result.draft };
}

describe('the same question gets the same answer', () => {
  const traffic = { conduct: WORLDS['three in ten calls fail'], minutes: 15, perSecond: 2 };

  test('the same plan and seed give the same result', async () => {
    const plan = planOf(await liveHour(traffic), { chain: ['main', 'spare'] });
    expect(await replay(plan, host)).toEqual(await replay(plan, host));
  });

  test('the published policy comes out the same whatever is replayed beside it', async () => {
    const hour = await liveHour(traffic);
    const alone = await replay(planOf(hour), host);
    const beside = await replay(planOf(hour, { chain: ['spare'] }), host);
    expect(beside.live).toEqual(alone.live);
    expect(beside.recorded).toEqual(alone.recorded);
  });

  test('a draft that cannot change anything rests on what really happened alone', async () => {
    const { draft } = await drafted(planWith(steady(60), { draft: { policy: { badge: { on: true } } } }));
    expect(draft.restsOn).toEqual({ recorded: 60, drawn: 0, past: 0, assumed: 0 });
  });
});

describe('what belongs to a request goes with it', () => {
  test('a malformed request is refused by whoever is called', async () => {
    const bad = failure('main', 'invalid_request', { status: 400, verdict: 'none' });
    const requests = [
      ...steady(30),
      ...steady(5, { outcome: 'caller_error', served: null, attempts: [bad] }, 30),
    ];
    const { draft, recorded } = await drafted(planWith(requests, { draft: { chain: ['spare', 'main'] } }));
    expect(recorded.callerErrors).toBe(5);
    expect(draft.callerErrors).toBe(5);
  });

  test('what one model refused for its content its alternate refuses too, and a backup model is not known to', async () => {
    const refused = failure('main', 'content_filtered', { status: 400, verdict: 'none' });
    const requests = [
      ...steady(30),
      ...steady(5, { outcome: 'caller_error', served: null, attempts: [refused] }, 30),
    ];
    const policy = { contentFilter: 'failover' } as const;
    const alternates = await drafted(planWith(requests, { draft: { policy, chain: ['main', 'twin'] } }));
    expect(alternates.draft.callerErrors).toBe(5);
    const backup = await drafted(planWith(requests, { draft: { policy, chain: ['main', 'spare'] } }));
    expect(backup.draft.backup).toBe(5);
    expect(backup.notes.join(' ')).toContain('would have refused the same content is not known');
  });

  test('a target that could not take a request is not called for it by a draft', async () => {
    const skips = [{ target: 'spare', reason: 'incapable', by: 'target', waitMs: null }] as const;
    const down = [failure('main', 'server_error'), failure('twin', 'server_error', { startedMs: 100 })];
    const lost = { outcome: 'refused', served: null, durationMs: 200, attempts: down, skips } as const;
    const requests = [...steady(30), ...steady(3, lost, 30)];
    const { draft } = await drafted(
      planWith(requests, { draft: { policy: { retry: { maxPerTarget: 0 } } } }),
    );
    expect(draft.backup).toBe(0);
    expect(draft.refused).toBe(3);
  });

  test('embeddings are answered by the primary model alone, also by a draft that would take a backup model', async () => {
    const lost = { outcome: 'refused', served: null, attempts: [failure('main', 'server_error')] } as const;
    const requests = [...steady(30), ...steady(3, { ...lost, stream: false, embeddings: true }, 30)];
    const { draft } = await drafted(planWith(requests, { chain: ['main', 'spare'], draft: {} }));
    expect(draft.backup).toBe(0);
  });
});

describe('the draft’s own rules are the engine’s', () => {
  const broken = attempt('main', { outcome: 'connection', verdict: 'failure', status: null });
  const cut = { outcome: 'broken_stream', attempts: [broken] } as const;

  test('an answer that broke off is answered elsewhere where answers are held until they are complete', async () => {
    const requests = [...steady(60), ...steady(5, cut, 60)];
    const policy = { midStream: 'error' } as const;
    const { live, draft } = await drafted(
      planWith(requests, { policy, draft: { policy: { buffer: true } } }),
    );
    expect(live.broken).toBe(5);
    expect(draft.broken).toBe(0);
    expect(draft.alternate).toBe(5);
    // Held, an answer is there when it is whole.
    expect(draft.p50Ms).toBe(1_000);
    expect(live.p50Ms).toBe(300);
  });

  test('whether a broken answer can be gone on with is what it was, and said to be unknown of others', async () => {
    const goneOn = { outcome: 'alternate', served: 'twin', durationMs: 2_000 } as const;
    const attempts = [broken, attempt('twin', { startedMs: 1_000, resume: true })];
    const requests = [...steady(60), ...steady(5, cut, 60), ...steady(3, { ...goneOn, attempts }, 70)];
    const { live, notes } = await replay(planWith(requests), host);
    expect(live.broken).toBe(5);
    expect(live.alternate).toBe(3);
    expect(notes.join(' ')).toContain('is known only where that was tried');
  });

  test('an answer that is slower than a draft’s limit fails over, and a longer limit says what it cannot know', async () => {
    const slow = {
      firstTokenMs: 8_000,
      durationMs: 9_000,
      attempts: [attempt('main', { firstTokenMs: 8_000, durationMs: 9_000 })],
    };
    const requests = [...steady(60), ...steady(4, slow, 60)];
    const hasty = { policy: { timeouts: { firstTokenSeconds: 2 } } };
    const { live, draft } = await drafted(planWith(requests, { draft: hasty }));
    expect(live.primary).toBe(64);
    expect(draft.primary).toBe(60);
    expect(draft.alternate + draft.backup).toBe(4);
    const silent = failure('main', 'timeout', { status: null, durationMs: 15_000 });
    const lost = { outcome: 'refused', served: null, durationMs: 15_000, attempts: [silent] } as const;
    const patient = { policy: { timeouts: { firstTokenSeconds: 60 } } };
    const { notes } = await drafted(planWith([...requests, ...steady(2, lost, 80)], { draft: patient }));
    expect(notes.join(' ')).toContain('what a longer limit would have brought is not known');
  });

  test('operators’ overrides hold in the replay from when to when they held', async () => {
    const plan = planWith(steady(60), { draft: {} });
    const forced = { scope: 'target', id: 'main', kind: 'forced_open', reason: 'drill', by: 'ana' } as const;
    const inForce = { ...forced, setAtWallMs: START + 20_000, expiresAtWallMs: null };
    const overrides = [
      { fromWallMs: START - MINUTE, list: [] },
      { fromWallMs: START + 20_000, list: [inForce] },
      { fromWallMs: START + 40_000, list: [] },
    ];
    const { live, notes } = await replay({ ...plan, world: { ...plan.world, overrides } }, host);
    expect(live.primary).toBe(40);
    expect(live.alternate).toBe(20);
    expect(notes.join(' ')).toContain('overrides of that time');
  });
});

describe('what is not known is said', () => {
  test('a target that nobody called answers as in the day before, or else as the flow was answered', async () => {
    const plan = planWith(steady(100), { chain: ['main'], draft: { chain: ['spare'] } });
    const row = { target: 'spare', durationsMs: [500, 700], firstTokensMs: [50, 70] };
    const past = [
      { ...row, outcome: 'ok', count: 90 },
      { ...row, outcome: 'server_error', count: 10 },
    ];
    const known = await drafted({ ...plan, past });
    expect(known.draft.restsOn.past).toBe(known.draft.attempts);
    expect(known.draft.failedAttempts).toBeGreaterThan(0);
    expect(known.notes.join(' ')).toContain('90 % of 100 calls were answered');
    const unknown = await drafted(plan);
    expect(unknown.draft.restsOn.assumed).toBe(100);
    expect(unknown.notes.join(' ')).toContain('which nobody knows');
  });

  test('few calls of a target are named as a thin base', async () => {
    const once = {
      outcome: 'backup',
      served: 'spare',
      attempts: [failure('main', 'server_error'), attempt('spare', { startedMs: 100 })],
    } as const;
    const { notes } = await drafted(
      planWith([...steady(100), request(100, once)], { draft: { chain: ['spare'] } }),
    );
    expect(notes.join(' ')).toContain('Only 1 call of spare is known from that time');
  });

  test('requests whose callers left, and those under another version of the flow, are named', async () => {
    const plan = planWith([...steady(50), ...steady(50, { flowVersion: 2 }, 50)]);
    const { notes } = await replay({ ...plan, left: 7 }, host);
    expect(notes.join(' ')).toContain('7 requests whose callers left');
    expect(notes.join(' ')).toContain('50 % of the requests came under another version');
  });

  test('no request is an answer too: nothing happened, and nothing is noted', async () => {
    const { requests, live, notes } = await replay(planWith([]), host);
    expect({ requests, notes, p50Ms: live.p50Ms }).toEqual({ requests: 0, notes: [], p50Ms: null });
  });
});

describe('costs', () => {
  const prices = new Map([['main', { input: 3, output: 15 }]]);

  test('are those of the tokens that were really used, where prices are known', async () => {
    const plan = planWith([...steady(9), ...steady(1, { usage: null }, 9)], { draft: { chain: ['spare'] } });
    const { recorded, draft, notes } = await drafted({ ...plan, world: { ...plan.world, prices } });
    // 1,000 in and 100 out, ten times: what one did not tell counts as the others.
    expect(recorded.costUsd).toBeCloseTo(10 * (0.003 + 0.0015), 10);
    expect(recorded.costCovers).toBeCloseTo(0.9, 10);
    expect(draft.costUsd).toBeNull();
    expect(notes.join(' ')).toContain('No prices are known for spare');
  });
});

describe('the host', () => {
  test('gets the thread back at every step, and ends the replay when it wants', async () => {
    let turns = 0;
    const leaving = new AbortController();
    const turn = async () => {
      turns += 1;
      if (turns === 40) leaving.abort(new Error('The caller left.'));
      await settled();
    };
    const result = replay(planWith(steady(500)), { turn, signal: leaving.signal });
    await expect(result).rejects.toThrow('The caller left.');
    expect(turns).toBe(40);
  });
});
