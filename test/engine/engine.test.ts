import { describe, expect, it } from 'vitest';
import { breakerTransitionSchema, breakerViewSchema } from '#lib/contract/breaker-view.ts';
import { Engine } from '#lib/engine/engine.ts';
import type { EngineOverride } from '#lib/engine/types.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFailure, makeFlow, makeTarget, SETTINGS } from './factories.ts';
import { DOWN, Fleet } from './fleet.ts';
import { backup, east, west, world } from './world.ts';

const dead = { [east.slug]: [makeFailure('server_error', { status: 500 })] };

function override(differs: Partial<EngineOverride>): EngineOverride {
  return {
    scope: 'target',
    id: east.slug,
    kind: 'forced_open',
    reason: 'vendor maintenance',
    by: 'user:ann',
    setAtWallMs: 0,
    expiresAtWallMs: null,
    ...differs,
  };
}

async function tripped() {
  const it = world([east, west, backup], dead);
  for (let n = 0; n < 5; n += 1) await it.run();
  return it;
}

describe('views', () => {
  it('are exactly what the contract calls a breaker, in every state', async () => {
    const { engine, clock, run } = await tripped();
    const check = () => {
      for (const view of engine.views()) expect(breakerViewSchema.parse(view)).toEqual(view);
    };
    check();
    await clock.advance(10_000);
    check();
    engine.setOverrides([override({ kind: 'forced_closed' })]);
    await run();
    check();
  });

  it('cover every scope once', () => {
    const { engine } = world([east, west, backup], {});
    expect(engine.views().map(({ scope, id }) => `${scope} ${id}`)).toEqual([
      'target a-east-big',
      'endpoint a.east',
      'provider a',
      'target a-west-big',
      'endpoint a.west',
      'target b-eu-small',
      'endpoint b.eu',
      'provider b',
    ]);
  });

  it('say why, since when and what happens next', async () => {
    const { engine, clock } = await tripped();
    const opened = clock.wall();
    await clock.advance(3_000);
    expect(engine.view('target', east.slug)).toMatchObject({
      state: 'open',
      effective: 'open',
      sinceWallMs: opened,
      outageSinceWallMs: opened,
      openUntilWallMs: opened + 8_500,
      reason: 'consecutive_failures',
      why: '5 calls in a row failed: 5 server errors.',
      trips: 1,
    });
    await clock.advance(5_500);
    expect(engine.view('target', east.slug)).toMatchObject({
      state: 'half_open',
      outageSinceWallMs: opened,
      openUntilWallMs: null,
      probe: { successes: 0, needed: 2, inFlight: false, leaseUntilWallMs: null },
    });
  });

  it('carry a number that grows with every change, across restarts too', async () => {
    const { engine, run, clock, flow } = await tripped();
    const seq = () => engine.view('target', east.slug)?.seq ?? 0;
    const first = seq();
    engine.setOverrides([override({})]);
    const second = seq();
    expect(second).toBeGreaterThan(first);
    engine.setOverrides([]);
    await clock.advance(10_000);
    await run();
    expect(seq()).toBeGreaterThan(second);
    const again = new Engine({ clock: new VirtualClock(0, clock.wall() + 1), random: () => 0 });
    again.configure(makeConfig([east, west, backup], flow));
    expect(again.view('target', east.slug)?.seq).toBeGreaterThan(seq());
  });

  it('of unknown scopes do not exist', () => {
    const { engine } = world([east], {});
    expect(engine.view('target', 'nobody')).toBeNull();
    expect(engine.reset('target', 'nobody')).toBe(false);
    expect(engine.probe('provider', 'nobody')).toBe(false);
  });
});

describe('events', () => {
  it('are one transition per edge, as the contract has them, with the errors that caused it', async () => {
    const { events, clock } = await tripped();
    const transitions = events.flatMap((event) => {
      if (event.type !== 'transition') return [];
      const { type: _, ...transition } = event;
      return [breakerTransitionSchema.parse(transition)];
    });
    expect(transitions).toMatchObject([
      {
        scope: 'target',
        id: east.slug,
        from: 'closed',
        to: 'open',
        generation: 1,
        openForMs: 8_500,
        atWallMs: clock.wall(),
        window: { ok: 0, slow: 0, failure: 5, consecutiveFailures: 5 },
      },
    ]);
    expect(transitions[0]?.errors).toHaveLength(5);
  });

  it('of edges that only time made due are told by a sweep, at the instant at which they were due', async () => {
    const { engine, events, clock } = await tripped();
    const opened = clock.wall();
    await clock.advance(60_000);
    events.length = 0;
    engine.sweep();
    engine.sweep();
    expect(events).toMatchObject([{ from: 'open', to: 'half_open', atWallMs: opened + 8_500 }]);
  });

  it('do no harm when their listener throws', async () => {
    const clock = new VirtualClock();
    const engine = new Engine({
      clock,
      random: () => 0,
      onEvent: () => {
        throw new Error('listener');
      },
    });
    engine.configure(makeConfig([east], makeFlow([east])));
    engine.setOverrides([override({})]);
    expect(engine.view('target', east.slug)?.effective).toBe('forced_open');
  });
});

describe('overrides', () => {
  it('are in force at once and expire by themselves, on time', async () => {
    const { engine, clock, run, events } = world([east, west], {});
    engine.setOverrides([override({ expiresAtWallMs: clock.wall() + 5_000 })]);
    expect(events).toEqual([{ type: 'changed', scope: 'target', id: east.slug }]);
    expect(await run()).toMatchObject({ value: west.slug, reason: 'override' });
    await clock.advance(4_999);
    expect(engine.view('target', east.slug)).toMatchObject({ effective: 'forced_open', state: 'closed' });
    await clock.advance(1);
    expect(engine.view('target', east.slug)).toMatchObject({ effective: 'closed', override: null });
    expect(await run()).toMatchObject({ value: east.slug });
  });

  it('are not moved by the wall clock', async () => {
    const { engine, clock } = world([east], {});
    engine.setOverrides([override({ expiresAtWallMs: clock.wall() + 5_000 })]);
    clock.jumpWall(3_600_000);
    expect(engine.view('target', east.slug)?.effective).toBe('forced_open');
  });

  it('on a provider keep every one of its targets from being called, and name it', async () => {
    const { engine, run } = world([east, west, backup], {});
    engine.setOverrides([override({ scope: 'provider', id: 'a' })]);
    const outcome = await run();
    expect(outcome).toMatchObject({ value: backup.slug, degraded: true, reason: 'override' });
    expect(outcome.trail[0]).toMatchObject({ scope: 'provider', scopeId: 'a' });
  });

  it('that come before the scope that they are for are in force when it comes', () => {
    const clock = new VirtualClock();
    const engine = new Engine({ clock, random: () => 0 });
    engine.setOverrides([override({})]);
    engine.configure(makeConfig([east], makeFlow([east])));
    expect(engine.view('target', east.slug)?.effective).toBe('forced_open');
  });

  it('keep an open breaker\u2019s calls going when forced closed', async () => {
    const { engine, run } = await tripped();
    engine.setOverrides([override({ kind: 'forced_closed' })]);
    const outcome = await run();
    expect(outcome.trail[0]).toMatchObject({ kind: 'attempt', target: east.slug });
    expect(engine.view('target', east.slug)).toMatchObject({ state: 'open', effective: 'forced_closed' });
  });
});

describe('a new configuration', () => {
  it('keeps what is known of scopes that stay, and drops the others', async () => {
    const { engine, flow } = await tripped();
    engine.configure(makeConfig([east, backup], flow));
    expect(engine.view('target', east.slug)?.state).toBe('open');
    expect(engine.view('target', west.slug)).toBeNull();
    expect(engine.view('endpoint', 'a.west')).toBeNull();
    engine.configure(makeConfig([east, west, backup], flow));
    expect(engine.view('target', west.slug)?.window.ok).toBe(0);
  });

  it('puts new settings in force without forgetting the counts', async () => {
    const { engine, run, flow } = world([east, west], dead);
    for (let n = 0; n < 2; n += 1) await run();
    const stricter = { ...east, breaker: { ...SETTINGS, consecutiveFailures: 3 } };
    engine.configure(makeConfig([stricter, west], flow));
    await run();
    expect(engine.view('target', east.slug)?.state).toBe('open');
  });

  it('knows nothing yet of a target that now calls another model', async () => {
    const { engine, flow } = await tripped();
    engine.configure(makeConfig([{ ...east, model: 'newer' }, west, backup], flow));
    expect(engine.view('target', east.slug)).toMatchObject({ state: 'closed', errors: [] });
  });

  it('does not charge that model with calls that were out to the one before it', async () => {
    const fleet = new Fleet(['p.e.a', 'p.e.b']);
    await fleet.trip('p-e-b');
    const calls = await fleet.hold('p-e-a', 5);
    fleet.configure({ 'p-e-a': { model: 'newer' } });
    await calls.answer(DOWN);
    expect(fleet.view('target', 'p-e-a')).toMatchObject({ state: 'closed', window: { failure: 0 } });
    expect(fleet.edges('target', 'p-e-a')).toEqual([]);
    expect(fleet.view('endpoint', 'p.e').derived).toBeNull();
    expect(await fleet.meets('p-e-a')).toBe('called');
  });

  it('does not disturb a request that is under way', async () => {
    const { engine, run, clock, flow } = world([east, west], { [east.slug]: ['silence'] });
    const running = run();
    await Promise.resolve();
    engine.configure(makeConfig([west], makeFlow([west])));
    expect(await running).toMatchObject({ kind: 'served', value: west.slug });
    expect(clock.pending).toBe(0);
    expect(flow.chain).toHaveLength(2);
  });
});

describe('operators', () => {
  it('reset a breaker and have one probed, and both are told', async () => {
    const { engine, events, run } = await tripped();
    events.length = 0;
    expect(engine.probe('target', east.slug)).toBe(true);
    expect((await run()).trail[0]).toMatchObject({ kind: 'attempt', target: east.slug, probe: true });
    expect(engine.reset('target', east.slug)).toBe(true);
    expect(engine.view('target', east.slug)).toMatchObject({ state: 'closed', reason: 'operator_reset' });
    expect(events.flatMap((event) => (event.type === 'transition' ? [event.reason] : []))).toEqual([
      'operator_probe',
      'probe_failed',
      'operator_reset',
    ]);
    expect(events.filter(({ type }) => type === 'changed')).toHaveLength(2);
  });
});

describe('an endpoint that cannot be reached', () => {
  it('opens its own breaker and takes its other targets with it', async () => {
    const small = makeTarget('a.east.small', { modelFamily: 'big' });
    const refused = makeFailure('connection', { connect: true });
    const { engine, run } = world([east, small, west], { [east.slug]: [refused], [small.slug]: [refused] });
    for (let n = 0; n < 3; n += 1) await run();
    expect(engine.view('endpoint', 'a.east')?.state).toBe('open');
    const outcome = await run();
    expect(outcome).toMatchObject({ value: west.slug, attempts: 1 });
    expect(outcome.trail[1]).toMatchObject({
      kind: 'skip',
      target: small.slug,
      scope: 'endpoint',
      scopeId: 'a.east',
    });
    expect(engine.view('provider', 'a')?.state).toBe('closed');
  });
});
