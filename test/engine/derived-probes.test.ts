import { describe, expect, it } from 'vitest';
import { makeFailure, makeFlow } from './factories.ts';
import { DOWN, Fleet, held } from './fleet.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('R5: while it is held to be down, one probe at a time goes out', () => {
  it('from whichever model is due; all others are turned away meanwhile', async () => {
    const fleet = await held();
    await fleet.clock.advance(10 * SECOND);
    const probe = await fleet.hold('p-e-b');
    expect(probe.started).toBe(1);
    for (const slug of ['p-e-a', 'p-e-b', 'p-e-c', 'p-e-d']) {
      expect(await fleet.meets(slug)).toMatchObject({ reason: 'probing', scope: 'endpoint' });
    }
    expect(await fleet.meets('p-e-c')).toMatchObject({
      text: 'Endpoint p.e is held to be down since 10 s: 2 of the 4 models used there are open. Its one probe is out.',
    });
    expect(fleet.view('endpoint', 'p.e').derived?.probeAtWallMs).toBeNull();
    await probe.answer('ok');
  });

  it('of twenty concurrent requests at that moment one is let through', async () => {
    const fleet = await held();
    await fleet.clock.advance(10 * SECOND);
    const flow = fleet.flow('p-e-a', 'p-e-b', 'p-e-c', 'p-e-d');
    fleet.answers.set('p-e-a', DOWN);
    const requests = Array.from({ length: 20 }, () => fleet.ask('p-e-a', flow));
    const outcomes = await Promise.all(requests);
    const attempts = outcomes.flatMap(({ trail }) => trail.filter(({ kind }) => kind === 'attempt'));
    expect(attempts.filter(({ target }) => target !== 'z-z-spare')).toMatchObject([
      { target: 'p-e-a', probe: true, verdict: 'failure' },
    ]);
  });

  it('a probe that succeeds ends it, and closes none of the others', async () => {
    const fleet = await held();
    await fleet.clock.advance(10 * SECOND);
    expect(await fleet.meets('p-e-a')).toBe('called');
    expect(fleet.view('endpoint', 'p.e').effective).toBe('closed');
    expect(fleet.view('target', 'p-e-b')).toMatchObject({ state: 'half_open', probe: { successes: 0 } });
  });

  it('the others are due within five seconds of its success, and do not wait for the rest of their own open periods', async () => {
    const fleet = new Fleet(['p.e.a', 'p.e.b'], { maxOpenSeconds: 3_600 }, 0.5);
    await fleet.trip('p-e-a', 'p-e-b');
    for (let n = 0; n < 4; n += 1) {
      await fleet.clock.advance(10 * MINUTE);
      fleet.answers.set('p-e-b', DOWN);
      await fleet.ask('p-e-b');
    }
    const { openUntilWallMs } = fleet.view('target', 'p-e-b');
    expect(openUntilWallMs ?? 0).toBeGreaterThan(fleet.clock.wall() + MINUTE);
    fleet.engine.probe('endpoint', 'p.e');
    fleet.answers.clear();
    expect(await fleet.meets('p-e-a')).toBe('called');
    expect(fleet.view('target', 'p-e-b').state).not.toBe('closed');
    await fleet.clock.advance(2_500);
    expect(await fleet.meets('p-e-b')).toBe('called');
  });

  it('a probe that fails speaks for all: the next goes out after a pause that grows', async () => {
    const fleet = await held();
    for (const slug of ['p-e-a', 'p-e-b', 'p-e-c', 'p-e-d']) fleet.answers.set(slug, DOWN);
    const started = fleet.clock.now();
    const probes: number[] = [];
    while (fleet.clock.now() < started + 2 * MINUTE) {
      await fleet.clock.advance(SECOND);
      for (const slug of ['p-e-a', 'p-e-b', 'p-e-c', 'p-e-d']) {
        if ((await fleet.meets(slug)) === 'called') probes.push((fleet.clock.now() - started) / SECOND);
      }
    }
    expect(probes).toEqual([10, 20, 40, 70, 100]);
  });

  it('a provider that is up again has its endpoints tried soon, whatever pause they were in', async () => {
    const fleet = new Fleet(['p.x.a', 'p.x.b', 'p.y.c'], { maxOpenSeconds: 3_600 });
    await fleet.trip('p-x-a', 'p-x-b', 'p-y-c');
    fleet.answers.set('p-x-a', DOWN);
    for (let n = 0; n < 3; n += 1) {
      await fleet.clock.advance(MINUTE);
      expect(await fleet.meets('p-x-a')).toBe('called');
    }
    expect(await fleet.meets('p-x-b')).toMatchObject({ scope: 'provider', scopeId: 'p' });
    fleet.force(['target', 'p-y-c', 'forced_closed']);
    await fleet.ask('p-y-c');
    expect(fleet.view('provider', 'p').effective).toBe('closed');
    expect(fleet.view('endpoint', 'p.x').effective).toBe('derived_open');
    await fleet.clock.advance(5 * SECOND);
    expect(await fleet.meets('p-x-b')).toBe('called');
  });

  it('a probe that nobody answers gives its place back when its lease is over', async () => {
    const fleet = await held();
    await fleet.clock.advance(10 * SECOND);
    await fleet.hold('p-e-a');
    await fleet.clock.advance(16 * SECOND);
    expect(fleet.view('endpoint', 'p.e').derived?.probeAtWallMs).not.toBeNull();
    await fleet.clock.advance(30 * SECOND);
    expect(await fleet.meets('p-e-b')).toBe('called');
    expect(fleet.view('endpoint', 'p.e').effective).toBe('closed');
  });

  it('a probe whose client goes away frees the place and says nothing', async () => {
    const fleet = await held();
    await fleet.clock.advance(10 * SECOND);
    fleet.answers.set('p-e-a', makeFailure('client_abort'));
    await fleet.ask('p-e-a');
    expect(fleet.view('endpoint', 'p.e').effective).toBe('derived_open');
    expect(await fleet.meets('p-e-b')).toBe('called');
    expect(fleet.view('endpoint', 'p.e').effective).toBe('closed');
  });

  it('a model that never tripped can be the probe once one is due, so that nobody waits for a model that nobody calls', async () => {
    const fleet = await held();
    expect(await fleet.meets('p-e-c')).not.toBe('called');
    await fleet.clock.advance(10 * SECOND);
    expect((await fleet.ask('p-e-c')).trail[0]).toMatchObject({
      kind: 'attempt',
      target: 'p-e-c',
      probe: true,
    });
    expect(await fleet.meets('p-e-d')).toBe('called');
  });

  it('goes out at once when an operator asks for it', async () => {
    const fleet = await held();
    fleet.engine.probe('endpoint', 'p.e');
    expect(fleet.view('endpoint', 'p.e').derived?.probeAtWallMs).toBe(fleet.clock.wall());
    expect(await fleet.meets('p-e-a')).toBe('called');
  });
});

describe('R6: all scopes or none', () => {
  it('a model that is due while its endpoint says no is not left half-open for ever', async () => {
    const fleet = await held();
    await fleet.clock.advance(10 * SECOND);
    const probe = await fleet.hold('p-e-a');
    const before = fleet.engine.views();
    expect(await fleet.meets('p-e-b')).toMatchObject({ scope: 'endpoint', reason: 'probing' });
    const spare = ({ id }: { id: string }) => !id.startsWith('z');
    expect(fleet.engine.views().filter(spare)).toEqual(before.filter(spare));
    await probe.answer('ok');
    for (let n = 0; n < 2; n += 1) expect(await fleet.meets('p-e-b')).toBe('called');
    expect(fleet.view('target', 'p-e-b').state).toBe('closed');
  });
});

describe('R7: an endpoint with one model', () => {
  it('is never held to be down because of it', async () => {
    const fleet = new Fleet(['p.e.a']);
    await fleet.trip('p-e-a');
    await fleet.clock.advance(MINUTE);
    fleet.engine.sweep();
    expect(fleet.view('endpoint', 'p.e').derived).toBeNull();
    expect(fleet.view('provider', 'p').derived).toBeNull();
    expect(await fleet.meets('p-e-a')).toBe('called');
  });
});

describe('R8, H4: the last candidate of a flow', () => {
  it('is called when everything is held to be down, the one due soonest, at most once a second', async () => {
    const fleet = await held();
    const flow = makeFlow([fleet.target('p-e-c'), fleet.target('p-e-a')]);
    fleet.answers.set('p-e-c', DOWN);
    const outcome = await fleet.ask('p-e-c', flow);
    expect(outcome.trail.at(-1)).toMatchObject({ kind: 'attempt', target: 'p-e-c', lastResort: true });
    expect((await fleet.ask('p-e-c', flow)).attempts).toBe(0);
    await fleet.clock.advance(SECOND);
    expect((await fleet.ask('p-e-c', flow)).attempts).toBe(1);
  });

  it('is not called against an operator\u2019s word', async () => {
    const fleet = await held();
    fleet.force(['provider', 'p', 'forced_open']);
    const outcome = await fleet.ask('p-e-c', makeFlow([fleet.target('p-e-c')]));
    expect(outcome).toMatchObject({ kind: 'refused', attempts: 0, reason: 'override' });
  });
});

describe('R9: an operator\u2019s word', () => {
  it('forced closed on a model beats what its endpoint is held to be', async () => {
    const fleet = await held();
    fleet.force(['target', 'p-e-a', 'forced_closed']);
    expect(await fleet.meets('p-e-a')).toBe('called');
  });

  it('forced closed on the endpoint lifts it for the healthy models, and leaves the open ones open', async () => {
    const fleet = await held();
    fleet.force(['endpoint', 'p.e', 'forced_closed']);
    expect(fleet.view('endpoint', 'p.e').effective).toBe('forced_closed');
    expect(await fleet.meets('p-e-a')).toMatchObject({ scope: 'target', reason: 'breaker_open' });
    expect(await fleet.meets('p-e-c')).toBe('called');
  });

  it('forced open on the endpoint beats everything, and names itself', async () => {
    const fleet = await held();
    fleet.force(['target', 'p-e-c', 'forced_closed'], ['endpoint', 'p.e', 'forced_open']);
    expect(await fleet.meets('p-e-c')).toMatchObject({ reason: 'forced_open', scope: 'endpoint' });
    await fleet.clock.advance(MINUTE);
    expect(await fleet.meets('p-e-a')).toMatchObject({ reason: 'forced_open', scope: 'endpoint' });
  });
});

describe('R10: the registry', () => {
  it('holds what is configured and nothing else, whatever requests and operators name', async () => {
    const fleet = await held();
    const scopes = fleet.engine.views().length;
    for (let n = 0; n < 100; n += 1) {
      const stranger = { ...fleet.target('p-e-a'), slug: `stranger-${n}`, endpointId: `p.s${n}` };
      await fleet.ask(stranger.slug, makeFlow([stranger, fleet.target('z-z-spare')]));
      fleet.force(['target', stranger.slug, 'forced_open']);
    }
    expect(fleet.engine.views()).toHaveLength(scopes);
  });

  it('holds nothing of configurations that have been replaced, however many there were', () => {
    const fleet = new Fleet(['p.e.a']);
    const scopes = fleet.engine.views().length;
    const own = fleet.targets;
    for (let n = 0; n < 20; n += 1) {
      fleet.targets = own.map((target) => ({
        ...target,
        slug: `${target.slug}-${n}`,
        endpointId: `p.e${n}`,
      }));
      fleet.configure();
      // One endpoint for both now, and a provider each.
      expect(fleet.engine.views()).toHaveLength(scopes - 1);
    }
    fleet.targets = own;
    fleet.configure();
    expect(fleet.engine.views()).toHaveLength(scopes);
  });
});
