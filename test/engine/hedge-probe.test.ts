import { describe, expect, it } from 'vitest';
import type { EnginePolicy } from '#lib/engine/types.ts';
import { makeFailure, makeTarget, SETTINGS } from './factories.ts';
import { type Act, attemptsOf, countListeners, denialsOf, Stage } from './stage.ts';
import { backup, east } from './world.ts';

const DOWN = makeFailure('server_error', { status: 503 });
const silence: Act = { answer: 'silence' };
const other = makeTarget('c.eu.big');

/** The primary is half-open, and its next call is a probe; it used to take 400 ms to its first token. */
async function probing(
  act: Act,
  {
    policy = {},
    targets = [east, other],
  }: { policy?: Partial<EnginePolicy>; targets?: (typeof east)[] } = {},
): Promise<Stage> {
  const stage = new Stage(targets, {}, policy);
  await stage.train(east, 400);
  await stage.open(east, DOWN);
  await stage.clock.advance(30_000);
  stage.acts[east.slug] = [act];
  stage.acts[other.slug] = [{ afterMs: 300, answer: 'ok' }];
  return stage;
}

describe('a request that carries a probe', () => {
  it('is answered by another target when the probe says nothing for as long as it usually takes', async () => {
    const stage = await probing(silence);
    const startedAt = stage.clock.now();
    const outcome = await stage.run();
    expect(stage.clock.now() - startedAt).toBe(700);
    expect(outcome).toMatchObject({ kind: 'served', value: other.slug, reason: 'breaker_open', attempts: 2 });
    expect(attemptsOf(outcome)).toMatchObject([
      { target: east.slug, probe: true, verdict: 'none', durationMs: 700 },
      { target: other.slug, hedge: true, startedMs: 400 },
    ]);
  });

  it('has its probe judged all the same: one that stays silent opens the breaker again', async () => {
    const stage = await probing(silence);
    const outcome = await stage.run();
    expect(stage.view(east)).toMatchObject({ state: 'half_open', probe: { inFlight: true } });
    await stage.clock.advance(15_000);
    expect(stage.view(east)).toMatchObject({ state: 'open', reason: 'probe_failed', inFlight: 0 });
    expect(stage.clock.pending).toBe(0);
    expect(attemptsOf(outcome)[0]).toMatchObject({ verdict: 'failure', failure: { class: 'timeout' } });
  });

  it('has its probe judged by a first token that nobody waits for any more, and then gives it up', async () => {
    const stage = await probing({ firstTokenMs: 2_000, afterMs: 60_000, answer: 'ok' });
    const outcome = await stage.run();
    if (outcome.kind === 'served') outcome.finish(null);
    const [probe] = stage.calls;
    expect(probe?.attempt.signal.aborted).toBe(false);
    await stage.clock.advance(1_300);
    expect(probe?.attempt.signal.aborted).toBe(true);
    expect(stage.view(east)).toMatchObject({ state: 'half_open', inFlight: 0, probe: { successes: 1 } });
    expect(attemptsOf(outcome)[0]).toMatchObject({ verdict: 'ok', firstTokenMs: 2_000 });
    await stage.clock.advance(60_000);
    expect(stage.clock.pending).toBe(0);
  });

  it('has its probe judged by a whole answer as well', async () => {
    const stage = await probing({ afterMs: 2_000, answer: 'ok' });
    await stage.run();
    await stage.clock.advance(1_300);
    expect(stage.view(east)).toMatchObject({ inFlight: 0, probe: { successes: 1 } });
    expect(stage.calls[0]?.attempt.signal.aborted).toBe(true);
  });

  it('lets the probe win when it speaks first, and blames nobody for the other one', async () => {
    const stage = await probing({ afterMs: 500, answer: 'ok' });
    const outcome = await stage.run();
    expect(outcome).toMatchObject({ kind: 'served', value: east.slug, reason: null });
    expect(stage.view(other)).toMatchObject({ inFlight: 0, window: { ok: 0, slow: 0, failure: 0 } });
    expect(stage.calls[1]?.attempt.signal.aborted).toBe(true);
  });

  it('costs no second call while the probe is as quick as usual', async () => {
    const stage = await probing({ afterMs: 390, answer: 'ok' });
    expect(await stage.run()).toMatchObject({ kind: 'served', value: east.slug, attempts: 1 });
  });

  it('ends its probe when the client leaves, and counts that against nobody', async () => {
    const stage = await probing(silence);
    const client = new AbortController();
    const listeners = countListeners(client.signal);
    const outcome = await stage.run({ signal: client.signal });
    expect(outcome.kind).toBe('served');
    client.abort();
    await stage.clock.advance(0);
    if (outcome.kind === 'served') outcome.finish(makeFailure('client_abort'));
    expect(stage.view(east)).toMatchObject({ state: 'half_open', inFlight: 0, probe: { inFlight: false } });
    expect(listeners()).toBe(0);
    expect(stage.clock.pending).toBe(0);
  });

  it('has such a net once in an open period, and again in the next', async () => {
    const stage = await probing(silence);
    const client = new AbortController();
    const first = stage.start({ signal: client.signal });
    await stage.clock.advance(500);
    client.abort();
    await first;
    expect(stage.order()).toEqual([east.slug, other.slug]);
    stage.calls.length = 0;
    await stage.run();
    expect(stage.calls.map(({ target }) => target)).toEqual([east.slug, other.slug]);
    expect((stage.calls[1]?.at ?? 0) - (stage.calls[0]?.at ?? 0)).toBe(15_250);
    await stage.clock.advance(30_000);
    stage.calls.length = 0;
    await stage.run();
    expect((stage.calls[1]?.at ?? 0) - (stage.calls[0]?.at ?? 0)).toBe(400);
  });

  it('has none when two calls of the request must not be out at once', async () => {
    const stage = await probing({ afterMs: 3_000, answer: 'ok' });
    const outcome = await stage.serve({ once: 'its provider runs a tool for it (mcp)' });
    expect(outcome).toMatchObject({ value: east.slug, attempts: 1 });
    expect(denialsOf(outcome)).toEqual([]);
  });

  it('has none, and no entry about it, when nobody else can be called', async () => {
    const stage = await probing(silence, { targets: [east] });
    const outcome = await stage.run();
    expect(outcome).toMatchObject({ kind: 'refused', attempts: 1 });
    expect(denialsOf(outcome).filter(({ what }) => what === 'hedge')).toEqual([]);
  });

  it('may have a backup model for it only where the mode allows one', async () => {
    const allowed = await probing(silence, { targets: [east, backup] });
    expect(await allowed.run()).toMatchObject({ kind: 'served', value: backup.slug, degraded: true });
    const quality = await probing(silence, { targets: [east, backup], policy: { mode: 'quality' } });
    expect(await quality.run()).toMatchObject({ kind: 'refused', attempts: 1 });
  });

  it('waits a second where nothing is known of the target', async () => {
    const stage = new Stage([east, other], {});
    await stage.open(east, DOWN);
    await stage.clock.advance(30_000);
    stage.acts[east.slug] = [silence];
    await stage.run();
    expect((stage.calls[1]?.at ?? 0) - (stage.calls[0]?.at ?? 0)).toBe(1_000);
  });

  it('needs no budget for it, and takes none', async () => {
    const hedge = { minDelayMs: 800, share: 0.05 };
    const stage = await probing(silence, { policy: { hedge } });
    const late = { [east.slug]: [silence] };
    expect(await stage.run()).toMatchObject({ kind: 'served', value: other.slug });
    await stage.clock.advance(60_000);
    stage.acts[east.slug] = [{ answer: 'ok' }];
    for (let call = 0; call < 2; call += 1) await stage.run();
    expect(stage.view(east).state).toBe('closed');
    stage.acts[east.slug] = late[east.slug] ?? [];
    expect(attemptsOf(await stage.run())).toMatchObject([{ probe: false }, { hedge: true }]);
  });

  it('is not waited for longer in a flow that hedges: the probe\u2019s net is the only one', async () => {
    const hedge = { minDelayMs: 100, share: 0.2 };
    const stage = await probing(silence, { policy: { hedge } });
    const startedAt = stage.clock.now();
    await stage.run();
    expect(stage.calls.map(({ at }) => at - startedAt)).toEqual([0, 400]);
  });
});

describe('a probe that hangs, seen by many', () => {
  it('is one call in each open period, and no request waits for it', async () => {
    const breaker = { ...SETTINGS, openSeconds: 10, maxOpenSeconds: 10 };
    const target = makeTarget('a.east.big', { breaker });
    const stage = new Stage([target, other], {});
    await stage.train(target, 400);
    await stage.open(target, DOWN);
    stage.acts[target.slug] = [silence];
    stage.acts[other.slug] = [{ afterMs: 300, answer: 'ok' }];
    const waits: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      const startedAt = stage.clock.now();
      expect(await stage.run()).toMatchObject({ kind: 'served', value: other.slug });
      const waited = stage.clock.now() - startedAt;
      waits.push(waited);
      await stage.clock.advance(1_000 - waited);
    }
    expect(Math.max(...waits)).toBe(700);
    // Each period is its ten seconds and the fifteen that a silent probe takes to fail.
    expect(stage.calls.filter((call) => call.target === target.slug).length).toBeLessThanOrEqual(6);
  });
});
