import { describe, expect, test } from 'vitest';
import { type Asked, staleWords } from '#components/replay/asked.ts';
import { dollars, shareOf, whole } from '#components/replay/figures.ts';
import { replayRows, targetCalls } from '#components/replay/replay-rows.ts';
import { nearnessWords, replayWords, restWords, type Told } from '#components/replay/replay-words.ts';
import { policySchema } from '#lib/contract/policy.ts';
import { type Replay, type ReplayTally, replaySchema } from '#lib/contract/replay.ts';

const told: Told = { span: 'the last hour', badge: true, otherPrimary: null };

/** 1204 requests, of which 1169 are answered. */
function tally(own: Partial<ReplayTally> = {}): ReplayTally {
  const endings = { primary: 1100, alternate: 9, backup: 60, ...own };
  return {
    answered: endings.primary + endings.alternate + endings.backup,
    refused: 20,
    failed: 12,
    broken: 3,
    callerErrors: 0,
    p50Ms: 1100,
    p95Ms: 2400,
    attempts: 1500,
    failedAttempts: 331,
    costUsd: 1.24,
    costCovers: 0.84,
    restsOn: { recorded: 1500, drawn: 0, past: 0, assumed: 0 },
    targets: [],
    ...endings,
  };
}

/** 28 more by a backup model, sooner, with fewer failing calls, for a little more. */
const BETTER = tally({
  backup: 88,
  refused: 4,
  failed: 0,
  p50Ms: 900,
  p95Ms: 1900,
  attempts: 1388,
  failedAttempts: 191,
  costUsd: 1.36,
});

function replay(draft: ReplayTally | null, own: Partial<Replay> = {}): Replay {
  return replaySchema.parse({
    flow: 'support-chat',
    fromWallMs: 0,
    toWallMs: 3_600_000,
    seed: 1,
    requests: 1204,
    filled: 0,
    recorded: tally(),
    live: tally(),
    draft,
    notes: [],
    tookMs: 20,
    ...own,
  });
}

describe('a replay in words', () => {
  test('says who would have been answered, by whom, how soon, with which calls and for how much', () => {
    expect(replayWords(replay(BETTER), told)).toEqual([
      'In the last hour: 1\u202f204 requests.',
      'What is in force answers 97.1 %; the draft would have answered 99.4 %: 28 more, all of them by a backup model, with the badge.',
      '16 fewer requests are refused, 12 fewer requests end in an error.',
      'Half of the answers begin within 900 ms instead of 1.10 s, 95 % within 1.90 s instead of 2.40 s.',
      'It makes 112 fewer calls; 140 fewer calls fail.',
      'It costs about $0.12 more ($1.36 instead of $1.24). Prices and usage are known of 84.0 % of its answers.',
    ]);
  });

  test('a draft that changes nothing is said to change nothing', () => {
    expect(replayWords(replay(tally()), told)).toEqual([
      'In the last hour: 1\u202f204 requests.',
      'What is in force answers 97.1 %; the draft would have answered as many, by the same models.',
      'Half of the answers begin within 1.10 s, 95 % within 2.40 s, as in force.',
      'It costs about as much as what is in force ($1.24). Prices and usage are known of 84.0 % of its answers.',
    ]);
  });

  test('answers that move from one model to another are told each, and the badge only where there are more', () => {
    const moved = tally({ primary: 1090, alternate: 20, backup: 58 });
    const [, answered] = replayWords(replay(moved), { ...told, badge: false, otherPrimary: 'gpt-4o (eu)' });
    expect(answered).toBe(
      'What is in force answers 97.1 %; the draft would have answered 97.1 %: 1 fewer. The draft’s primary is gpt-4o (eu). That is 10 fewer by the primary; 11 more by its model elsewhere; 2 fewer by a backup model.',
    );
    const unmarked = replayWords(replay(tally({ backup: 61 })), { ...told, badge: false })[1];
    expect(unmarked).toContain('1 more, by a backup model, without a badge.');
  });

  test('callers’ own mistakes count for nobody', () => {
    const callers = { callerErrors: 96 };
    const said = replayWords(replay(null, { requests: 1300, live: tally(callers) }), told);
    expect(said[0]).toBe(
      'In the last hour: 1\u202f300 requests, 96 of them mistakes of the callers’ own: the same under every policy, and not counted below.',
    );
    expect(said[1]).toBe('What is in force answers 97.1 % when it is replayed.');
    const nothing = {
      primary: 0,
      alternate: 0,
      backup: 0,
      refused: 0,
      failed: 0,
      broken: 0,
      callerErrors: 1,
    };
    expect(replayWords(replay(null, { requests: 1, live: tally(nothing) }), told)).toEqual([
      'In the last hour: 1 request, 1 of them a mistake of the caller’s own: the same under every policy, and not counted below.',
    ]);
  });

  test('a cost that is not known is never told as nothing', () => {
    const cost = (live: number | null, draft: number | null) =>
      replayWords(replay(tally({ costUsd: draft }), { live: tally({ costUsd: live }) }), told).slice(3);
    expect(cost(null, null)).toEqual([]);
    expect(cost(1, null)).toEqual([
      'What it costs cannot be told: its answers come from targets without prices.',
    ]);
    expect(cost(null, 0.4)[0]).toMatch(/^It costs about \$0\.40; what is in force cannot be priced\./);
    expect(cost(1.5, 1)[0]).toMatch(/^It costs about \$0\.50 less/);
  });
});

describe('how far a replay can be trusted', () => {
  const near = (live: Partial<ReplayTally>, draft: Partial<ReplayTally> | null) =>
    nearnessWords(replay(draft === null ? null : tally(draft), { live: tally(live) }));

  test('is said by how near it comes to what really happened', () => {
    expect(near({ primary: 1099, failed: 13, p50Ms: 1150 }, { backup: 88 })).toBe(
      'Replaying what is in force gives 97.0 % answered, really 97.1 %, half of them within 1.15 s, really 1.10 s.',
    );
  });

  test('a draft that changes less than the replay misses is a hint at most', () => {
    expect(near({ primary: 1090, failed: 22 }, { primary: 1095, failed: 17 })).toContain(
      'It misses by as much as the draft changes, or more',
    );
    expect(near({ primary: 1000, failed: 112 }, null)).toContain('That is not near');
  });

  test('is said by where the outcomes of its calls come from, leaving out what none rests on', () => {
    const restsOn = { recorded: 1100, drawn: 240, past: 0, assumed: 48 };
    expect(restWords(tally({ restsOn }), 'the draft')).toBe(
      'What it rests on: of 1\u202f388 calls of the draft, 79.3 % end as they really did, 17.3 % as the target treated other requests at that moment, 3.5 % are assumed, because nothing is known of their target.',
    );
    expect(
      restWords(tally({ restsOn: { recorded: 0, drawn: 0, past: 0, assumed: 0 } }), 'the draft'),
    ).toBeNull();
  });
});

describe('a replay as a table', () => {
  const row = (key: string, of = replay(BETTER)) => replayRows(of).find((each) => each.key === key);

  test('a difference has its sign, and says whether that is better where one is wanted', () => {
    expect(row('answered')).toMatchObject({
      really: { value: '97.1 %', detail: '1\u202f169' },
      draft: { value: '99.4 %', detail: '1\u202f197' },
      difference: '+28, better',
    });
    expect(row('backup')?.difference).toBe('+28');
    expect(row('refused')?.difference).toBe('−16, better');
    expect(row('p95')?.difference).toBe('−500 ms, better');
    expect(row('cost')).toMatchObject({ draft: { value: '$1.36' }, difference: '+$0.12, worse' });
    expect(row('broken')?.difference).toBeNull();
  });

  test('without a draft there is nothing to compare; what is not known is not a number', () => {
    const alone = replay(null, { live: tally({ p50Ms: null, costUsd: null }) });
    expect(row('answered', alone)).toMatchObject({ draft: null, difference: null });
    expect(row('p50', alone)?.live.value).toBe('–');
    expect(row('cost', alone)?.live).toEqual({ value: 'not known', detail: null });
  });

  test('calls are told for each target that anybody called, the most called first', () => {
    const targets = [
      { target: 'gpt', attempts: 900, failed: 300, answered: 600 },
      { target: 'mini', attempts: 40, failed: 0, answered: 40 },
    ];
    const drafted = [{ target: 'claude', attempts: 1204, failed: 2, answered: 1202 }];
    const none = { value: '0', detail: null };
    const calls = targetCalls(replay(tally({ targets: drafted }), { live: tally({ targets }) }));
    expect(calls.map(({ target }) => target)).toEqual(['claude', 'gpt', 'mini']);
    expect(calls[0]).toMatchObject({ live: none, draft: { value: '1\u202f204', detail: '2 failed' } });
    expect(calls[1]).toMatchObject({
      really: none,
      live: { value: '900', detail: '300 failed' },
      draft: none,
    });
  });
});

describe('a result', () => {
  const draft: Asked['draft'] = {
    chain: [{ target: 'gpt', enabled: true }],
    policy: policySchema.parse({ mode: 'quality' }),
  };
  const ran: Asked = { span: '1h', published: 3, draft };

  test('is old as soon as the draft, the version in force or the span is another one', () => {
    expect(staleWords(ran, structuredClone(ran))).toBeNull();
    const changed = { ...draft, policy: policySchema.parse({ mode: 'mixed' }) };
    expect(staleWords(ran, { ...ran, draft: changed })).toBe('The draft has changed since: run it again.');
    expect(staleWords({ ...ran, draft: null }, ran)).toBe('The draft has changed since: run it again.');
    expect(staleWords(ran, { ...ran, published: 4 })).toMatch(/^Another version is in force since/);
    expect(staleWords(ran, { ...ran, span: '24h' })).toBe(
      'This was the last hour: run it again for the last 24 hours.',
    );
  });
});

describe('figures', () => {
  test('what is not all never reads as all, nor what is something as nothing', () => {
    expect(shareOf(99_999, 100_000)).toBe('99.9 %');
    expect(shareOf(1, 100_000)).toBe('0.1 %');
    expect(shareOf(5, 5)).toBe('100 %');
    expect(shareOf(0, 5)).toBe('0 %');
    expect(shareOf(0, 0)).toBe('–');
    expect(dollars(0.004)).toBe('<$0.01');
    expect(dollars(0)).toBe('$0');
    expect(whole(1_234_567)).toBe('1\u202f234\u202f567');
  });
});
