import { describe, expect, it } from 'vitest';
import { makeFailure, makeRequest, SETTINGS } from './factories.ts';
import { type Act, attemptsOf, denialsOf, Stage } from './stage.ts';
import { east, west } from './world.ts';

const DOWN = makeFailure('server_error', { status: 503 });
const held = (firstTokenMs: number, afterMs: number, answer: Act['answer'] = 'ok'): Act => ({
  firstTokenMs,
  afterMs,
  answer,
});

describe('an answer that is held until it is whole', () => {
  it('is judged at its first token: a probe too, whose slot is free from then on', async () => {
    const stage = new Stage([east], {});
    await stage.open(east, DOWN);
    await stage.clock.advance(30_000);
    stage.acts[east.slug] = [held(300, 60_000)];
    const running = stage.start();
    await stage.clock.advance(299);
    expect(stage.view(east).probe).toMatchObject({ inFlight: true, successes: 0 });
    await stage.clock.advance(1);
    expect(stage.view(east)).toMatchObject({ inFlight: 0, probe: { inFlight: false, successes: 1 } });
    const outcome = await stage.clock.until(running);
    expect(outcome.kind).toBe('served');
    expect(attemptsOf(outcome)).toMatchObject([{ firstTokenMs: 300, durationMs: 60_000, verdict: 'ok' }]);
    expect(stage.view(east).probe).toMatchObject({ successes: 1 });
  });

  it('has only the deadline before it from then on, not the first-token limit', async () => {
    const stage = new Stage([east, west], { [east.slug]: [held(14_900, 119_000)] });
    expect(await stage.run()).toMatchObject({ kind: 'served', value: east.slug, attempts: 1 });
  });

  it('is given up a little after the deadline, whatever the host does', async () => {
    const stage = new Stage([east], { [east.slug]: [held(100, 0, 'silence')] });
    const startedAt = stage.clock.now();
    const outcome = await stage.run();
    expect(outcome.kind).toBe('refused');
    expect(stage.clock.now() - startedAt).toBe(120_250);
    expect(attemptsOf(outcome)).toMatchObject([{ firstTokenMs: 100, failure: { timeout: 'deadline' } }]);
    expect(stage.clock.pending).toBe(0);
  });

  it('is failed over when it breaks, charging its target once more, and is never tried again there', async () => {
    const acts = { [east.slug]: [held(300, 5_000, DOWN)] };
    const stage = new Stage([east, west], acts, { maxRetriesPerTarget: 2 });
    const outcome = await stage.run();
    expect(outcome).toMatchObject({ kind: 'served', value: west.slug, reason: 'server_error', attempts: 2 });
    expect(stage.view(east)).toMatchObject({ inFlight: 0, window: { ok: 1, failure: 1 } });
    expect(attemptsOf(outcome)[0]).toMatchObject({
      verdict: 'failure',
      firstTokenMs: 300,
      durationMs: 5_000,
    });
    expect(denialsOf(outcome)).toMatchObject([
      { reason: 'class', text: 'Not tried again on a-east-big: its answer broke off half-way.' },
    ]);
  });

  it('opens the breaker of a target that begins well and breaks off again and again', async () => {
    const breaker = { ...SETTINGS, minimumCalls: 10 };
    const fickle = { ...east, breaker };
    const stage = new Stage([fickle, west], { [east.slug]: [held(10, 20, DOWN)] });
    for (let call = 0; call < 5; call += 1) expect(await stage.run()).toMatchObject({ value: west.slug });
    expect(stage.view(fickle)).toMatchObject({ state: 'open', reason: 'failure_rate' });
  });

  it('cools its target when a rate limit comes in the middle', async () => {
    const limited = makeFailure('rate_limited', { retryAfterMs: 20_000 });
    const stage = new Stage([east, west], { [east.slug]: [held(10, 20, limited)] });
    expect(await stage.run()).toMatchObject({ kind: 'served', value: west.slug });
    expect(stage.view(east)).toMatchObject({ cooldown: { class: 'rate_limited' }, window: { failure: 0 } });
  });

  it('is slow when its first token was, however soon the rest came', async () => {
    const stage = new Stage([east], { [east.slug]: [held(14_999, 15_000)] }, { firstTokenMs: 10_000 });
    // The host is late to say so, within the engine's own grace.
    stage.acts[east.slug] = [held(10_100, 10_200)];
    await stage.run();
    expect(stage.view(east).window).toMatchObject({ ok: 0, slow: 1 });
  });

  it('counts once, however often its first token is told', async () => {
    const stage = new Stage([east], {});
    const outcome = await stage.clock.until(
      stage.engine.run(makeRequest(stage.flow, stage.clock.now()), async (attempt) => {
        attempt.onFirstToken(40);
        attempt.onFirstToken(50);
        return { kind: 'committed', value: 'x', firstTokenMs: 60 };
      }),
    );
    if (outcome.kind === 'served') outcome.finish(null);
    expect(attemptsOf(outcome)).toMatchObject([{ firstTokenMs: 40 }]);
    expect(stage.view(east)).toMatchObject({ inFlight: 0, window: { ok: 1, slow: 0, failure: 0 } });
  });

  it('is not judged by a first token that is told too late', async () => {
    const stage = new Stage([east, west], { [east.slug]: [{ answer: 'silence' }] });
    const outcome = await stage.run();
    stage.calls[0]?.attempt.onFirstToken(100);
    expect(attemptsOf(outcome)[0]).toMatchObject({ firstTokenMs: null, verdict: 'failure' });
    expect(stage.view(east)).toMatchObject({ inFlight: 0, window: { ok: 0, failure: 1 } });
  });

  it('counts against nobody when the client leaves in the middle', async () => {
    const stage = new Stage([east, west], { [east.slug]: [held(100, 50_000)] });
    const client = new AbortController();
    const running = stage.start({ signal: client.signal });
    await stage.clock.advance(1_000);
    client.abort();
    expect(await running).toMatchObject({ kind: 'aborted', attempts: 1 });
    expect(stage.view(east)).toMatchObject({ inFlight: 0, window: { ok: 1, failure: 0 } });
    await stage.clock.advance(0);
    expect(stage.clock.pending).toBe(0);
  });
});

describe('what an answer lost or changed on the way', () => {
  it('stands in the trail with the attempt, whatever came of it', async () => {
    const stage = new Stage([east, west], {});
    const outcome = await stage.clock.until(
      stage.engine.run(makeRequest(stage.flow, stage.clock.now()), async ({ target }) =>
        target.slug === east.slug
          ? { kind: 'failed', failure: DOWN, notes: ['`seed` was dropped.'] }
          : { kind: 'committed', value: 1, firstTokenMs: 1, notes: ['Images were dropped.'] },
      ),
    );
    expect(attemptsOf(outcome).map(({ notes }) => notes)).toEqual([
      ['`seed` was dropped.'],
      ['Images were dropped.'],
    ]);
  });
});
