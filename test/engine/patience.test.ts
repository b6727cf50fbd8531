import { describe, expect, it } from 'vitest';
import type { EngineCooldown, EnginePolicy, EngineTarget } from '#lib/engine/types.ts';
import { makeFailure, makeTarget } from './factories.ts';
import { type Act, attemptsOf, countListeners, denialsOf, Stage } from './stage.ts';
import { backup, east, west } from './world.ts';

const SECOND = 1_000;
const DOWN: Act = { answer: makeFailure('server_error', { status: 503 }) };
const OK: Act = { answer: 'ok' };
const limited = (retryAfterMs: number | null): Act => ({
  answer: makeFailure('rate_limited', { status: 429, retryAfterMs }),
});
const patience = (s: number, retries: number): Partial<EnginePolicy> => ({
  patience: { ms: s * SECOND, retries },
});

function stage(acts: Record<string, Act[]>, policy: Partial<EnginePolicy>, targets = [east, backup]): Stage {
  return new Stage(targets, acts, policy);
}

/** The target may not be called for this long, whoever asks. */
function cool(
  { engine, clock }: Stage,
  { slug }: EngineTarget,
  ms: number,
  differs: Partial<EngineCooldown> = {},
) {
  const given = {
    class: 'rate_limited' as const,
    message: 'Slow down.',
    setAtWallMs: clock.wall(),
    level: 0,
  };
  engine.setCooldowns([{ key: `target:${slug}`, untilWallMs: clock.wall() + ms, ...given, ...differs }]);
}

describe('patience with the primary', () => {
  it('calls a target that failed again, after backoff, before a backup model', async () => {
    const { serve, clock, order } = bound(stage({ [east.slug]: [DOWN, DOWN, OK] }, patience(5, 2)));
    const from = clock.now();
    const outcome = await serve();
    expect(outcome).toMatchObject({ value: east.slug, degraded: false, reason: null, attempts: 3 });
    expect(order()).toEqual([east.slug, east.slug, east.slug]);
    // Half of 500 ms, then half of a second: the draw is 0.5.
    expect(attemptsOf(outcome).map(({ waitedMs }) => waitedMs)).toEqual([0, 250, 500]);
    expect(clock.now() - from).toBe(752);
  });

  it('is not needed by a healthy primary, and changes nothing without the wish for it', async () => {
    const healthy = stage({}, patience(5, 2));
    expect((await healthy.serve()).trail).toHaveLength(1);
    const impatient = stage({ [east.slug]: [DOWN] }, {});
    expect(await impatient.serve()).toMatchObject({ value: backup.slug, attempts: 2 });
  });

  it('waits for the end of a rate limit, as long as the provider asks for no more than is left of it', async () => {
    const short = stage({ [east.slug]: [limited(4_000), OK] }, patience(5, 1));
    const outcome = await short.serve();
    expect(outcome).toMatchObject({ value: east.slug, degraded: false });
    expect(attemptsOf(outcome).map(({ waitedMs }) => waitedMs)).toEqual([0, 4_000]);
    const long = stage({ [east.slug]: [limited(6_000), OK] }, patience(5, 1));
    const from = long.clock.now();
    const elsewhere = await long.serve();
    expect(elsewhere).toMatchObject({ value: backup.slug, degraded: true, reason: 'rate_limited' });
    expect(long.clock.now()).toBe(from);
    expect(denialsOf(elsewhere).at(-1)?.text).toBe(
      "Not tried again on a-east-big: it may be called in 6 s at the earliest, and the flow's patience is 5 s.",
    );
  });

  it('waits for a cooled target that this request has not called yet', async () => {
    const cooled = stage({}, patience(5, 1));
    cool(cooled, east, 3_000);
    const outcome = await cooled.serve();
    expect(outcome).toMatchObject({ value: east.slug, degraded: false, reason: null, attempts: 1 });
    expect(outcome.trail).toMatchObject([
      { kind: 'skip', target: east.slug, reason: 'cooldown' },
      { kind: 'attempt', target: east.slug, waitedMs: 3_000 },
    ]);
  });

  it('waits until an open breaker lets its probe through, and is that probe', async () => {
    const broken = stage({}, patience(8, 1));
    await broken.open(east, makeFailure('server_error', { status: 503 }));
    await broken.clock.advance(1_500);
    const outcome = await broken.serve();
    // Open for 10 s less 15 %.
    expect(attemptsOf(outcome)).toMatchObject([{ target: east.slug, probe: true, waitedMs: 7_000 }]);
    expect(broken.view(east).state).toBe('half_open');
    const impatient = stage({}, patience(8, 1));
    await impatient.open(east, makeFailure('server_error', { status: 503 }));
    const elsewhere = await impatient.serve();
    expect(elsewhere.value).toBe(backup.slug);
    expect(denialsOf(elsewhere).map(({ what, reason, text }) => `${what} ${reason}: ${text}`)).toEqual([
      "retry wait: Not waited for at a-east-big: it may be called in 8.5 s at the earliest, and the flow's patience is 8 s.",
    ]);
  });

  it('waits for nobody whose cooldown ends in time while its breaker stays open for longer', async () => {
    const both = stage({}, patience(5, 1));
    await both.open(east, makeFailure('server_error', { status: 503 }));
    cool(both, east, 3_000);
    const from = both.clock.now();
    const outcome = await both.serve();
    expect(outcome).toMatchObject({ value: backup.slug, attempts: 1 });
    expect(both.clock.now()).toBe(from);
    expect(denialsOf(outcome).at(-1)?.text).toContain('it may be called in 8.5 s at the earliest');
  });

  it('asks whoever of the family may be called soonest', async () => {
    const both = stage({}, patience(9, 2), [east, west, backup]);
    cool(both, east, 8_000);
    both.engine.setCooldowns([
      {
        ...only(both.engine.cooldowns()),
        key: `target:${west.slug}`,
        untilWallMs: both.clock.wall() + 2_000,
      },
    ]);
    expect(attemptsOf(await both.serve())).toMatchObject([{ target: west.slug, waitedMs: 2_000 }]);
  });

  it('asks an alternate that stands behind the backup model in the chain, at once', async () => {
    const chain = stage({ [east.slug]: [DOWN] }, patience(5, 1), [east, backup, west]);
    const outcome = await chain.serve();
    expect(outcome).toMatchObject({ value: west.slug, degraded: false, reason: 'server_error' });
    expect(attemptsOf(outcome).at(-1)).toMatchObject({ target: west.slug, waitedMs: 0 });
  });

  it('has an end: so many calls, and so much waiting in all', async () => {
    const dead = stage({ [east.slug]: [DOWN] }, { ...patience(60, 2), maxAttempts: 10 });
    const outcome = await dead.serve();
    expect(dead.order()).toEqual([east.slug, east.slug, east.slug, backup.slug]);
    expect(denialsOf(outcome).at(-1)).toMatchObject({ target: east.slug, what: 'retry', reason: 'policy' });
    expect(denialsOf(outcome).at(-1)?.text).toBe(
      "Not tried again on a-east-big: the flow's patience allows 2 more calls of its family.",
    );
    const hinted = stage({ [east.slug]: [limited(3_000)] }, { ...patience(7, 5), maxAttempts: 10 });
    const served = await hinted.serve();
    expect(attemptsOf(served).map(({ waitedMs }) => waitedMs)).toEqual([0, 3_000, 3_000, 0]);
    expect(denialsOf(served).at(-1)?.text).toBe(
      "Not tried again on a-east-big: it may be called in 3 s at the earliest, and 1 s of the flow's patience of 7 s are left.",
    );
  });

  it('is given once, before the first of several backup models', async () => {
    const third = makeTarget('c.eu.tiny');
    const acts = { [east.slug]: [DOWN], [backup.slug]: [DOWN] };
    const two = stage(acts, { ...patience(5, 1), maxAttempts: 10 }, [east, backup, third]);
    expect(await two.serve()).toMatchObject({ value: third.slug });
    expect(two.order()).toEqual([east.slug, east.slug, backup.slug, third.slug]);
  });
});

describe('patience never asks again', () => {
  it('a target that ran out of time, nor one whose failure would only come again', async () => {
    for (const answer of [
      makeFailure('timeout', { timeout: 'first_token' }),
      makeFailure('model_not_found'),
    ]) {
      const { serve, order } = bound(stage({ [east.slug]: [{ answer }] }, patience(5, 2)));
      const outcome = await serve();
      expect(order()).toEqual([east.slug, backup.slug]);
      expect(denialsOf(outcome)).toHaveLength(1);
    }
  });

  it('a target that timed out when it was asked again, and says so', async () => {
    const late: Act = { answer: makeFailure('timeout', { timeout: 'first_token' }) };
    const { serve, order } = bound(stage({ [east.slug]: [DOWN, late] }, patience(5, 3)));
    const outcome = await serve();
    expect(order()).toEqual([east.slug, east.slug, backup.slug]);
    expect(denialsOf(outcome).at(-1)).toMatchObject({ target: east.slug, reason: 'class' });
  });

  it('anybody about an error of the caller', async () => {
    const fault = makeFailure('invalid_request', { status: 400 });
    const outcome = await stage({ [east.slug]: [{ answer: fault }] }, patience(5, 2)).run();
    expect(outcome).toMatchObject({ kind: 'failed', callersFault: true, attempts: 1 });
  });

  it('whom an operator keeps calls from, or whose credential or account is refused', async () => {
    const forced = stage({}, patience(60, 2));
    const override = { reason: 'a test', by: 'user:ann', setAtWallMs: 0, kind: 'forced_open' as const };
    const expiresAtWallMs = forced.clock.wall() + 2_000;
    forced.engine.setOverrides([{ scope: 'target', id: east.slug, ...override, expiresAtWallMs }]);
    expect(await forced.serve()).toMatchObject({ value: backup.slug, reason: 'override' });
    for (const pinned of ['auth', 'quota_exhausted'] as const) {
      const refused = stage({}, patience(60, 2));
      cool(refused, east, 2_000, { class: pinned });
      expect(await refused.serve()).toMatchObject({ value: backup.slug, attempts: 1 });
      expect(refused.clock.now()).toBe(1_000_000);
    }
  });
});

describe('patience leaves', () => {
  it('an attempt to every target that has not been called', async () => {
    const third = makeTarget('c.eu.tiny');
    const few = stage({ [east.slug]: [DOWN] }, { ...patience(5, 2), maxAttempts: 3 }, [east, backup, third]);
    const outcome = await few.serve();
    expect(few.order()).toEqual([east.slug, backup.slug]);
    expect(denialsOf(outcome).at(-1)).toMatchObject({ reason: 'attempts' });
  });

  it('the time that a backup model usually needs, to calls and to waits', async () => {
    const policy = { ...patience(5, 1), totalMs: 6_000, firstTokenMs: 6_000 };
    const slow = stage({ [east.slug]: [limited(4_000), OK] }, policy);
    await slow.train(backup, 2_000);
    const outcome = await slow.serve();
    expect(outcome).toMatchObject({ value: backup.slug });
    expect(denialsOf(outcome).at(-1)?.text).toBe(
      'Not tried again on a-east-big: it would start in 4 s and need at least 100 ms, the target after it 2.4 s, and 6 s are left.',
    );
    const quick = stage({ [east.slug]: [limited(4_000), OK] }, policy);
    await quick.train(backup, 500);
    expect(await quick.serve()).toMatchObject({ value: east.slug });
  });

  it.each([true, false])(
    'the backup model its time also when the call itself falls silent (streamed: %s)',
    async (stream) => {
      const acts: Record<string, Act[]> = { [east.slug]: [DOWN, { answer: 'silence' }] };
      const silent = stage(acts, { ...patience(5, 2), totalMs: 10_000 });
      const from = silent.clock.now();
      expect(await silent.run({ stream })).toMatchObject({ kind: 'served', value: backup.slug, attempts: 3 });
      expect(silent.clock.now() - from).toBeLessThanOrEqual(10_000);
    },
  );

  it('a stream that has begun the whole of the request\u2019s time, and blames nobody for silence in what little it was given', async () => {
    const policy = { ...patience(5, 1), totalMs: 10_000 };
    const acts = (second: Act): Record<string, Act[]> => ({ [east.slug]: [DOWN, second] });
    const begun = stage(acts({ afterMs: 3_000, answer: 'ok' }), policy);
    await begun.train(backup, 4_000);
    await begun.serve();
    const from = begun.calls[0]?.at ?? 0;
    expect(begun.calls[1]?.attempt).toMatchObject({
      firstTokenBy: from + 10_000 - 4_100 - 250,
      deadlineAt: from + 10_000,
    });
    const silent = stage(acts({ answer: 'silence' }), { ...policy, firstTokenMs: 9_000, totalMs: 20_000 });
    await silent.train(backup, 9_000);
    await silent.train(east, 100);
    expect(await silent.serve()).toMatchObject({ value: backup.slug, attempts: 3 });
    expect(silent.view(east).window).toMatchObject({ failure: 2 });
    const scarce = stage(acts({ answer: 'silence' }), { ...policy, firstTokenMs: 9_000, totalMs: 18_000 });
    await scarce.train(backup, 9_500);
    await scarce.train(east, 100);
    expect(await scarce.serve()).toMatchObject({ value: backup.slug, attempts: 3 });
    expect(scarce.view(east).window).toMatchObject({ failure: 1 });
  });

  it('the retry budget as it is: without a token nobody is waited for', async () => {
    const limits = stage({ [east.slug]: [DOWN] }, { ...patience(5, 2), retryBudgetPerSuccess: 0 });
    const broad = { ...east, breaker: { ...east.breaker, consecutiveFailures: 1_000, minimumCalls: 1_000 } };
    limits.engine.configure({ targets: [broad, backup], flows: [limits.flow], breaker: east.breaker });
    for (let n = 0; n < 8; n += 1) await limits.serve();
    const before = limits.clock.now();
    const outcome = await limits.serve();
    expect(outcome).toMatchObject({ value: backup.slug, attempts: 2 });
    expect(limits.clock.now()).toBe(before);
    expect(denialsOf(outcome).at(-1)).toMatchObject({ target: east.slug, what: 'retry', reason: 'budget' });
  });

  it('a recovering target what its ramp spares it', async () => {
    const ramping = { ...east.breaker, rampSeconds: 30, rampAfterSeconds: 1, probeSuccesses: 1 };
    const target = { ...east, breaker: ramping };
    const recovering = new Stage([target, backup], {}, patience(5, 2));
    await recovering.open(target, makeFailure('server_error', { status: 503 }));
    await recovering.clock.advance(10 * SECOND);
    await recovering.serve();
    expect(await recovering.serve()).toMatchObject({ value: backup.slug, attempts: 1 });
  });
});

describe('patience in a mode that serves no backup model', () => {
  it('is the family’s last chance before the request is refused', async () => {
    for (const policy of [{ mode: 'quality' }, { mode: 'mixed', defaultStakes: 'high' }] as const) {
      const served = stage({ [east.slug]: [DOWN, DOWN, OK] }, { ...patience(5, 2), ...policy });
      expect(await served.serve()).toMatchObject({ value: east.slug, degraded: false, attempts: 3 });
    }
    const dead = stage({ [east.slug]: [DOWN] }, { ...patience(5, 2), mode: 'quality' });
    expect(await dead.run()).toMatchObject({ kind: 'refused', reason: 'server_error', attempts: 3 });
  });

  it('comes after a last resort of the family, and before one that is a backup model', async () => {
    const family = stage({ [east.slug]: [DOWN, OK] }, { ...patience(9, 1), mode: 'quality' });
    await family.open(east, makeFailure('server_error', { status: 503 }));
    family.acts[east.slug] = [DOWN, OK];
    const outcome = await family.serve();
    expect(attemptsOf(outcome)).toMatchObject([
      { lastResort: true, waitedMs: 0 },
      { lastResort: false, probe: true, waitedMs: 8_500 },
    ]);
    const other = stage({}, patience(9, 1));
    await other.open(backup, makeFailure('server_error', { status: 503 }));
    await other.clock.advance(500);
    await other.open(east, makeFailure('server_error', { status: 503 }));
    expect(attemptsOf(await other.serve())).toMatchObject([
      { target: east.slug, probe: true, lastResort: false },
    ]);
  });
});

describe('a request that waits', () => {
  it('ends at once when its client leaves, and leaves nothing behind', async () => {
    const waiting = stage({ [east.slug]: [limited(4_000), OK] }, patience(5, 1));
    const client = new AbortController();
    const listeners = countListeners(client.signal);
    const running = waiting.start({ signal: client.signal });
    await waiting.clock.advance(1_000);
    client.abort();
    expect(await running).toMatchObject({ kind: 'aborted', attempts: 1 });
    expect(waiting.clock.pending).toBe(0);
    expect(listeners()).toBe(0);
  });

  it('goes on as soon as somebody else’s probe has gone well, and waits for no probe longer than its patience', async () => {
    const acts: Record<string, Act[]> = { [east.slug]: [{ afterMs: 700, answer: 'ok' }] };
    const many = stage(acts, patience(12, 1));
    await many.open(east, makeFailure('server_error', { status: 503 }));
    const from = many.clock.now();
    const five = await many.clock.until(Promise.all([1, 2, 3, 4, 5].map(() => many.start())));
    expect(five.map((outcome) => outcome.kind === 'served' && outcome.value)).toEqual(
      Array(5).fill(east.slug),
    );
    // One probe, one more, then everybody.
    expect(many.calls.map(({ at }) => at - from)).toEqual([8_501, 9_201, 9_901, 9_901, 9_901]);
    const silent = stage({ [east.slug]: [{ answer: 'silence' }] }, patience(10, 1));
    await silent.open(east, makeFailure('server_error', { status: 503 }));
    const first = silent.start();
    const second = await silent.run();
    expect(second).toMatchObject({ kind: 'served', value: backup.slug, attempts: 1 });
    expect(denialsOf(second).at(-1)?.text).toBe(
      "Not waited for at a-east-big: its probe is still out, and the flow's patience of 10 s is over.",
    );
    await silent.clock.until(first);
  });

  it('goes on as soon as an operator lets the target have calls again', async () => {
    const cooled = stage({}, patience(30, 1));
    cool(cooled, east, 20_000);
    const running = cooled.start();
    await cooled.clock.advance(2_000);
    cooled.engine.clearCooldown(east.slug);
    expect(attemptsOf(await cooled.clock.until(running))).toMatchObject([
      { target: east.slug, waitedMs: 2_000 },
    ]);
  });
});

function bound(of: Stage) {
  return { serve: () => of.serve(), order: () => of.order(), clock: of.clock };
}

function only<V>(list: readonly V[]): V {
  const [one] = list;
  if (one === undefined || list.length > 1) throw new Error('There should be exactly one.');
  return one;
}
