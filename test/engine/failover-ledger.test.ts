import { describe, expect, it } from 'vitest';
import type { EnginePolicy, EngineTarget, Failure } from '#lib/engine/types.ts';
import { makeFailure, makeTarget } from './factories.ts';
import { denialsOf } from './stage.ts';
import { type Answer, backup, east, west, world } from './world.ts';

const limited = (retryAfterMs: number | null) => makeFailure('rate_limited', { status: 429, retryAfterMs });

/** What the trail says of one failure of the primary, in its last word on it. */
async function told(
  failure: Failure,
  policy: Partial<EnginePolicy> = {},
  targets: readonly EngineTarget[] = [east, backup],
) {
  const answers: Record<string, Answer[]> = { [east.slug]: [failure] };
  const { run } = world(targets, answers, { maxRetriesPerTarget: 1, ...policy });
  const denied = denialsOf(await run());
  expect(denied.every(({ target }) => target === east.slug)).toBe(true);
  return denied.map(({ what, reason, text }) => `${what} ${reason}: ${text}`);
}

describe('every retry that is not made says why', () => {
  it('because the provider asks for a longer wait than is worth it', async () => {
    expect(await told(limited(40_000))).toEqual([
      'retry wait: Not tried again on a-east-big: the provider asks to wait 40 s, and b-eu-small can answer now.',
    ]);
    expect(await told(limited(40_000), {}, [east])).toEqual([
      'retry wait: Not tried again on a-east-big: the provider asks to wait 40 s, and a request waits 8 s at most.',
    ]);
    expect(await told(limited(null))).toEqual([
      'retry wait: Not tried again on a-east-big: the provider does not say for how long it limits calls, and b-eu-small can answer now.',
    ]);
  });

  it('because failures of this class would only come again', async () => {
    expect(await told(makeFailure('model_not_found'))).toEqual([
      'retry class: Not tried again on a-east-big: another call does not help against this (model not found).',
    ]);
    expect(await told(makeFailure('timeout', { timeout: 'first_token' }))).toEqual([
      'retry class: Not tried again on a-east-big: a target that ran out of time is not asked again.',
    ]);
  });

  it('because the flow does not want it, or not any more', async () => {
    const down = makeFailure('server_error');
    expect(await told(down, { maxRetriesPerTarget: 0 })).toEqual([
      'retry policy: Not tried again on a-east-big: the flow does not retry.',
    ]);
    expect(await told(down)).toEqual([
      'retry policy: Not tried again on a-east-big: the flow allows one retry of a target.',
    ]);
    expect(await told(down, { maxRetriesPerTarget: 2 })).toEqual([
      'retry policy: Not tried again on a-east-big: the flow allows 2 retries of a target.',
    ]);
  });

  it('because the attempts left are for others, or there are none', async () => {
    const down = makeFailure('server_error');
    expect(await told(down, { maxAttempts: 2 })).toEqual([
      'retry attempts: Not tried again on a-east-big: the one attempt left is for a target that has not been tried.',
    ]);
    expect(await told(down, { maxAttempts: 3 }, [east, west, backup])).toEqual([
      'retry attempts: Not tried again on a-east-big: the 2 attempts left are for targets that have not been tried.',
    ]);
    expect(await told(down, { maxAttempts: 1 }, [east])).toEqual([
      'retry attempts: Not tried again on a-east-big: all attempts that the flow allows were made.',
    ]);
  });

  it('once for each failed attempt, and not when it was made or could not have been', async () => {
    const { run } = world(
      [east, backup],
      { [east.slug]: [makeFailure('server_error'), 'ok'] },
      { maxRetriesPerTarget: 1 },
    );
    expect(denialsOf(await run())).toEqual([]);
    expect(await told(makeFailure('invalid_request', { status: 400 }))).toEqual([]);
    const gone = world([east], { [east.slug]: [makeFailure('client_abort')] }, { maxRetriesPerTarget: 1 });
    expect(denialsOf(await gone.run())).toEqual([]);
    const failing = { [east.slug]: [makeFailure('overloaded')], [backup.slug]: [makeFailure('overloaded')] };
    const both = world([east, backup], failing);
    expect(denialsOf(await both.run()).map(({ target }) => target)).toEqual([east.slug, backup.slug]);
  });

  it('as the open breaker that it is, without waiting first, once the target\u2019s own failures have opened it', async () => {
    const { run, clock, order } = world(
      [east, backup],
      { [east.slug]: [makeFailure('server_error')] },
      { maxRetriesPerTarget: 2 },
    );
    await run();
    const before = clock.now();
    const outcome = await run();
    expect(order().slice(4)).toEqual([east.slug, east.slug, backup.slug]);
    expect(outcome.trail).toContainEqual(
      expect.objectContaining({ kind: 'skip', target: east.slug, reason: 'breaker_open' }),
    );
    // One wait of 250 ms, between its two calls, and none before the skip.
    expect(clock.now() - before).toBe(251);
  });
});

describe('a move that the flow does not want', () => {
  it('is told, when somebody could have been asked', async () => {
    const refused = makeFailure('content_filtered', { status: 400 });
    expect(await told(refused)).toEqual([
      'failover policy: Not asked at b-eu-small: the flow hands content refusals back to the caller.',
    ]);
    expect(await told(refused, {}, [east])).toEqual([]);
  });

  it('is told for a request that is too long, which then goes nowhere else', async () => {
    const small = makeTarget('a.east.big', { contextWindow: 1_000 });
    const large = makeTarget('b.eu.small', { contextWindow: 9_000 });
    const overflow = makeFailure('context_length_exceeded', { status: 400 });
    const { run, order } = world(
      [small, large],
      { [small.slug]: [overflow] },
      { failOverOnContextOverflow: false },
    );
    const outcome = await run();
    expect(outcome).toMatchObject({ kind: 'failed', callersFault: true, failure: overflow, target: small });
    expect(denialsOf(outcome)).toMatchObject([{ what: 'failover', reason: 'policy' }]);
    expect(order()).toEqual([small.slug]);
  });
});
