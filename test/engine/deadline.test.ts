import { describe, expect, it } from 'vitest';
import { Pace } from '#lib/engine/pace.ts';
import { makeFailure, makeFlow, makeTarget } from './factories.ts';
import { denialsOf, Stage } from './stage.ts';
import { backup, east, west } from './world.ts';

const limited = (retryAfterMs: number) => makeFailure('rate_limited', { retryAfterMs });

describe('how long a target usually takes', () => {
  it('is not known before twenty good answers, and is of the last two hundred', () => {
    const pace = new Pace();
    for (let call = 0; call < 19; call += 1) pace.add(100, true);
    expect(pace.quantile(0.5)).toBeNull();
    pace.add(100, true);
    expect(pace.quantile(0.5)).toBe(100);
    for (let call = 0; call < 200; call += 1) pace.add(1_000 + call, true);
    expect(pace.quantile(0)).toBeNull();
    expect(pace.quantile(0.5)).toBe(1_099);
    expect(pace.quantile(0.95)).toBe(1_189);
    expect(pace.quantile(1)).toBe(1_199);
  });

  it('counts late calls among the last fifty, answered or not', () => {
    const pace = new Pace();
    for (let call = 0; call < 9; call += 1) pace.waited(5_000);
    expect(pace.lateShare(1_000)).toBeNull();
    pace.add(5_000, false);
    expect(pace.lateShare(1_000)).toBe(1);
    expect(pace.lateShare(5_000)).toBe(0);
    for (let call = 0; call < 40; call += 1) pace.add(10, true);
    expect(pace.lateShare(1_000)).toBe(0.2);
    for (let call = 0; call < 10; call += 1) pace.add(10, true);
    expect(pace.lateShare(1_000)).toBe(0);
    expect(pace.quantile(1)).toBe(10);
  });
});

describe('no attempt starts that cannot finish', () => {
  it('passes over a target that usually needs longer than what is left, with both times', async () => {
    const fast = makeTarget('c.eu.small');
    const acts = { [east.slug]: [{ afterMs: 8_000, answer: makeFailure('server_error') }] };
    const stage = new Stage([east, backup, fast], acts, { totalMs: 10_000 });
    await stage.train(backup, 3_000);
    await stage.train(fast, 500);
    const outcome = await stage.run();
    expect(outcome).toMatchObject({ kind: 'served', value: fast.slug });
    expect(stage.order()).toEqual([east.slug, fast.slug]);
    expect(outcome.trail).toContainEqual({
      kind: 'skip',
      target: backup.slug,
      reason: 'deadline',
      scope: null,
      scopeId: null,
      text: "Only 2 s of the request's 10 s were left, and b-eu-small usually needs 3 s to its first token.",
    });
  });

  it('calls one that just fits', async () => {
    const acts = { [east.slug]: [{ afterMs: 6_900, answer: makeFailure('server_error') }] };
    const stage = new Stage([east, backup], acts, { totalMs: 10_000 });
    await stage.train(backup, 3_000);
    expect(await stage.run()).toMatchObject({ kind: 'served', value: backup.slug });
    stage.acts[east.slug] = [{ afterMs: 6_901, answer: makeFailure('server_error') }];
    expect(await stage.run()).toMatchObject({ kind: 'refused' });
  });

  it('asks for a tenth of a second where nothing is known of the target', async () => {
    const acts = { [east.slug]: [{ afterMs: 9_900, answer: makeFailure('server_error') }] };
    const stage = new Stage([east, backup], acts, { totalMs: 10_000 });
    expect(await stage.run()).toMatchObject({ kind: 'served' });
    stage.acts[east.slug] = [{ afterMs: 9_901, answer: makeFailure('server_error') }];
    const outcome = await stage.run();
    expect(outcome.trail.at(-1)).toMatchObject({
      reason: 'deadline',
      text: "Only 99 ms of the request's 10 s were left.",
    });
  });

  it('always lets a request with half of its time try, so that a target that was slow can be found to be fast again', async () => {
    const stage = new Stage([east], {}, { totalMs: 5_000 });
    await stage.train(east, 9_000);
    expect(await stage.run()).toMatchObject({ kind: 'served' });
    const late = { startedAt: stage.clock.now() - 2_401 };
    expect(await stage.run(late)).toMatchObject({ kind: 'refused', reason: 'timeout' });
  });

  it('does not retry after a wait that leaves too little time', async () => {
    const acts = { [east.slug]: [{ answer: limited(7_500) }] };
    const stage = new Stage([east], acts, { totalMs: 10_000, maxRetriesPerTarget: 1 });
    await stage.train(east, 3_000);
    const outcome = await stage.run();
    expect(stage.order()).toEqual([east.slug]);
    expect(denialsOf(outcome)).toMatchObject([
      {
        what: 'retry',
        reason: 'deadline',
        text: 'Not tried again on a-east-big: it would start in 7.5 s and need at least 3.1 s, and 10 s are left.',
      },
    ]);
  });

  it('gives every attempt what is left and no more, and never starts a clock again', async () => {
    const acts = {
      [east.slug]: [{ answer: 'silence' as const }],
      [west.slug]: [{ answer: 'silence' as const }],
    };
    const stage = new Stage([east, west, backup], acts, { totalMs: 20_000 });
    const startedAt = stage.clock.now();
    expect(await stage.run()).toMatchObject({ kind: 'refused', reason: 'timeout' });
    const limits = stage.calls.map(({ attempt }) => [attempt.firstTokenBy, attempt.deadlineAt]);
    expect(limits).toEqual([
      [startedAt + 15_000, startedAt + 20_000],
      [startedAt + 20_000, startedAt + 20_000],
    ]);
    expect(stage.clock.now()).toBe(startedAt + 20_250);
  });

  it('holds for a request that arrives with hardly any time', async () => {
    const stage = new Stage([east], {}, { totalMs: 10_000 });
    const outcome = await stage.run(
      { startedAt: stage.clock.now() - 9_950 },
      makeFlow([east], { totalMs: 10_000 }),
    );
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'timeout', attempts: 0 });
  });
});
