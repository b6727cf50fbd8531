import { describe, expect, it } from 'vitest';
import type { AttemptOutcome } from '#lib/engine/run-types.ts';
import { settled } from '#test/support/virtual-clock.ts';
import { makeFailure, makeFlow, makeRequest, makeTarget } from './factories.ts';
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

describe('a client that goes away', () => {
  it('aborts the attempt at once, counts against nobody, and is not failed over', async () => {
    const { engine, clock, call, calls, flow } = world([east, west], { [east.slug]: ['silence'] });
    const client = new AbortController();
    const running = engine.run(makeRequest(flow, clock.now(), { signal: client.signal }), call);
    await settled();
    client.abort();
    expect(await running).toMatchObject({ kind: 'aborted', attempts: 1 });
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(calls).toHaveLength(1);
    expect(engine.view('target', east.slug)).toMatchObject({ inFlight: 0, window: { failure: 0, ok: 0 } });
    expect(clock.pending).toBe(0);
  });

  it('is noticed while a retry waits', async () => {
    const answers = { [east.slug]: [makeFailure('rate_limited', { retryAfterMs: 5_000 })] };
    const { engine, clock, call, calls, flow } = world([east], answers, { maxRetriesPerTarget: 2 });
    const client = new AbortController();
    const running = engine.run(makeRequest(flow, clock.now(), { signal: client.signal }), call);
    await settled();
    client.abort();
    expect(await running).toMatchObject({ kind: 'aborted' });
    expect(calls).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('makes no call when it had gone before', async () => {
    const { run, calls } = world([east], {});
    expect(await run({ signal: AbortSignal.abort() })).toMatchObject({ kind: 'aborted', attempts: 0 });
    expect(calls).toEqual([]);
  });

  it('frees the slot of a half-open breaker without deciding it', async () => {
    const { engine, run, clock, call, flow } = world([east], {
      [east.slug]: [...Array(5).fill(makeFailure('server_error')), 'silence', 'ok'],
    });
    for (let n = 0; n < 5; n += 1) await run();
    await clock.advance(10_000);
    const client = new AbortController();
    const running = engine.run(makeRequest(flow, clock.now(), { signal: client.signal }), call);
    await settled();
    expect(engine.view('target', east.slug)?.probe?.inFlight).toBe(true);
    client.abort();
    await running;
    expect(engine.view('target', east.slug)).toMatchObject({
      state: 'half_open',
      probe: { inFlight: false },
    });
    expect(await run()).toMatchObject({ kind: 'served' });
  });
});

describe('after the commit point', () => {
  it('charges a stream that breaks as one more sample, once', async () => {
    const { run, engine } = world([east], {});
    const outcome = await run();
    if (outcome.kind !== 'served') throw new Error('should have been served');
    outcome.finish(makeFailure('connection'));
    outcome.finish(makeFailure('connection'));
    expect(engine.view('target', east.slug)?.window).toMatchObject({ ok: 1, failure: 1 });
    expect(outcome.trail[0]).toMatchObject({ verdict: 'failure', failure: { class: 'connection' } });
  });

  it('charges nobody when the client leaves or the stream ends cleanly', async () => {
    const { run, engine } = world([east], {});
    for (const failure of [makeFailure('client_abort'), null]) {
      const outcome = await run();
      if (outcome.kind === 'served') outcome.finish(failure);
    }
    expect(engine.view('target', east.slug)?.window).toMatchObject({ ok: 2, failure: 0 });
  });

  it('passes the client\u2019s abort on to the stream until it has finished', async () => {
    const { run, calls } = world([east], {});
    const client = new AbortController();
    const outcome = await run({ signal: client.signal });
    expect(calls[0]?.signal.aborted).toBe(false);
    client.abort();
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(outcome.kind).toBe('served');
  });
});

describe('a host that breaks its promises', () => {
  it('is settled without blame when its call throws', async () => {
    const { engine, clock, flow } = world([east, west], {});
    const outcome = await clock.until(
      engine.run(makeRequest(flow, clock.now()), (attempt) => {
        if (attempt.target.slug === east.slug) throw new Error('bug');
        return Promise.resolve({ kind: 'committed', value: 1, firstTokenMs: 1 });
      }),
    );
    expect(outcome).toMatchObject({ kind: 'served', target: west });
    expect(engine.view('target', east.slug)).toMatchObject({ inFlight: 0, window: { failure: 0 } });
  });
});

describe('when everything is open', () => {
  const down = { [east.slug]: [makeFailure('server_error')], [west.slug]: [makeFailure('server_error')] };

  it('calls the target due soonest, at most once a second', async () => {
    const { run, clock, calls } = world([east, west], down);
    for (let n = 0; n < 5; n += 1) await run();
    calls.length = 0;
    const outcome = await run();
    expect(outcome).toMatchObject({
      kind: 'refused',
      reason: 'breaker_open',
      attempts: 1,
      retryAfterMs: 8_500,
    });
    expect(outcome.trail.at(-1)).toMatchObject({ kind: 'attempt', target: east.slug, lastResort: true });
    expect(await run()).toMatchObject({ kind: 'refused', attempts: 0 });
    await clock.advance(999);
    await run();
    expect(calls).toHaveLength(1);
    await clock.advance(1);
    await run();
    expect(calls).toHaveLength(2);
  });

  it('serves the answer of a last resort that works, leaving the breaker to its own probes', async () => {
    const answers = { [east.slug]: [...Array(5).fill(makeFailure('server_error')), 'ok' as const] };
    const { run, engine } = world([east], answers);
    for (let n = 0; n < 5; n += 1) await run();
    expect(await run()).toMatchObject({ kind: 'served', value: east.slug });
    expect(engine.view('target', east.slug)?.state).toBe('open');
  });

  it('is not kept from an open target by another one that is cooling down and due sooner', async () => {
    const { run, order, engine, clock } = world([east, west], {
      [east.slug]: [makeFailure('server_error')],
      [west.slug]: [makeFailure('server_error')],
    });
    for (let n = 0; n < 5; n += 1) await run();
    engine.reset('target', west.slug);
    engine.setCooldowns([
      {
        key: `target:${west.slug}`,
        untilWallMs: clock.wall() + 2_000,
        class: 'rate_limited',
        message: '',
        setAtWallMs: clock.wall(),
        level: 0,
      },
    ]);
    expect(await run()).toMatchObject({ kind: 'refused', attempts: 1, retryAfterMs: 2_000 });
    expect(order().at(-1)).toBe(east.slug);
  });

  it('never calls a target that is forced open, cooling down, or a backup model that the mode rules out', async () => {
    const forced = world([east], {});
    forced.engine.setOverrides([
      {
        scope: 'target',
        id: east.slug,
        kind: 'forced_open',
        reason: 'maintenance',
        by: 'user:ann',
        setAtWallMs: 0,
        expiresAtWallMs: null,
      },
    ]);
    const refused = await forced.run();
    expect(refused).toMatchObject({ kind: 'refused', reason: 'override', attempts: 0 });
    expect(refused.trail[0]).toMatchObject({
      reason: 'forced_open',
      scope: 'target',
      scopeId: east.slug,
      text: `Target ${east.slug} is forced open by user:ann: maintenance`,
    });
    const cooling = world([east], { [east.slug]: [makeFailure('rate_limited', { retryAfterMs: 60_000 })] });
    await cooling.run();
    expect(await cooling.run()).toMatchObject({ kind: 'refused', reason: 'rate_limited', attempts: 0 });
    const quality = world([east, backup], down, { mode: 'quality' });
    quality.engine.setOverrides([
      {
        scope: 'target',
        id: east.slug,
        kind: 'forced_open',
        reason: 'maintenance',
        by: 'user:ann',
        setAtWallMs: 0,
        expiresAtWallMs: null,
      },
    ]);
    expect(await quality.run()).toMatchObject({ kind: 'refused', attempts: 0 });
  });
});

describe('coming back', () => {
  it('tells the caller the soonest instant at which a target may answer again, at least a second', async () => {
    const { run, clock } = world([east, backup], {
      [east.slug]: [makeFailure('rate_limited', { retryAfterMs: 90_000 })],
      [backup.slug]: [makeFailure('rate_limited', { retryAfterMs: 20_000 })],
    });
    expect(await run()).toMatchObject({ kind: 'refused', reason: 'rate_limited', retryAfterMs: 20_000 });
    await clock.advance(19_900);
    expect(await run()).toMatchObject({ kind: 'refused', retryAfterMs: 1_000 });
  });

  it('goes back to the primary by itself once its probes succeed', async () => {
    const answers = { [east.slug]: [...Array(5).fill(makeFailure('server_error')), 'ok' as const] };
    const { run, clock, order } = world([east, west], answers);
    for (let n = 0; n < 5; n += 1) await run();
    expect(await run()).toMatchObject({ value: west.slug, reason: 'breaker_open', attempts: 1 });
    await clock.advance(10_000);
    for (let n = 0; n < 3; n += 1) expect(await run()).toMatchObject({ value: east.slug, reason: null });
    expect(order().slice(-3)).toEqual([east.slug, east.slug, east.slug]);
  });

  it('costs a request only one attempt while a dead primary is being probed by another', async () => {
    const answers = { [east.slug]: [...Array(5).fill(makeFailure('server_error')), 'silence' as const] };
    const { run, clock, engine, call, flow } = world([east, west], answers);
    for (let n = 0; n < 5; n += 1) await run();
    await clock.advance(10_000);
    const probing = engine.run(makeRequest(flow, clock.now()), call);
    await settled();
    const other = await engine.run(makeRequest(makeFlow([east, west]), clock.now()), call);
    expect(other).toMatchObject({ kind: 'served', value: west.slug, attempts: 1 });
    expect(other.trail[0]).toMatchObject({ kind: 'skip', reason: 'probing' });
    await clock.until(probing);
  });
});
