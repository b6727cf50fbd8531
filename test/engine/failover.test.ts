import { describe, expect, it } from 'vitest';
import type { AttemptOutcome } from '#lib/engine/run-types.ts';
import { makeFailure, makeRequest, makeTarget } from './factories.ts';
import { backup, east, west, world } from './world.ts';

describe('failing over', () => {
  it('answers from the primary, undegraded and without a reason, while it is healthy', async () => {
    const { run, order } = world([east, west, backup], {});
    expect(await run()).toMatchObject({
      kind: 'served',
      value: east.slug,
      degraded: false,
      reason: null,
      attempts: 1,
    });
    expect(order()).toEqual([east.slug]);
  });

  it('answers from the alternate, undegraded but with the reason, when the primary fails', async () => {
    const { run, order } = world([east, west, backup], { [east.slug]: [makeFailure('server_error')] });
    expect(await run()).toMatchObject({
      kind: 'served',
      value: west.slug,
      degraded: false,
      reason: 'server_error',
      attempts: 2,
    });
    expect(order()).toEqual([east.slug, west.slug]);
  });

  it('calls an answer by a backup model degraded', async () => {
    const { run } = world([east, backup], { [east.slug]: [makeFailure('overloaded')] });
    expect(await run()).toMatchObject({ kind: 'served', degraded: true, reason: 'overloaded' });
  });

  it('refuses gracefully instead of using a backup model in quality mode', async () => {
    const { run, order } = world(
      [east, backup],
      { [east.slug]: [makeFailure('server_error')] },
      { mode: 'quality' },
    );
    const outcome = await run();
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'server_error', retryAfterMs: 30_000 });
    expect(outcome.trail.at(-1)).toMatchObject({ kind: 'skip', target: backup.slug, reason: 'mode' });
    expect(order()).toEqual([east.slug]);
  });

  it('serves a backup model in mixed mode when stakes are low, and refuses when they are high', async () => {
    const answers = { [east.slug]: [makeFailure('server_error')] };
    const { run } = world([east, backup], answers, { mode: 'mixed', defaultStakes: 'low' });
    expect(await run()).toMatchObject({ kind: 'served', value: backup.slug });
    expect(await run({ stakes: 'low' })).toMatchObject({ kind: 'served', value: backup.slug });
    expect(await run({ stakes: 'high' })).toMatchObject({ kind: 'refused' });
  });

  it('serves an alternate in quality mode', async () => {
    const answers = { [east.slug]: [makeFailure('server_error')] };
    const { run } = world([east, backup, west], answers, { mode: 'quality' });
    expect(await run()).toMatchObject({ kind: 'served', value: west.slug, degraded: false });
  });

  it('takes the first enabled target for the primary, without calling its answers degraded', async () => {
    const off = makeTarget('c.eu.other', { enabled: false });
    const { run } = world([off, east, backup], {});
    const outcome = await run();
    expect(outcome).toMatchObject({ kind: 'served', value: east.slug, degraded: false, reason: null });
    expect(outcome.trail[0]).toMatchObject({ kind: 'skip', target: off.slug, reason: 'disabled' });
  });

  it('refuses, saying so, when the whole chain is disabled', async () => {
    const { run, calls } = world([makeTarget('a.east.big', { enabled: false })], {});
    expect(await run()).toMatchObject({ kind: 'refused', reason: 'disabled', attempts: 0 });
    expect(calls).toEqual([]);
  });

  it('passes over targets that cannot do what the request needs', async () => {
    const plain = makeTarget('a.east.big', { capabilities: [] });
    const { run } = world([plain, backup], {});
    const needs = { tools: true, vision: false, jsonSchema: false };
    expect(await run({ needs })).toMatchObject({ kind: 'served', value: backup.slug, reason: 'incapable' });
  });

  it('tells the caller when no target can do what the request needs', async () => {
    const plain = makeTarget('a.east.big', { capabilities: ['tools'] });
    const { run, calls } = world([plain], {});
    const needs = { tools: true, vision: true, jsonSchema: false };
    expect(await run({ needs })).toMatchObject({
      kind: 'failed',
      callersFault: true,
      failure: { class: 'unsupported_feature', status: 400 },
    });
    expect(calls).toEqual([]);
  });

  it('makes no more attempts than the flow allows, over all targets', async () => {
    const targets = ['a', 'b', 'c', 'd'].map((provider) => makeTarget(`${provider}.eu.big`));
    const answers = Object.fromEntries(
      targets.map(({ slug }) => [slug, [makeFailure('protocol_violation')]]),
    );
    const { run, calls } = world(targets, answers, { maxAttempts: 3 });
    const outcome = await run();
    expect(outcome).toMatchObject({ kind: 'refused', attempts: 3 });
    expect(outcome.trail.at(-1)).toMatchObject({ kind: 'skip', reason: 'attempts' });
    expect(calls).toHaveLength(3);
  });
});

describe('whose fault it is', () => {
  it.each(['invalid_request', 'unsupported_feature', 'payload_too_large', 'state_not_portable'] as const)(
    'hands %s back to the caller at once, and counts it against nobody',
    async (failureClass) => {
      const { run, engine, order } = world([east, west], {
        [east.slug]: [makeFailure(failureClass, { status: 400 })],
      });
      expect(await run()).toMatchObject({
        kind: 'failed',
        callersFault: true,
        failure: { class: failureClass },
        target: east,
      });
      expect(order()).toEqual([east.slug]);
      expect(engine.view('target', east.slug)?.window).toMatchObject({ ok: 0, failure: 0 });
    },
  );

  it('takes a request that is too long only to a target known to take more', async () => {
    const small = makeTarget('a.east.big', { contextWindow: 1000 });
    const unknown = makeTarget('b.eu.big');
    const same = makeTarget('c.eu.big', { contextWindow: 1000 });
    const large = makeTarget('d.eu.big', { contextWindow: 2000 });
    const { run, order } = world([small, unknown, same, large], {
      [small.slug]: [makeFailure('context_length_exceeded')],
    });
    expect(await run()).toMatchObject({ kind: 'served', value: large.slug });
    expect(order()).toEqual([small.slug, large.slug]);
  });

  it('hands the overflow back when nobody takes more, also after other failures', async () => {
    const small = makeTarget('a.east.big', { contextWindow: 1000 });
    const large = makeTarget('d.eu.big', { contextWindow: 2000 });
    const { run } = world([small, large], {
      [small.slug]: [makeFailure('context_length_exceeded', { status: 400 })],
      [large.slug]: [makeFailure('server_error')],
    });
    expect(await run()).toMatchObject({
      kind: 'failed',
      callersFault: true,
      failure: { class: 'context_length_exceeded' },
      target: small,
    });
  });

  it('hands a content refusal back, unless the flow wants to fail over', async () => {
    const answers = () => ({ [east.slug]: [makeFailure('content_filtered')] });
    const propagating = world([east, west], answers());
    expect(await propagating.run()).toMatchObject({ kind: 'failed', callersFault: true });
    const trying = world([east, west], answers(), { failOverOnContentFilter: true });
    expect(await trying.run()).toMatchObject({
      kind: 'served',
      value: west.slug,
      reason: 'content_filtered',
    });
  });

  it('fails plainly when only the operator can help, also while the credential is pinned', async () => {
    const { run, calls } = world([east], { [east.slug]: [makeFailure('auth', { status: 401 })] });
    expect(await run()).toMatchObject({ kind: 'failed', callersFault: false, reason: 'auth', target: east });
    expect(await run()).toMatchObject({ kind: 'failed', callersFault: false, reason: 'auth' });
    expect(calls).toHaveLength(1);
  });

  it('refuses gracefully when the model is gone and the flow keeps to it, and names the mistake where nothing else was set up', async () => {
    const gone = () => makeFailure('model_not_found', { status: 404 });
    const keeping = world([east, backup], { [east.slug]: [gone()] }, { mode: 'quality' });
    expect(await keeping.run()).toMatchObject({ kind: 'refused', reason: 'model_not_found', attempts: 1 });
    const everywhere = world(
      [east, west],
      { [east.slug]: [gone()], [west.slug]: [gone()] },
      { mode: 'quality' },
    );
    expect(await everywhere.run()).toMatchObject({ kind: 'refused', attempts: 2 });
    const alone = world([east], { [east.slug]: [gone()] }, { mode: 'quality' });
    expect(await alone.run()).toMatchObject({ kind: 'failed', callersFault: false });
    const serving = world([east, backup], { [east.slug]: [gone()], [backup.slug]: [gone()] });
    expect(await serving.run()).toMatchObject({ kind: 'failed', callersFault: false });
    const unfinished = makeFailure('model_not_found', { status: null });
    const ours = world([east, backup], { [east.slug]: [unfinished] }, { mode: 'quality' });
    expect(await ours.run()).toMatchObject({ kind: 'failed', callersFault: false });
  });

  it('refuses gracefully when a wrong key is only half of the story', async () => {
    const { run } = world([east, backup], {
      [east.slug]: [makeFailure('auth')],
      [backup.slug]: [makeFailure('server_error')],
    });
    expect(await run()).toMatchObject({ kind: 'refused', reason: 'auth' });
  });
});

describe('time', () => {
  it('goes on to the next target when a stream has no first token in time', async () => {
    const { run, clock, calls } = world([east, west], { [east.slug]: ['silence'] });
    const started = clock.now();
    expect(await run()).toMatchObject({ kind: 'served', value: west.slug, reason: 'timeout' });
    expect(calls[1]?.at).toBe(started + 15_250);
    expect(calls[0]?.signal.aborted).toBe(true);
  });

  it('never starts an attempt after the deadline, and ends soon after it whatever the host does', async () => {
    const { run, clock, calls } = world(
      [east, west],
      { [east.slug]: ['silence'], [west.slug]: ['silence'] },
      { totalMs: 20_000 },
    );
    const started = clock.now();
    const outcome = await run();
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'timeout' });
    expect(calls.every(({ at }) => at < started + 20_000)).toBe(true);
    expect(clock.now()).toBe(started + 20_250);
  });

  it('counts from admission, not from the first attempt', async () => {
    const { run, clock, calls } = world([east], {}, { totalMs: 1_000 });
    const outcome = await run({ startedAt: clock.now() - 1_000 });
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'timeout', attempts: 0 });
    expect(outcome.trail).toMatchObject([{ kind: 'skip', reason: 'deadline' }]);
    expect(calls).toEqual([]);
  });

  it('gives targets that reason first longer until their first token', async () => {
    const thinker = makeTarget('a.east.big', { capabilities: ['reasoning'] });
    const { engine, flow, clock } = world([thinker], {});
    let given = 0;
    await clock.until(
      engine.run(makeRequest(flow, clock.now()), async (attempt): Promise<AttemptOutcome<string>> => {
        given = attempt.firstTokenBy - clock.now();
        return { kind: 'committed', value: 'x', firstTokenMs: 1 };
      }),
    );
    expect(given).toBe(120_000);
  });

  it('limits an answer that is not streamed by the deadline alone', async () => {
    const { run, clock } = world([east], { [east.slug]: ['silence'] }, { totalMs: 60_000 });
    const started = clock.now();
    await run({ stream: false });
    expect(clock.now() - started).toBe(60_250);
  });

  it('finds out a target that swallows whole answers, and does not blame one that had little time', async () => {
    const { run, engine } = world([east], { [east.slug]: ['silence'] });
    for (let n = 0; n < 5; n += 1) await run({ stream: false });
    expect(engine.view('target', east.slug)?.state).toBe('open');
    const late = world([east], { [east.slug]: ['silence'] });
    await late.run({ stream: false, startedAt: late.clock.now() - 100_000 });
    expect(late.engine.view('target', east.slug)?.window.failure).toBe(0);
  });

  it('leaves no timer and no listener behind', async () => {
    const { run, clock } = world([east, west], { [east.slug]: [makeFailure('server_error')] });
    const client = new AbortController();
    let listeners = 0;
    const { signal } = client;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...given);
    };
    const outcome = await run({ signal });
    if (outcome.kind === 'served') outcome.finish(null);
    expect(listeners).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
