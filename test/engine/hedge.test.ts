import { describe, expect, it } from 'vitest';
import type { EnginePolicy, EngineTarget } from '#lib/engine/types.ts';
import { settled } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFailure, makeTarget, SETTINGS } from './factories.ts';
import { type Act, attemptsOf, countListeners, denialsOf, Stage } from './stage.ts';
import { backup, east, west } from './world.ts';

const HEDGE: Partial<EnginePolicy> = { hedge: { minDelayMs: 800, share: 0.2 } };
const other = makeTarget('c.eu.big');
const silence: Act = { answer: 'silence' };
const okAfter = (afterMs: number): Act => ({ afterMs, answer: 'ok' });
const failing = (afterMs: number, answer = makeFailure('server_error')): Act => ({ afterMs, answer });

/** A stage whose hedge budget is full. */
function hedging(targets: readonly EngineTarget[], acts: Record<string, Act[]>, policy = HEDGE): Stage {
  const stage = new Stage(targets, acts, policy);
  return stage;
}

describe('a hedged stream', () => {
  it('is answered by the second target when the first says nothing, and the first is given up at once', async () => {
    const stage = hedging([east, other], { [east.slug]: [silence], [other.slug]: [okAfter(300)] });
    const startedAt = stage.clock.now();
    const outcome = await stage.run();
    expect(outcome).toMatchObject({
      kind: 'served',
      value: other.slug,
      degraded: false,
      reason: 'timeout',
      attempts: 2,
    });
    expect(stage.calls.map(({ target, at }) => [target, at - startedAt])).toEqual([
      [east.slug, 0],
      [other.slug, 800],
    ]);
    expect(stage.clock.now() - startedAt).toBe(1_100);
    expect(stage.calls[0]?.attempt.signal.aborted).toBe(true);
    expect(stage.calls[1]?.attempt.signal.aborted).toBe(false);
    expect(attemptsOf(outcome)).toMatchObject([
      { n: 1, target: east.slug, hedge: false, verdict: 'slow', failure: null, durationMs: 1_100 },
      { n: 2, target: other.slug, hedge: true, verdict: 'ok', startedMs: 800, firstTokenMs: 300 },
    ]);
  });

  it('leaves exactly one slow sample on the loser that had run past its delay', async () => {
    const stage = hedging([east, other], { [east.slug]: [silence], [other.slug]: [okAfter(300)] });
    const outcome = await stage.run();
    if (outcome.kind === 'served') outcome.finish(null);
    await stage.clock.advance(60_000 - 1);
    expect(stage.view(east)).toMatchObject({ inFlight: 0, window: { ok: 0, slow: 0, failure: 0 } });
    const fresh = hedging([east, other], { [east.slug]: [silence], [other.slug]: [okAfter(300)] });
    await fresh.run();
    expect(fresh.view(east)).toMatchObject({ inFlight: 0, window: { ok: 0, slow: 1, failure: 0, late: 0 } });
    expect(fresh.view(east).errors).toMatchObject([
      { class: 'slow', message: 'No first token after 1.1 s; another target had answered by then.' },
    ]);
    expect(fresh.engine.view('endpoint', east.endpointId)?.window).toMatchObject({ ok: 0, failure: 0 });
  });

  it('leaves nothing on a hedge that lost before its own delay', async () => {
    const stage = hedging([east, other], { [east.slug]: [okAfter(1_000)], [other.slug]: [silence] });
    const outcome = await stage.run();
    expect(outcome).toMatchObject({ kind: 'served', value: east.slug, reason: null, attempts: 2 });
    expect(stage.view(other)).toMatchObject({ inFlight: 0, window: { ok: 0, slow: 0, failure: 0 } });
    expect(attemptsOf(outcome)[1]).toMatchObject({ verdict: 'none', hedge: true, durationMs: 200 });
    expect(stage.calls[1]?.attempt.signal.aborted).toBe(true);
  });

  it('is judged by the first content token, also where the answer is held longer', async () => {
    const held: Act = { firstTokenMs: 900, afterMs: 5_000, answer: 'ok' };
    const stage = hedging([east, other], { [east.slug]: [held], [other.slug]: [okAfter(2_000)] });
    const startedAt = stage.clock.now();
    const outcome = await stage.run();
    expect(outcome).toMatchObject({ kind: 'served', value: east.slug });
    expect(stage.clock.now() - startedAt).toBe(5_000);
    expect(stage.calls[1]?.attempt.signal.aborted).toBe(true);
    expect(attemptsOf(outcome)).toMatchObject([{ firstTokenMs: 900, verdict: 'ok' }, { durationMs: 100 }]);
  });

  it('never has a second one once the first has begun to speak', async () => {
    const held: Act = { firstTokenMs: 700, afterMs: 5_000, answer: 'ok' };
    const stage = hedging([east, other], { [east.slug]: [held] });
    await stage.run();
    expect(stage.order()).toEqual([east.slug]);
  });

  it('takes both answers for good when they come at the same moment, and uses the first', async () => {
    const stage = hedging([east, other], { [east.slug]: [okAfter(1_000)], [other.slug]: [okAfter(200)] });
    const outcome = await stage.run();
    expect(outcome).toMatchObject({ kind: 'served', attempts: 2 });
    expect(stage.view(east)).toMatchObject({ inFlight: 0, window: { slow: 0, failure: 0 } });
    expect(stage.view(other)).toMatchObject({ inFlight: 0, window: { slow: 0, failure: 0 } });
    expect(stage.calls.filter(({ attempt }) => attempt.signal.aborted)).toHaveLength(1);
  });

  it('is just answered when the first one fails while the second runs', async () => {
    const acts = { [east.slug]: [failing(1_000)], [other.slug]: [okAfter(2_000)] };
    const stage = hedging([east, other], acts, { ...HEDGE, maxRetriesPerTarget: 2 });
    const outcome = await stage.run();
    expect(outcome).toMatchObject({ kind: 'served', value: other.slug, reason: 'server_error', attempts: 2 });
    expect(stage.view(east).window).toMatchObject({ failure: 1, slow: 0 });
  });

  it('goes on along the chain when both have failed, and calls nobody out of turn twice', async () => {
    const acts = {
      [east.slug]: [failing(1_000)],
      [other.slug]: [failing(100)],
      [backup.slug]: [okAfter(10)],
    };
    const stage = hedging([east, other, backup], acts);
    expect(await stage.run()).toMatchObject({ kind: 'served', value: backup.slug, attempts: 3 });
    expect(stage.order()).toEqual([east.slug, other.slug, backup.slug]);
  });

  it('retries each of the two by the rules of retries when both have failed', async () => {
    const acts = {
      [east.slug]: [failing(1_000)],
      [other.slug]: [failing(100), okAfter(10)],
    };
    const stage = hedging([east, other], acts, { ...HEDGE, maxRetriesPerTarget: 1, maxAttempts: 6 });
    const outcome = await stage.run();
    expect(outcome).toMatchObject({ kind: 'served', value: other.slug, attempts: 4 });
    expect(stage.order()).toEqual([east.slug, other.slug, east.slug, other.slug]);
  });

  it('ends at once, and counts against nobody, when the request itself is at fault', async () => {
    const fault = failing(1_000, makeFailure('invalid_request', { status: 400 }));
    const stage = hedging([east, other], { [east.slug]: [fault], [other.slug]: [silence] });
    expect(await stage.run()).toMatchObject({ kind: 'failed', callersFault: true, target: east });
    expect(stage.calls[1]?.attempt.signal.aborted).toBe(true);
    expect(stage.view(other)).toMatchObject({ inFlight: 0, window: { slow: 0, failure: 0 } });
  });

  it('does not take a backup\u2019s word against the request while the primary may still answer', async () => {
    const fault = failing(50, makeFailure('invalid_request', { status: 400 }));
    const stage = hedging([east, backup], { [east.slug]: [okAfter(2_000)], [backup.slug]: [fault] });
    expect(await stage.run()).toMatchObject({ kind: 'served', value: east.slug, degraded: false });
  });

  it('counts against nobody when the client leaves, and leaves no timer and no listener', async () => {
    const stage = hedging([east, other], { [east.slug]: [silence], [other.slug]: [silence] });
    const client = new AbortController();
    const listeners = countListeners(client.signal);
    const running = stage.start({ signal: client.signal });
    await stage.clock.advance(5_000);
    expect(stage.order()).toEqual([east.slug, other.slug]);
    client.abort();
    expect(await running).toMatchObject({ kind: 'aborted', attempts: 2 });
    expect(stage.calls.every(({ attempt }) => attempt.signal.aborted)).toBe(true);
    for (const target of [east, other]) {
      expect(stage.view(target)).toMatchObject({ inFlight: 0, window: { ok: 0, slow: 0, failure: 0 } });
    }
    expect(listeners()).toBe(0);
    expect(stage.clock.pending).toBe(0);
  });

  it('is not started for a client that leaves while it waits', async () => {
    const stage = hedging([east, other], { [east.slug]: [silence] });
    const client = new AbortController();
    const running = stage.start({ signal: client.signal });
    await stage.clock.advance(500);
    client.abort();
    expect(await running).toMatchObject({ kind: 'aborted' });
    await stage.clock.advance(10_000);
    expect(stage.order()).toEqual([east.slug]);
    expect(stage.clock.pending).toBe(0);
  });
});

describe('when a hedge is due', () => {
  it('is after the first target\u2019s own p95, and never before the flow\u2019s minimum', async () => {
    const stage = hedging([east, other], { [east.slug]: [silence] });
    await stage.train(east, 2_000);
    const startedAt = stage.clock.now();
    await stage.run();
    expect(stage.calls[1]).toMatchObject({ target: other.slug, at: startedAt + 2_000 });
    const quick = hedging([east, other], { [east.slug]: [silence] });
    await quick.train(east, 50);
    const from = quick.clock.now();
    await quick.run();
    expect(quick.calls[1]?.at).toBe(from + 800);
  });

  it('is never, unless the flow wants it and the answer is streamed', async () => {
    const plain = hedging([east, other], { [east.slug]: [okAfter(5_000)] }, {});
    expect(await plain.run()).toMatchObject({ attempts: 1 });
    const whole = hedging([east, other], { [east.slug]: [okAfter(5_000)] });
    expect(await whole.run({ stream: false })).toMatchObject({ attempts: 1 });
  });

  it('is once in a request', async () => {
    const acts = { [east.slug]: [failing(900)], [other.slug]: [failing(50)], [west.slug]: [okAfter(9_000)] };
    const stage = hedging([east, other, west, backup], acts);
    expect(await stage.run()).toMatchObject({ kind: 'served', value: west.slug, attempts: 3 });
    expect(attemptsOf(await stage.run()).filter(({ hedge }) => hedge).length).toBeLessThanOrEqual(1);
  });
});

describe('whom a hedge asks', () => {
  const second = async (targets: readonly EngineTarget[], policy: Partial<EnginePolicy> = {}) => {
    const stage = hedging(targets, { [east.slug]: [silence] }, { ...HEDGE, ...policy });
    const outcome = await stage.run();
    return stage.calls[1]?.attempt.firstTokenBy === undefined || attemptsOf(outcome)[1]?.hedge !== true
      ? denialsOf(outcome).map(({ what, reason }) => `${what} ${reason}`)[0]
      : stage.calls[1].target;
  };
  const sibling = makeTarget('a.east.big2');

  it('is another provider before another endpoint of the same, and never the same endpoint', async () => {
    expect(await second([east, west, other])).toBe(other.slug);
    expect(await second([east, sibling, west])).toBe(west.slug);
    expect(await second([east, sibling])).toBe('hedge nowhere');
  });

  it('is the primary\u2019s own model before a backup model, which a mode may rule out', async () => {
    expect(await second([east, backup, west])).toBe(west.slug);
    expect(await second([east, backup])).toBe(backup.slug);
    expect(await second([east, backup], { mode: 'quality' })).toBe('hedge nowhere');
  });

  it('is nobody who may not be called or is only recovering', async () => {
    const stage = hedging([east, other], { [east.slug]: [silence] });
    await stage.open(other, makeFailure('server_error'));
    expect(denialsOf(await stage.run())[0]).toMatchObject({
      target: east.slug,
      what: 'hedge',
      reason: 'nowhere',
      text: 'Not hedged while a-east-big was late: no other endpoint of the chain can be called beside it.',
    });
    await stage.clock.advance(30_000);
    expect(stage.view(other).state).toBe('half_open');
    stage.calls.length = 0;
    await stage.run();
    // It is the chain's turn once the first has timed out, and not before.
    expect(stage.calls.map(({ target }) => target)).toEqual([east.slug, other.slug]);
    expect((stage.calls[1]?.at ?? 0) - (stage.calls[0]?.at ?? 0)).toBe(15_250);
  });

  it('is nobody who takes only a share of the traffic after an outage', async () => {
    const breaker = { ...SETTINGS, rampSeconds: 600, rampAfterSeconds: 1, probeSuccesses: 1 };
    const ramping = makeTarget('c.eu.big', { breaker });
    const stage = new Stage([east, ramping], { [east.slug]: [silence] }, HEDGE);
    await stage.open(ramping, makeFailure('server_error'));
    await stage.clock.advance(30_000);
    await stage.train(ramping, 10, 1);
    expect(stage.view(ramping)).toMatchObject({ state: 'closed', ramp: { share: 0.1 } });
    expect(denialsOf(await stage.run())[0]).toMatchObject({ what: 'hedge', reason: 'nowhere' });
  });

  it('is nobody while two calls of the request must not be out at once: it is waited for, and failed over as ever', async () => {
    const why = 'its provider runs a tool for it (mcp)';
    const stage = hedging([east, other], { [east.slug]: [okAfter(2_000)] });
    const outcome = await stage.serve({ once: why });
    expect(outcome).toMatchObject({ value: east.slug, attempts: 1 });
    expect(denialsOf(outcome)).toMatchObject([
      { what: 'hedge', reason: 'once', text: `Not hedged while a-east-big was late: ${why}.` },
    ]);
    stage.acts[east.slug] = [failing(2_000)];
    expect(await stage.serve({ once: why })).toMatchObject({ value: other.slug });
  });

  it('is nobody once the attempts are used up', async () => {
    const acts = { [east.slug]: [okAfter(2_000)] };
    const stage = hedging([east, other], acts, { ...HEDGE, maxAttempts: 1 });
    expect(denialsOf(await stage.run())).toMatchObject([{ what: 'hedge', reason: 'attempts' }]);
  });
});

describe('what hedges may cost', () => {
  it('is their share of the flow\u2019s requests, and a denied one changes nothing else', async () => {
    const acts = { [east.slug]: [okAfter(1_000)] };
    const policy = { hedge: { minDelayMs: 800, share: 0.02 } };
    const stage = hedging([east, other], acts, policy);
    // One call in twenty-five is late: twice as many as may be hedged.
    let hedges = 0;
    let requests = 0;
    for (let round = 0; round < 60; round += 1) {
      for (let call = 0; call < 25; call += 1) {
        stage.acts[east.slug] = [okAfter(call === 0 ? 1_000 : 100)];
        const outcome = await stage.run();
        requests += 1;
        expect(outcome.kind).toBe('served');
        const hedged = attemptsOf(outcome).filter(({ hedge }) => hedge).length;
        hedges += hedged;
        if (call !== 0) expect(hedged + denialsOf(outcome).length).toBe(0);
        else if (hedged === 0) {
          expect(denialsOf(outcome)).toMatchObject([
            {
              reason: 'budget',
              text: 'Not hedged while a-east-big was late: the hedges that flow chat may make are used up for now.',
            },
          ]);
        }
        expect(hedges).toBeLessThanOrEqual(1 + 0.02 * requests + 1e-6);
      }
    }
    expect(hedges).toBeGreaterThanOrEqual(29);
  });

  it('is nothing while a third of the calls are late: then everybody is slow', async () => {
    const stage = hedging([east, other], {});
    await stage.train(east, 100, 7);
    stage.acts[east.slug] = [okAfter(3_000)];
    const outcomes = [];
    for (let call = 0; call < 12; call += 1) outcomes.push(await stage.run());
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(12).fill('served'));
    const reasons = outcomes.flatMap((outcome) => denialsOf(outcome).map(({ reason }) => reason));
    expect(reasons.slice(-6)).toEqual(Array(6).fill('storm'));
    expect(stage.calls.filter(({ target }) => target === other.slug).length).toBeLessThanOrEqual(3);
  });

  it('is nothing while the flow\u2019s retry budget is half spent', async () => {
    const acts = { [east.slug]: [failing(0)] };
    const stubborn = { ...east, breaker: { ...SETTINGS, consecutiveFailures: 1_000, minimumCalls: 1_000 } };
    const stage = hedging([stubborn, other], acts, { ...HEDGE, maxRetriesPerTarget: 1 });
    for (let call = 0; call < 5; call += 1) await stage.run();
    stage.acts[east.slug] = [silence];
    expect(denialsOf(await stage.run())).toMatchObject([
      { what: 'hedge', reason: 'budget' },
      { what: 'retry' },
    ]);
  });
});

describe('a slow target with hedges', () => {
  it('does not look fast because its slow calls were cut off: it opens', async () => {
    const breaker = { ...SETTINGS, minimumCalls: 6, slowRate: 0.15 };
    const slowing = makeTarget('a.east.big', { breaker });
    const acts = { [slowing.slug]: [...Array(5).fill(okAfter(10)), silence] };
    const stage = new Stage([slowing, other], acts, HEDGE);
    for (let call = 0; call < 6; call += 1) expect(await stage.run()).toMatchObject({ kind: 'served' });
    expect(stage.view(slowing)).toMatchObject({ state: 'open', reason: 'slow_rate' });
  });
});

describe('configuration that changes while a hedge is out', () => {
  it('ends the request as it began', async () => {
    const stage = hedging([east, other], { [east.slug]: [silence], [other.slug]: [okAfter(500)] });
    const running = stage.start();
    await stage.clock.advance(1_000);
    stage.engine.configure(makeConfig([west], stage.flow));
    await settled();
    expect(await stage.clock.until(running)).toMatchObject({ kind: 'served', value: other.slug });
    expect(stage.clock.pending).toBe(0);
  });
});
