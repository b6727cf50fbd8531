import { describe, expect, it } from 'vitest';
import { settled } from '#test/support/virtual-clock.ts';
import { makeFailure, makeFlow, makeRequest } from './factories.ts';
import { backup, east, west, world } from './world.ts';

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
