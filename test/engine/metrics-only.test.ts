import { describe, expect, it } from 'vitest';
import { breakerViewSchema } from '#lib/contract/breaker-view.ts';
import { blockedByViews } from '#lib/engine/blocked.ts';
import { makeFailure } from './factories.ts';
import { DOWN, Fleet } from './fleet.ts';

const SECOND = 1_000;
const A = 'p-e-a';

function watched(): Fleet {
  const fleet = new Fleet(['p.e.a', 'p.e.b']);
  fleet.configure({ [A]: { metricsOnly: true } });
  return fleet;
}

describe('a target in metrics-only mode', () => {
  it('opens as any other, and is called all the same; what it would have done is counted', async () => {
    const fleet = watched();
    const since = fleet.clock.wall();
    await fleet.trip(A);
    expect(fleet.view('target', A)).toMatchObject({
      state: 'open',
      effective: 'closed',
      shadow: { opened: 1, rejected: 0, sinceWallMs: since },
    });
    fleet.answers.set(A, DOWN);
    for (let n = 0; n < 3; n += 1) expect(await fleet.meets(A)).toBe('called');
    expect(fleet.view('target', A).shadow).toEqual({ opened: 1, rejected: 3, sinceWallMs: since });
    const view = fleet.view('target', A);
    expect(breakerViewSchema.parse(view)).toEqual(view);
  });

  it('recovers by the calls that happen to come while it would be half-open, one at a time', async () => {
    const fleet = watched();
    await fleet.trip(A);
    await fleet.clock.advance(10 * SECOND);
    const probe = await fleet.hold(A);
    const beside = await fleet.hold(A, 3);
    expect(beside.started).toBe(3);
    expect(fleet.view('target', A)).toMatchObject({
      state: 'half_open',
      probe: { inFlight: true, successes: 0 },
      shadow: { rejected: 3 },
    });
    await beside.answer(DOWN);
    expect(fleet.view('target', A)).toMatchObject({ state: 'half_open', probe: { inFlight: true } });
    await probe.answer('ok');
    expect(fleet.view('target', A)).toMatchObject({ state: 'half_open', probe: { successes: 1 } });
    await fleet.ask(A);
    expect(fleet.view('target', A).state).toBe('closed');
    expect(fleet.edges('target', A)).toEqual([
      'closed open consecutive_failures',
      'open half_open open_elapsed',
      'half_open closed probes_succeeded',
    ]);
  });

  it('opens again when the probe fails or hangs, and that is no further opening', async () => {
    const fleet = watched();
    await fleet.trip(A);
    await fleet.clock.advance(10 * SECOND);
    fleet.answers.set(A, DOWN);
    await fleet.ask(A);
    expect(fleet.view('target', A)).toMatchObject({ state: 'open', trips: 2, shadow: { opened: 1 } });
    await fleet.clock.advance(20 * SECOND);
    await fleet.hold(A);
    await fleet.clock.advance(16 * SECOND);
    expect(fleet.edges('target', A).slice(1)).toEqual([
      'open half_open open_elapsed',
      'half_open open probe_failed',
      'open half_open open_elapsed',
      'half_open open probe_failed',
    ]);
    expect(fleet.view('target', A).shadow?.opened).toBe(1);
  });

  it('tells its edges in words that say that nothing is turned away, and its calls are not called probes', async () => {
    const fleet = watched();
    await fleet.trip(A);
    expect(fleet.transitions('target', A)[0]?.why).toBe(
      '5 calls in a row failed: 5 server errors. In metrics-only mode: nothing is turned away.',
    );
    await fleet.clock.advance(10 * SECOND);
    expect((await fleet.ask(A)).trail[0]).toMatchObject({ kind: 'attempt', target: A, probe: false });
  });

  it('blocks nothing in previews', async () => {
    const fleet = watched();
    await fleet.trip(A);
    const lookup = (kind: 'target' | 'endpoint' | 'provider', id: string) =>
      fleet.engine.view(kind, id) ?? undefined;
    expect(blockedByViews(fleet.target(A), lookup, fleet.clock.wall())).toBeNull();
  });

  it('obeys its operator, its cooldowns and the scopes above it', async () => {
    const fleet = watched();
    fleet.force(['target', A, 'forced_open']);
    expect(await fleet.meets(A)).toMatchObject({ reason: 'forced_open' });
    fleet.force();
    fleet.answers.set(A, makeFailure('rate_limited', { status: 429, retryAfterMs: 5_000 }));
    await fleet.ask(A);
    expect(await fleet.meets(A)).toMatchObject({ reason: 'cooldown' });
    await fleet.clock.advance(6 * SECOND);
    fleet.answers.set(A, makeFailure('connection', { connect: true }));
    for (let n = 0; n < 5; n += 1) await fleet.ask(A);
    expect(await fleet.meets(A)).toMatchObject({ reason: 'breaker_open', scope: 'endpoint', scopeId: 'p.e' });
  });

  it('is not ramped', async () => {
    const ramp = { rampSeconds: 30, rampAfterSeconds: 0, probeSuccesses: 1 };
    const fleet = new Fleet(['p.e.a'], ramp);
    fleet.configure({ [A]: { metricsOnly: true } });
    await fleet.trip(A);
    await fleet.clock.advance(10 * SECOND);
    await fleet.ask(A);
    expect(fleet.view('target', A)).toMatchObject({ state: 'closed', ramp: null });
  });

  it('turns calls away as soon as the mode is switched off, and counts from nothing when it is switched on again', async () => {
    const fleet = watched();
    await fleet.trip(A);
    fleet.configure({ [A]: { metricsOnly: false } });
    expect(await fleet.meets(A)).toMatchObject({ reason: 'breaker_open', scope: 'target' });
    expect(fleet.view('target', A)).toMatchObject({ effective: 'open', shadow: null });
    await fleet.clock.advance(SECOND);
    fleet.configure({ [A]: { metricsOnly: true } });
    expect(fleet.view('target', A).shadow).toEqual({
      opened: 0,
      rejected: 0,
      sinceWallMs: fleet.clock.wall(),
    });
    expect(await fleet.meets(A)).toBe('called');
  });
});
