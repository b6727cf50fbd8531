import { describe, expect, it } from 'vitest';
import { breakerTransitionSchema, breakerViewSchema } from '#lib/contract/breaker-view.ts';
import { makeFailure, makeFlow } from './factories.ts';
import { DOWN, Fleet, held } from './fleet.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('R1: a failure is charged to the narrowest scope that it is evidence against', () => {
  it('a model\u2019s failures never count against its endpoint or provider', async () => {
    const fleet = await held();
    for (const [kind, id] of [
      ['endpoint', 'p.e'],
      ['provider', 'p'],
    ] as const) {
      expect(fleet.view(kind, id)).toMatchObject({ state: 'closed', window: { failure: 0 } });
    }
  });

  it('quota and refused credentials hold neither down: they are the credential\u2019s', async () => {
    const fleet = new Fleet(['p.e.a', 'p.e.b']);
    for (const slug of ['p-e-a', 'p-e-b']) {
      fleet.configure({ [slug]: { credentialId: slug } });
      fleet.answers.set(slug, makeFailure('quota_exhausted', { status: 429 }));
      for (let n = 0; n < 6; n += 1) await fleet.ask(slug);
    }
    expect(await fleet.meets('p-e-a')).toMatchObject({ reason: 'quota', scope: 'target' });
    expect(fleet.view('endpoint', 'p.e')).toMatchObject({ effective: 'closed', derived: null });
  });
});

describe('R2: an endpoint is held to be down', () => {
  it('when two of its models opened together and they are half of those in use', async () => {
    const fleet = await held();
    expect(fleet.view('endpoint', 'p.e')).toMatchObject({
      state: 'closed',
      effective: 'derived_open',
      derived: { open: ['p-e-a', 'p-e-b'], recent: 4, sinceWallMs: fleet.clock.wall() },
    });
    expect(fleet.view('target', 'p-e-a')).toMatchObject({ state: 'open', effective: 'open' });
    expect(fleet.view('target', 'p-e-c')).toMatchObject({
      state: 'closed',
      effective: 'closed',
      derived: null,
    });
  });

  it('and turns away its other models as well, in words that say why and until when', async () => {
    const fleet = await held();
    const calls = await fleet.hold('p-e-c', 5);
    expect(calls.started).toBe(0);
    await fleet.clock.advance(6 * SECOND);
    expect(await fleet.meets('p-e-c')).toEqual({
      kind: 'skip',
      target: 'p-e-c',
      reason: 'breaker_open',
      scope: 'endpoint',
      scopeId: 'p.e',
      text: 'Endpoint p.e is held to be down since 6 s: 2 of the 4 models used there are open. One probe goes out in 4 s.',
    });
    expect(await fleet.meets('p-e-a')).toMatchObject({ scope: 'endpoint', scopeId: 'p.e' });
  });

  it('by models that one flow uses, for the models of another', async () => {
    const fleet = await held();
    const outcome = await fleet.ask('p-e-c', makeFlow([fleet.target('p-e-c'), fleet.target('z-z-spare')]));
    expect(outcome).toMatchObject({ kind: 'served', value: 'z-z-spare' });
  });

  it('not when one model alone is open, however often it failed', async () => {
    const fleet = new Fleet(['p.e.a', 'p.e.b']);
    await fleet.ask('p-e-b');
    await fleet.trip('p-e-a');
    fleet.answers.set('p-e-a', DOWN);
    for (let n = 0; n < 5; n += 1) {
      await fleet.clock.advance(30 * SECOND);
      await fleet.ask('p-e-a');
    }
    expect(fleet.view('endpoint', 'p.e').derived).toBeNull();
    expect(await fleet.meets('p-e-b')).toBe('called');
  });

  it('not when they opened more than two minutes apart', async () => {
    for (const [apart, derived] of [
      [120 * SECOND, true],
      [120 * SECOND + 1, false],
    ] as const) {
      const fleet = new Fleet(['p.e.a', 'p.e.b']);
      await fleet.trip('p-e-a');
      await fleet.clock.advance(apart);
      await fleet.trip('p-e-b');
      expect(fleet.view('endpoint', 'p.e').derived !== null).toBe(derived);
    }
  });

  it.each([
    ['a sweep', (fleet: Fleet) => fleet.engine.sweep()],
    ['a new configuration', (fleet: Fleet) => fleet.configure()],
    ['a call', (fleet: Fleet) => fleet.ask('p-e-c')],
  ])(
    'not when they are fewer than half of the models in use, but once the others have been silent for ten minutes, noticed by %s',
    async (_, notice) => {
      const fleet = new Fleet(['p.e.a', 'p.e.b', 'p.e.c', 'p.e.d', 'p.e.f']);
      for (const slug of ['p-e-c', 'p-e-d', 'p-e-f']) {
        await fleet.ask(slug);
        await fleet.clock.advance(SECOND);
      }
      await fleet.trip('p-e-a', 'p-e-b');
      expect(fleet.view('endpoint', 'p.e').derived).toBeNull();
      const firstUse = fleet.clock.wall() - 3 * SECOND;
      await fleet.clock.advance(597 * SECOND - 1);
      expect(fleet.view('endpoint', 'p.e').derived).toBeNull();
      await fleet.clock.advance(MINUTE);
      const since = firstUse + 10 * MINUTE;
      expect(fleet.view('endpoint', 'p.e').derived).toMatchObject({ sinceWallMs: since });
      await notice(fleet);
      await notice(fleet);
      const told = fleet.transitions('endpoint', 'p.e');
      expect(told[0]).toMatchObject({ to: 'derived_open', atWallMs: since });
      expect(told.filter(({ to }) => to === 'derived_open')).toHaveLength(1);
    },
  );

  it('not by models in metrics-only mode or disabled ones', async () => {
    for (const differs of [{ metricsOnly: true }, { enabled: false }]) {
      const fleet = await held();
      fleet.configure({ 'p-e-b': differs });
      expect(fleet.view('endpoint', 'p.e').derived).toBeNull();
      expect(fleet.edges('endpoint', 'p.e').at(-1)).toBe('derived_open closed children_recovered');
    }
  });
});

describe('R2: an endpoint that is held to be down', () => {
  it('shows every model that opens since, under a number that grows', async () => {
    const fleet = new Fleet(['p.e.a', 'p.e.b', 'p.e.c']);
    const calls = await fleet.hold('p-e-c', 5);
    await fleet.trip('p-e-a', 'p-e-b');
    const { seq } = fleet.view('endpoint', 'p.e');
    await calls.answer(DOWN);
    const view = fleet.view('endpoint', 'p.e');
    expect(view.derived).toMatchObject({
      open: ['p-e-a', 'p-e-b', 'p-e-c'],
      recent: 3,
      why: 'all 3 models used there are open: p-e-a, p-e-b, p-e-c.',
    });
    expect(view.seq).toBeGreaterThan(seq);
    fleet.engine.reset('target', 'p-e-c');
    expect(fleet.view('endpoint', 'p.e').derived?.open).toEqual(['p-e-a', 'p-e-b']);
    expect(fleet.view('endpoint', 'p.e').seq).toBeGreaterThan(view.seq);
  });

  it('names its own breaker rather, when that is open as well', async () => {
    const fleet = new Fleet(['p.e.a', 'p.e.b', 'p.e.c']);
    await fleet.trip('p-e-a');
    fleet.answers.set('p-e-b', makeFailure('connection', { connect: true }));
    for (let n = 0; n < 5; n += 1) await fleet.ask('p-e-b');
    expect(fleet.view('endpoint', 'p.e')).toMatchObject({ state: 'open', effective: 'open' });
    expect(fleet.view('endpoint', 'p.e').derived).not.toBeNull();
    expect(await fleet.meets('p-e-c')).toMatchObject({
      scope: 'endpoint',
      text: expect.stringMatching(
        /^Endpoint p\.e is open for another 10 s\. 5 calls in a row failed: 5 connection/,
      ),
    });
  });
});

describe('R2: a provider is held to be down', () => {
  it('when models at two of its endpoints are open, and takes the others with it', async () => {
    const fleet = new Fleet(['p.x.a', 'p.y.b', 'p.w.c']);
    await fleet.trip('p-x-a', 'p-y-b');
    expect(fleet.view('provider', 'p').derived).toMatchObject({ open: ['p-x-a', 'p-y-b'], recent: 2 });
    expect(await fleet.meets('p-w-c')).toMatchObject({
      scope: 'provider',
      scopeId: 'p',
      text: 'Provider p is now held to be down: both models used there are open. One probe goes out in 10 s.',
    });
  });

  it('not by the models of one endpoint, which explains them alone', async () => {
    const fleet = new Fleet(['p.x.a', 'p.x.b', 'p.y.c']);
    await fleet.trip('p-x-a', 'p-x-b');
    expect(fleet.view('endpoint', 'p.x').effective).toBe('derived_open');
    expect(fleet.view('provider', 'p').effective).toBe('closed');
    expect(await fleet.meets('p-y-c')).toBe('called');
  });
});

describe('R3: a success through any child', () => {
  it('ends it within the same tick, also when the call had begun before, and is told once', async () => {
    const fleet = new Fleet(['p.e.a', 'p.e.b', 'p.e.c']);
    const call = await fleet.hold('p-e-c');
    await fleet.trip('p-e-a', 'p-e-b');
    expect(fleet.view('endpoint', 'p.e').effective).toBe('derived_open');
    await call.answer('ok');
    expect(fleet.view('endpoint', 'p.e')).toMatchObject({ effective: 'closed', derived: null });
    expect(await fleet.meets('p-e-c')).toBe('called');
    expect(fleet.edges('endpoint', 'p.e')).toEqual([
      'closed derived_open children_open',
      'derived_open closed child_succeeded',
    ]);
  });

  it('between the two trips does not hinder it, nor one before them; one after the later trip does', async () => {
    const fleet = new Fleet(['p.e.a', 'p.e.b', 'p.e.c', 'p.e.d']);
    const late = await fleet.hold('p-e-c');
    await fleet.trip('p-e-a');
    await fleet.ask('p-e-d');
    await fleet.trip('p-e-b');
    expect(fleet.view('endpoint', 'p.e').effective).toBe('derived_open');
    await late.answer('ok');
    fleet.engine.sweep();
    expect(fleet.view('endpoint', 'p.e').effective).toBe('closed');
    await fleet.trip('p-e-c');
    expect(fleet.view('endpoint', 'p.e').effective).toBe('derived_open');
  });

  it('counts whatever let the call pass: a forced-closed target, the last resort, metrics-only mode', async () => {
    const forced = await held();
    forced.force(['target', 'p-e-c', 'forced_closed']);
    expect(await forced.meets('p-e-c')).toBe('called');
    expect(forced.view('endpoint', 'p.e').effective).toBe('closed');

    const desperate = await held();
    const alone = makeFlow([desperate.target('p-e-c')]);
    expect(await desperate.ask('p-e-c', alone)).toMatchObject({ kind: 'served', value: 'p-e-c' });
    expect(desperate.view('endpoint', 'p.e').effective).toBe('closed');
    expect(desperate.view('target', 'p-e-a').state).not.toBe('closed');

    const watched = new Fleet(['p.e.a', 'p.e.b', 'p.e.c']);
    watched.configure({ 'p-e-c': { metricsOnly: true } });
    const call = await watched.hold('p-e-c');
    await watched.trip('p-e-a', 'p-e-b');
    await call.answer('ok');
    expect(watched.view('endpoint', 'p.e').effective).toBe('closed');
  });

  it.each([
    ['is a sign of life, though slow, when the trouble is failures', 'failures', true],
    ['is none when it is slow and slowness is the trouble', 'slowness', false],
  ])('%s', async (_, trouble, ends) => {
    const fleet = new Fleet(['p.e.a', 'p.e.b', 'p.e.c'], { minimumCalls: 2, slowRate: 1 });
    const slowly = (slug: string) => {
      const flow = fleet.flow(slug);
      return fleet.ask(slug, { ...flow, policy: { ...flow.policy, firstTokenMs: 50 } });
    };
    for (const slug of ['p-e-a', 'p-e-b']) {
      if (trouble === 'failures') await fleet.trip(slug);
      else for (let n = 0; n < 2; n += 1) await slowly(slug);
    }
    expect(fleet.view('endpoint', 'p.e').effective).toBe('derived_open');
    fleet.force(['target', 'p-e-c', 'forced_closed']);
    expect((await slowly('p-e-c')).trail[0]).toMatchObject({ verdict: 'slow' });
    expect(fleet.view('endpoint', 'p.e').derived === null).toBe(ends);
  });
});

describe('R4: it is a predicate over the children, not a state of its own', () => {
  it('ends with them: one that an operator resets', async () => {
    const fleet = await held();
    fleet.engine.reset('target', 'p-e-b');
    expect(fleet.view('endpoint', 'p.e').effective).toBe('closed');
    expect(fleet.edges('endpoint', 'p.e')).toEqual([
      'closed derived_open children_open',
      'derived_open closed children_recovered',
    ]);
  });

  it('has no timer: nobody calling, it is as it was an hour later, and nothing was told twice', async () => {
    const fleet = await held();
    for (let n = 0; n < 60; n += 1) {
      await fleet.clock.advance(MINUTE);
      fleet.engine.sweep();
    }
    expect(fleet.view('endpoint', 'p.e').effective).toBe('derived_open');
    expect(fleet.edges('endpoint', 'p.e')).toEqual(['closed derived_open children_open']);
    expect(fleet.clock.pending).toBe(0);
  });

  it('ends by an operator\u2019s reset of the endpoint, and the models keep their own state', async () => {
    const fleet = await held();
    fleet.engine.reset('endpoint', 'p.e');
    expect(fleet.edges('endpoint', 'p.e').at(-1)).toBe('derived_open closed operator_reset');
    expect(await fleet.meets('p-e-c')).toBe('called');
    expect(await fleet.meets('p-e-a')).toMatchObject({ scope: 'target', scopeId: 'p-e-a' });
  });

  it('is told and shown as the contract has it, with the errors behind it and a number that grows', async () => {
    const fleet = new Fleet(['p.e.a', 'p.e.b']);
    const seq = fleet.view('endpoint', 'p.e').seq;
    await fleet.trip('p-e-a', 'p-e-b');
    for (const view of fleet.engine.views()) expect(breakerViewSchema.parse(view)).toEqual(view);
    expect(fleet.view('endpoint', 'p.e').seq).toBeGreaterThan(seq);
    const [event] = fleet.transitions('endpoint', 'p.e');
    const { type: _, ...transition } = { type: '', ...event };
    expect(breakerTransitionSchema.parse(transition)).toMatchObject({
      why: 'both models used there are open: p-e-a, p-e-b.',
      errors: [{ status: 503 }, { status: 503 }],
      openForMs: null,
    });
  });
});
