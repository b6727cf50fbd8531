import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Random } from '#lib/engine/clock.ts';
import { backoffMs, judgeRetry, type RetryQuestion } from '#lib/engine/retry.ts';
import type { FailureClass } from '#lib/engine/types.ts';
import { makeFailure } from './factories.ts';
import { backup, east, west, world } from './world.ts';

const question = (differs: Partial<RetryQuestion> = {}): RetryQuestion => ({
  failure: makeFailure('server_error'),
  begun: false,
  retries: 0,
  maxRetries: 2,
  attemptsLeft: 4,
  untried: 0,
  elsewhere: [],
  cooledMs: 0,
  remainingMs: 100_000,
  neededMs: 100,
  asideMs: 0,
  ...differs,
});
const retryWaitMs = (asked: RetryQuestion, random: Random) => {
  const answer = judgeRetry(asked, random);
  return answer.retry ? answer.waitMs : answer.reason;
};
const limited = (retryAfterMs: number | null) => makeFailure('rate_limited', { status: 429, retryAfterMs });

describe('same-target retries', () => {
  it('wait a random time up to 500 ms, doubling, never above 8 s and always finite', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 100_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (retry, random) => {
          const wait = backoffMs(retry, () => random);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Math.min(8_000, 500 * 2 ** retry));
        },
      ),
    );
  });

  it.each<FailureClass>([
    'timeout',
    'protocol_violation',
    'auth',
    'permission',
    'quota_exhausted',
    'rate_limited_too_big',
    'model_not_found',
    'invalid_request',
    'context_length_exceeded',
    'content_filtered',
    'client_abort',
  ])('are never made after %s', (failureClass) => {
    expect(retryWaitMs(question({ failure: makeFailure(failureClass) }), () => 0.5)).toBe('class');
  });

  it('are never made of an answer that had begun', () => {
    expect(retryWaitMs(question({ begun: true }), () => 0.5)).toBe('class');
  });

  it('are never made on a host that swallowed the connection until its timeout', () => {
    const failure = makeFailure('connection', { connect: true, timeout: 'connect' });
    expect(retryWaitMs(question({ failure }), () => 0.5)).toBe('class');
    const refused = makeFailure('connection', { connect: true });
    expect(retryWaitMs(question({ failure: refused }), () => 0.5)).toBe(250);
  });

  it.each<FailureClass>(['server_error', 'overloaded', 'connection'])(
    'follow %s after backoff',
    (failureClass) => {
      const failure = makeFailure(failureClass);
      expect(retryWaitMs(question({ failure, elsewhere: ['b'] }), () => 0.5)).toBe(250);
      expect(retryWaitMs(question({ failure, elsewhere: ['b'], retries: 1 }), () => 0.5)).toBe(500);
      expect(retryWaitMs(question({ failure, elsewhere: ['b'], retries: 2 }), () => 0.5)).toBe('policy');
    },
  );

  it('honour a hint of up to 2 s, and longer ones only when there is nowhere else to go', () => {
    const waitAfter = (retryAfterMs: number | null, elsewhere: string[]) =>
      retryWaitMs(question({ failure: limited(retryAfterMs), elsewhere }), () => 0);
    expect(waitAfter(2_000, ['b'])).toBe(2_000);
    expect(waitAfter(2_001, ['b'])).toBe('wait');
    expect(waitAfter(null, ['b'])).toBe('wait');
    expect(waitAfter(7_000, [])).toBe(7_000);
    expect(waitAfter(60_000, [])).toBe('wait');
  });

  it('never start without the time that their target needs', () => {
    const waitWith = (remainingMs: number) =>
      retryWaitMs(question({ failure: limited(1_500), neededMs: 400, remainingMs }), () => 0);
    expect(waitWith(1_900)).toBe(1_500);
    expect(waitWith(1_899)).toBe('deadline');
  });

  it('leave the next target the time that it needs', () => {
    const waitWith = (remainingMs: number) =>
      retryWaitMs(
        question({ failure: limited(1_500), elsewhere: ['b'], asideMs: 600, remainingMs }),
        () => 0,
      );
    expect(waitWith(2_200)).toBe(1_500);
    expect(waitWith(2_199)).toBe('deadline');
  });

  it('never follow a failure of which the provider says that calling again is of no use', () => {
    const failure = makeFailure('overloaded', { noRetry: true, retryAfterMs: 100 });
    expect(retryWaitMs(question({ failure }), () => 0)).toBe('class');
  });

  it('leave an attempt for every target that has not been tried, also for those that may be called only later', () => {
    expect(retryWaitMs(question({ attemptsLeft: 2, untried: 2 }), () => 0)).toBe('attempts');
    expect(retryWaitMs(question({ attemptsLeft: 3, untried: 2 }), () => 0)).toBe(0);
  });
});

describe('a request', () => {
  it('is answered by the primary after a short rate limit', async () => {
    const answers = { [east.slug]: [limited(1_500), 'ok' as const] };
    const { run, order } = world([east, backup], answers, { maxRetriesPerTarget: 2 });
    const outcome = await run();
    expect(outcome).toMatchObject({ kind: 'served', value: east.slug, reason: null, attempts: 2 });
    expect(outcome.trail[1]).toMatchObject({ waitedMs: 1_500 });
    expect(order()).toEqual([east.slug, east.slug]);
  });

  it('goes on at once after a long one', async () => {
    const { run, clock } = world(
      [east, backup],
      { [east.slug]: [limited(20_000)] },
      { maxRetriesPerTarget: 2 },
    );
    const started = clock.now();
    expect(await run()).toMatchObject({ value: backup.slug });
    expect(clock.now()).toBe(started);
  });

  it('reaches the one healthy target at the end of a chain of failing ones', async () => {
    const dead = makeFailure('server_error');
    const answers = { [east.slug]: [dead], [west.slug]: [dead] };
    const { run, order } = world([east, west, backup], answers, { maxRetriesPerTarget: 2, maxAttempts: 4 });
    expect(await run()).toMatchObject({ kind: 'served', value: backup.slug, attempts: 4 });
    expect(order()).toEqual([east.slug, east.slug, west.slug, backup.slug]);
  });

  it('stops retrying a target whose breaker has opened meanwhile', async () => {
    const { run, order, engine } = world(
      [east],
      { [east.slug]: [makeFailure('server_error')] },
      { maxRetriesPerTarget: 2 },
    );
    await run();
    await run();
    expect(order()).toHaveLength(5);
    expect(engine.view('target', east.slug)?.state).toBe('open');
  });
});
