import { describe, expect, it } from 'vitest';
import type { ResumeAt, RunOutcome } from '#lib/engine/run-types.ts';
import type { EngineTarget, FailureClass } from '#lib/engine/types.ts';
import { makeConfig, makeFailure, makeTarget } from './factories.ts';
import { type Act, attemptsOf, countListeners, denialsOf, Stage } from './stage.ts';
import { backup, east, west } from './world.ts';

const CUT = makeFailure('connection', { message: 'The stream was cut.' });
const ok: Act = { afterMs: 100, answer: 'ok' };
const third = makeTarget('c.eu.big');
const anywhere: ResumeAt = () => 'restart';

type Served = Extract<RunOutcome<string>, { kind: 'served' }>;

function resumed(stage: Stage, outcome: Served, at: ResumeAt = anywhere, failure = CUT) {
  return stage.clock.until(outcome.resume(failure, at));
}

describe('an answer that broke off', () => {
  it('goes on at the next target, which is told how, and the whole request is told as one', async () => {
    const stage = new Stage([east, backup], { [east.slug]: [ok], [backup.slug]: [ok] });
    const first = await stage.serve();
    const asked: [string, boolean][] = [];
    const outcome = await resumed(stage, first, ({ slug }, alternate) => {
      asked.push([slug, alternate]);
      return 'prefill';
    });
    expect(outcome).toMatchObject({
      kind: 'served',
      value: backup.slug,
      target: backup,
      degraded: true,
      reason: 'connection',
      attempts: 2,
    });
    expect(asked).toEqual([[backup.slug, false]]);
    expect(stage.calls.map(({ attempt }) => [attempt.n, attempt.resume])).toEqual([
      [1, null],
      [2, 'prefill'],
    ]);
    expect(attemptsOf(outcome)).toMatchObject([
      { target: east.slug, resume: null, verdict: 'failure', failure: CUT, hedge: false },
      { target: backup.slug, resume: 'prefill', verdict: 'ok', failure: null, hedge: false },
    ]);
    expect(outcome.trail).toBe(first.trail);
  });

  it('is booked on the target that broke it as one failure, like `finish`, and only once', async () => {
    const stage = new Stage([east, west], { [east.slug]: [ok], [west.slug]: [ok] });
    const first = await stage.serve();
    const outcome = await resumed(stage, first);
    first.finish(CUT);
    expect(await resumed(stage, first)).toMatchObject({ kind: 'failed', failure: CUT });
    expect(stage.view(east).window).toMatchObject({ ok: 1, failure: 1 });
    expect(stage.calls).toHaveLength(2);
    if (outcome.kind === 'served') outcome.finish(null);
    expect(stage.view(west)).toMatchObject({ inFlight: 0, window: { ok: 1, failure: 0 } });
  });

  it('does not go on after `finish`', async () => {
    const stage = new Stage([east, west], {});
    const first = await stage.serve();
    first.finish(null);
    expect(await resumed(stage, first)).toMatchObject({ kind: 'failed', failure: CUT });
    expect(stage.order()).toEqual([east.slug]);
    expect(stage.view(east).window.failure).toBe(0);
  });

  it('goes on only where the host is certain, in the chain\u2019s order', async () => {
    const stage = new Stage([east, west, third, backup], {});
    const at: ResumeAt = (target, alternate) => (target.slug === third.slug && alternate ? 'restart' : null);
    expect(await resumed(stage, await stage.serve(), at)).toMatchObject({
      value: third.slug,
      degraded: false,
    });
    expect(stage.order()).toEqual([east.slug, third.slug]);
  });

  it('goes on at a target that is only recovering after all others', async () => {
    const stage = new Stage([east, west, third], {});
    await stage.open(west, makeFailure('server_error'));
    await stage.clock.advance(30_000);
    expect(stage.view(west).state).toBe('half_open');
    expect(await resumed(stage, await stage.serve())).toMatchObject({ value: third.slug });
    const alone = new Stage([east, west], {});
    await alone.open(west, makeFailure('server_error'));
    await alone.clock.advance(30_000);
    expect(await resumed(alone, await alone.serve())).toMatchObject({ value: west.slug });
  });

  it('calls a target an alternate that has the model which began the answer', async () => {
    const same = makeTarget('d.eu.small');
    const stage = new Stage([east, backup, west, same], {
      [east.slug]: [{ answer: makeFailure('timeout') }],
    });
    const first = await stage.run({}, { ...stage.flow, chain: stage.flow.chain.toSpliced(2, 1) });
    if (first.kind !== 'served') throw new Error('should have been served');
    const asked: [string, boolean][] = [];
    await resumed(stage, first, ({ slug }, alternate) => {
      asked.push([slug, alternate]);
      return null;
    });
    expect(asked).toEqual([[same.slug, true]]);
  });

  it('stays degraded when a backup model began it, whoever ends it', async () => {
    const breaker = { ...east.breaker, rampSeconds: 600, rampAfterSeconds: 1, probeSuccesses: 1 };
    const ramping = makeTarget('a.east.big', { breaker });
    const stage = new Stage([ramping, backup], {});
    await stage.open(ramping, makeFailure('server_error'));
    await stage.clock.advance(30_000);
    await stage.train(ramping, 10, 1);
    const first = await stage.serve();
    expect(first).toMatchObject({ value: backup.slug, degraded: true });
    expect(await resumed(stage, first)).toMatchObject({
      kind: 'served',
      value: ramping.slug,
      degraded: true,
      reason: 'breaker_open',
    });
  });

  it('is continued once: a second break is its own failure, booked on its own target', async () => {
    const stage = new Stage([east, west, third], {});
    const second = await resumed(stage, await stage.serve());
    if (second.kind !== 'served') throw new Error('should have been served');
    const again = makeFailure('protocol_violation');
    expect(await resumed(stage, second, anywhere, again)).toMatchObject({
      kind: 'failed',
      failure: again,
      target: west,
    });
    expect(stage.order()).toEqual([east.slug, west.slug]);
    expect(stage.view(west).window.failure).toBe(1);
    expect(denialsOf(second).at(-1)).toMatchObject({ what: 'resume', reason: 'policy' });
  });

  it('frees everything that it held', async () => {
    const stage = new Stage([east, west], { [east.slug]: [ok], [west.slug]: [ok] });
    const client = new AbortController();
    const listeners = countListeners(client.signal);
    const outcome = await resumed(stage, await stage.serve({ signal: client.signal }));
    expect(listeners()).toBe(1);
    if (outcome.kind === 'served') outcome.finish(null);
    expect(listeners()).toBe(0);
    expect(stage.clock.pending).toBe(0);
  });
});

describe('a continuation that fails', () => {
  it.each<FailureClass>([
    'invalid_request',
    'unsupported_feature',
    'content_filtered',
    'context_length_exceeded',
  ])('with %s never hides the real error, and does not count against its target', async (failureClass) => {
    const rejects: Act = { answer: makeFailure(failureClass, { status: 400 }) };
    const stage = new Stage([east, west, third], { [west.slug]: [rejects] });
    const outcome = await resumed(stage, await stage.serve(), () => 'prefill');
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: CUT,
      target: east,
      callersFault: false,
      reason: 'connection',
      attempts: 2,
    });
    expect(attemptsOf(outcome)[1]).toMatchObject({ resume: 'prefill', failure: { class: failureClass } });
    expect(stage.view(west)).toMatchObject({ inFlight: 0, window: { ok: 0, failure: 0 } });
    expect(stage.order()).toEqual([east.slug, west.slug]);
  });

  it('because its target is sick counts against that target', async () => {
    const stage = new Stage([east, west], { [west.slug]: [{ answer: makeFailure('server_error') }] });
    expect(await resumed(stage, await stage.serve())).toMatchObject({ kind: 'failed', failure: CUT });
    expect(stage.view(west).window.failure).toBe(1);
  });

  it('because it says nothing is given up at its first-token limit', async () => {
    const stage = new Stage([east, west], { [west.slug]: [{ answer: 'silence' }] });
    const first = await stage.serve();
    const from = stage.clock.now();
    expect(await resumed(stage, first)).toMatchObject({ kind: 'failed', failure: CUT });
    expect(stage.clock.now() - from).toBe(15_250);
    expect(stage.clock.pending).toBe(0);
  });

  it('because the client leaves counts against nobody', async () => {
    const stage = new Stage([east, west], { [west.slug]: [{ answer: 'silence' }] });
    const client = new AbortController();
    const listeners = countListeners(client.signal);
    const first = await stage.serve({ signal: client.signal });
    const running = first.resume(CUT, anywhere);
    await stage.clock.advance(500);
    client.abort();
    expect(await running).toMatchObject({ kind: 'aborted', attempts: 2 });
    expect(stage.calls[1]?.attempt.signal.aborted).toBe(true);
    expect(stage.view(west)).toMatchObject({ inFlight: 0, window: { failure: 0, slow: 0 } });
    expect(listeners()).toBe(0);
    expect(stage.clock.pending).toBe(0);
  });
});

describe('what is not gone on with', () => {
  const denied = async (
    targets: readonly EngineTarget[],
    change: {
      at?: ResumeAt;
      failure?: typeof CUT;
      maxAttempts?: number;
      before?: (stage: Stage) => Promise<void> | void;
    } = {},
  ) => {
    const { at = anywhere, failure = CUT, maxAttempts = 5, before } = change;
    const stage = new Stage(targets, {}, { maxAttempts, totalMs: 100_000 });
    const first = await stage.serve();
    await before?.(stage);
    stage.calls.length = 0;
    const outcome = await resumed(stage, first, at, failure);
    expect(outcome).toMatchObject({ kind: 'failed', failure, target: east, attempts: 1 });
    expect(stage.order()).toEqual([]);
    return outcome.trail.slice(1).map((entry) => {
      if (entry.kind === 'attempt') throw new Error('nothing should have been tried');
      return { reason: entry.reason, text: entry.text };
    });
  };

  it('is an answer that no target is certain to continue, in one entry', async () => {
    expect(await denied([east, west, third], { at: () => null })).toEqual([
      {
        reason: 'uncertain',
        text: 'Not continued elsewhere: at a-west-big, c-eu-big it would not be certain to go on as it began.',
      },
    ]);
  });

  it('is an answer that nobody else may continue', async () => {
    const nowhere = { reason: 'nowhere', text: 'Not continued elsewhere: no other target may be called.' };
    expect(await denied([east])).toEqual([nowhere]);
    const open = await denied([east, west], {
      before: (stage) => stage.open(west, makeFailure('server_error')),
    });
    expect(open).toEqual([nowhere]);
  });

  it('is one beyond the flow\u2019s attempts', async () => {
    expect(await denied([east, west], { maxAttempts: 1 })).toMatchObject([{ reason: 'attempts' }]);
  });

  it('is one without the time for it', async () => {
    const late = await denied([east, west], { before: ({ clock }) => clock.advance(99_950) });
    expect(late).toMatchObject([{ reason: 'deadline' }]);
    const over = makeFailure('timeout', { timeout: 'deadline' });
    expect(await denied([east, west], { failure: over })).toMatchObject([{ reason: 'deadline' }]);
  });

  it.each<FailureClass>(['content_filtered', 'invalid_request'])(
    'is one that ended with %s',
    async (failureClass) => {
      const failure = makeFailure(failureClass);
      expect(await denied([east, west], { failure })).toMatchObject([{ reason: 'class' }]);
    },
  );

  it('is one whose client has gone', async () => {
    const stage = new Stage([east, west], {});
    const left = makeFailure('client_abort');
    expect(await resumed(stage, await stage.serve(), anywhere, left)).toMatchObject({ kind: 'aborted' });
    const client = new AbortController();
    const first = await stage.serve({ signal: client.signal });
    client.abort();
    expect(await resumed(stage, first)).toMatchObject({ kind: 'aborted' });
    expect(stage.order()).toEqual([east.slug, east.slug]);
  });

  it('is one by a backup model where the mode serves none', async () => {
    const stage = new Stage([east, backup], {}, { mode: 'quality' });
    const first = await stage.serve();
    expect(await resumed(stage, first)).toMatchObject({ kind: 'failed', failure: CUT });
    expect(first.trail.at(-1)).toMatchObject({ kind: 'denied', reason: 'nowhere' });
  });

  it('is one at the same provider once its budget is spent, while another provider may go on with it', async () => {
    const failing: Act = { answer: makeFailure('server_error') };
    const breaker = { ...east.breaker, consecutiveFailures: 1_000, minimumCalls: 1_000 };
    const weak = makeTarget('a.east.big', { breaker });
    const weaker = makeTarget('a.west.big', { breaker });
    const stage = new Stage([weak, weaker, third], { [weak.slug]: [failing], [weaker.slug]: [failing] });
    for (let call = 0; call < 12; call += 1) await stage.run();
    stage.acts[weak.slug] = [{ answer: 'ok' }];
    stage.calls.length = 0;
    const first = await stage.serve();
    expect(await resumed(stage, first)).toMatchObject({ kind: 'served', value: third.slug });
    expect(denialsOf(first)).toMatchObject([{ target: west.slug, what: 'resume', reason: 'budget' }]);
  });

  it('is one whose targets have left the configuration', async () => {
    const stage = new Stage([east, west], {});
    const first = await stage.serve();
    stage.engine.configure(makeConfig([east], stage.flow));
    expect(await resumed(stage, first)).toMatchObject({ kind: 'failed', failure: CUT });
  });

  it('never spins: a rate limit in the middle of an answer with nowhere to go ends at once, and cools the target', async () => {
    const limited = makeFailure('rate_limited', { retryAfterMs: 30_000 });
    const stage = new Stage([east], {});
    const first = await stage.serve();
    const from = stage.clock.now();
    expect(await resumed(stage, first, anywhere, limited)).toMatchObject({
      kind: 'failed',
      failure: limited,
    });
    expect(stage.clock.now()).toBe(from);
    expect(stage.order()).toEqual([east.slug]);
    expect(stage.view(east)).toMatchObject({ cooldown: { class: 'rate_limited' }, window: { failure: 0 } });
  });
});
