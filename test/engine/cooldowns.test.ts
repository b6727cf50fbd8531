import { describe, expect, it } from 'vitest';
import { Engine } from '#lib/engine/engine.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFailure, makeFlow, makeRequest, makeTarget } from './factories.ts';
import { backup, east, west, world } from './world.ts';

const limited = (retryAfterMs: number | null) => makeFailure('rate_limited', { status: 429, retryAfterMs });

describe('a rate limit', () => {
  it('keeps the target from being called until the hint is over, and never touches its breaker', async () => {
    const { run, clock, order, engine } = world([east, backup], { [east.slug]: [limited(20_000), 'ok'] });
    await run();
    await clock.advance(19_998);
    expect(await run()).toMatchObject({ value: backup.slug, reason: 'rate_limited' });
    await clock.advance(2);
    expect(await run()).toMatchObject({ value: east.slug, reason: null });
    expect(order()).toEqual([east.slug, backup.slug, backup.slug, east.slug]);
    expect(engine.view('target', east.slug)?.window).toMatchObject({ failure: 0, ok: 1 });
  });

  it.each([
    [1, 1_000],
    [5_000, 5_000],
    [86_400_000, 600_000],
  ])('with a hint of %d ms is kept for %d ms', async (hint, kept) => {
    const { run, engine, clock } = world([east, backup], { [east.slug]: [limited(hint)] });
    await run();
    const cooldown = engine.view('target', east.slug)?.cooldown;
    expect(cooldown).toMatchObject({ untilWallMs: clock.wall() + kept, class: 'rate_limited' });
  });

  it('without a hint is kept for 2 s, then doubling to 60 s, across restarts, until an answer is good', async () => {
    const { run, engine, clock } = world([east, backup], {
      [east.slug]: [...Array(7).fill(limited(null)), 'ok', limited(null)],
    });
    const kept: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      await run();
      const until = engine.view('target', east.slug)?.cooldown?.untilWallMs ?? Number.NaN;
      kept.push((until - clock.wall()) / 1000);
      await clock.advance(until - clock.wall());
    }
    expect(kept).toEqual([2, 4, 8, 16, 32, 60, 60]);
    expect(engine.cooldowns()[0]?.level).toBe(7);
    expect(await run()).toMatchObject({ value: east.slug });
    expect(engine.cooldowns()).toEqual([]);
    await run();
    expect(engine.cooldowns()[0]?.level).toBe(1);
  });

  it('met by many calls at once is one refusal', async () => {
    const { engine, flow, clock, call } = world([east, backup], { [east.slug]: [limited(null)] });
    const runs = Array.from({ length: 10 }, () => engine.run(makeRequest(flow, clock.now()), call));
    await clock.until(Promise.all(runs));
    expect(engine.cooldowns()).toMatchObject([{ level: 1, untilWallMs: clock.wall() + 2_000 }]);
  });

  it('is never shortened by a later, shorter hint', async () => {
    const { engine, flow, clock } = world([east, backup], {});
    const hints = [60_000, 5_000];
    const runs = [0, 1].map(() =>
      engine.run(makeRequest(flow, clock.now()), async ({ target }) =>
        target.slug === east.slug
          ? { kind: 'failed', failure: limited(hints.shift() ?? null) }
          : { kind: 'committed', value: 1, firstTokenMs: 1 },
      ),
    );
    await clock.until(Promise.all(runs));
    expect(engine.view('target', east.slug)?.cooldown?.untilWallMs).toBe(clock.wall() + 60_000);
  });

  it('is the whole account\u2019s where the vendor counts so, and the target\u2019s alone elsewhere', async () => {
    const big = makeTarget('a.east.big', { rateLimitScope: 'account' });
    const same = makeTarget('a.west.big', { rateLimitScope: 'account' });
    const other = makeTarget('a.east.small', { rateLimitScope: 'account' });
    const { run, order } = world([big, same, other], { [big.slug]: [limited(20_000)] });
    expect(await run()).toMatchObject({ value: other.slug });
    expect(order()).toEqual([big.slug, other.slug]);
    const apart = world([east, west], { [east.slug]: [limited(20_000)] });
    expect(await apart.run()).toMatchObject({ value: west.slug });
  });
});

describe('a sick provider that says when to come back', () => {
  it('is charged to the breaker and taken at its word', async () => {
    const failure = makeFailure('overloaded', { status: 529, retryAfterMs: 30_000 });
    const { run, engine, order } = world([east, west], { [east.slug]: [failure] });
    await run();
    expect(engine.view('target', east.slug)).toMatchObject({
      window: { failure: 1 },
      cooldown: { class: 'overloaded' },
    });
    expect(await run()).toMatchObject({ value: west.slug, reason: 'overloaded', attempts: 1 });
    expect(order()).toEqual([east.slug, west.slug, west.slug]);
  });
});

describe('a used-up quota or a refused key', () => {
  it.each([
    ['quota_exhausted', 3_600_000, 'quota'],
    ['auth', 300_000, 'auth'],
  ] as const)(
    '%s pins every target of the credential, and one call is tried later',
    async (failureClass, retryMs, reason) => {
      const small = makeTarget('a.east.small');
      const answers = { [east.slug]: [makeFailure(failureClass), makeFailure(failureClass), 'ok' as const] };
      const { run, clock, order } = world([east, small, backup], answers);
      expect(await run()).toMatchObject({ value: backup.slug, reason });
      await clock.advance(retryMs - 1);
      expect(await run()).toMatchObject({ value: backup.slug, reason, attempts: 1 });
      await clock.advance(1);
      await run();
      await clock.advance(retryMs);
      expect(await run()).toMatchObject({ value: east.slug });
      expect(await run()).toMatchObject({ value: east.slug });
      expect(order().filter((slug) => slug === small.slug)).toEqual([]);
      expect(order().filter((slug) => slug === east.slug)).toHaveLength(4);
    },
  );

  it('is tried by one call at a time', async () => {
    const answers = { [east.slug]: [makeFailure('auth'), 'silence' as const] };
    const { run, clock, engine, flow, call, order } = world([east, backup], answers);
    await run();
    await clock.advance(300_000);
    const trying = engine.run(makeRequest(flow, clock.now()), call);
    expect(await engine.run(makeRequest(flow, clock.now()), call)).toMatchObject({ value: backup.slug });
    expect(order().filter((slug) => slug === east.slug)).toHaveLength(2);
    await clock.until(trying);
  });

  it('is forgotten with a new configuration when it was the key, not when it was the quota', async () => {
    const refused = world([east, backup], { [east.slug]: [makeFailure('auth'), 'ok'] });
    await refused.run();
    refused.engine.configure(makeConfig([east, backup], refused.flow));
    expect(await refused.run()).toMatchObject({ value: east.slug });
    const empty = world([east, backup], { [east.slug]: [makeFailure('quota_exhausted'), 'ok'] });
    await empty.run();
    empty.engine.configure(makeConfig([east, backup], empty.flow));
    expect(await empty.run()).toMatchObject({ value: backup.slug });
  });
});

describe('cooldowns', () => {
  it('survive a restart, on the wall clock', async () => {
    const first = world([east, backup], { [east.slug]: [limited(60_000)] });
    await first.run();
    const kept = structuredClone(first.engine.cooldowns());
    const clock = new VirtualClock(5, first.clock.wall() + 10_000);
    const second = new Engine({ clock, random: () => 0 });
    second.configure(makeConfig([east, backup], makeFlow([east, backup])));
    second.setCooldowns(kept);
    expect(second.cooldowns()).toEqual(kept);
    expect(second.view('target', east.slug)?.cooldown?.untilWallMs).toBe(clock.wall() + 50_000);
  });

  it('do not move when the wall clock is set', async () => {
    const { run, clock } = world([east, backup], { [east.slug]: [limited(20_000), 'ok'] });
    await run();
    clock.jumpWall(3_600_000);
    expect(await run()).toMatchObject({ value: backup.slug });
    clock.jumpWall(-7_200_000);
    await clock.advance(20_000);
    expect(await run()).toMatchObject({ value: east.slug });
  });

  it('are never shortened by a list from before', async () => {
    const { run, engine, clock } = world([east, backup], { [east.slug]: [limited(60_000)] });
    await run();
    const [kept] = engine.cooldowns();
    if (kept === undefined) throw new Error('should be cooling down');
    engine.setCooldowns([{ ...kept, untilWallMs: clock.wall() + 1_000 }]);
    expect(engine.cooldowns()).toEqual([kept]);
  });

  it('are lifted by an operator, and everybody who shares one is told', async () => {
    const big = makeTarget('a.east.big', { rateLimitScope: 'account' });
    const same = makeTarget('a.west.big', { rateLimitScope: 'account' });
    const { run, engine, events } = world([big, same], { [big.slug]: [limited(60_000), 'ok'] });
    await run();
    events.length = 0;
    engine.clearCooldown(same.slug);
    expect(events).toEqual([
      { type: 'cooldowns' },
      { type: 'changed', scope: 'target', id: big.slug },
      { type: 'changed', scope: 'target', id: same.slug },
    ]);
    expect(await run()).toMatchObject({ value: big.slug });
  });

  it('of targets that are gone are dropped', async () => {
    const { run, engine, flow } = world([east, backup], { [east.slug]: [limited(60_000)] });
    await run();
    engine.configure(makeConfig([backup], flow));
    expect(engine.cooldowns()).toEqual([]);
  });
});
