import { describe, expect, it } from 'vitest';
import { Ramp } from '#lib/engine/ramp.ts';
import { planChain } from '#lib/engine/select-plan.ts';
import { makeFlow, SETTINGS } from './factories.ts';
import { DOWN, Fleet } from './fleet.ts';
import { makeBreaker, START } from './make-breaker.ts';
import { backup, east, west } from './world.ts';

const SECOND = 1_000;
const RAMP = { rampSeconds: 30, rampAfterSeconds: 60, rampFirstShare: 0.1, rampSecondShare: 0.5 };

/** A target that was down for `seconds` and has closed just now. */
async function recovered(seconds: number, differs: Partial<typeof RAMP> = {}): Promise<Fleet> {
  const fleet = new Fleet(['p.e.a'], { ...RAMP, ...differs, openSeconds: 5, maxOpenSeconds: 5 });
  const diedAt = fleet.clock.now();
  await fleet.trip('p-e-a');
  fleet.answers.set('p-e-a', DOWN);
  while (fleet.clock.now() + 10 * SECOND <= diedAt + seconds * SECOND) {
    await fleet.clock.advance(5 * SECOND);
    await fleet.ask('p-e-a');
  }
  fleet.answers.clear();
  await fleet.clock.advance(diedAt + seconds * SECOND - fleet.clock.now());
  for (let n = 0; n < 2; n += 1) await fleet.ask('p-e-a');
  expect(fleet.view('target', 'p-e-a').state).toBe('closed');
  return fleet;
}

describe('after an outage of a minute or more', () => {
  it('a target takes 10 % of its traffic for 15 s, then 50 % for 15 s, then all of it', async () => {
    const fleet = await recovered(60);
    const closedAt = fleet.clock.wall();
    const ramp = () => fleet.view('target', 'p-e-a').ramp;
    expect(ramp()).toEqual({ share: 0.1, nextAtWallMs: closedAt + 15 * SECOND });
    await fleet.clock.advance(15 * SECOND - 1);
    expect(ramp()).toEqual({ share: 0.1, nextAtWallMs: closedAt + 15 * SECOND });
    await fleet.clock.advance(1);
    expect(ramp()).toEqual({ share: 0.5, nextAtWallMs: closedAt + 30 * SECOND });
    await fleet.clock.advance(15 * SECOND - 1);
    expect(ramp()?.share).toBe(0.5);
    await fleet.clock.advance(1);
    expect(ramp()).toBeNull();
  });

  it('the outage is all the time since it left closed, over every failed probe', async () => {
    expect((await recovered(59)).view('target', 'p-e-a').ramp).toBeNull();
    expect((await recovered(60)).view('target', 'p-e-a').ramp).not.toBeNull();
  });

  it('there is no ramp where it is switched off', async () => {
    expect((await recovered(120, { rampSeconds: 0 })).view('target', 'p-e-a').ramp).toBeNull();
  });

  it('a failure during the ramp counts as any other, and a new trip ends it', async () => {
    const fleet = await recovered(60);
    fleet.force(['target', 'z-z-spare', 'forced_open']);
    await fleet.trip('p-e-a');
    expect(fleet.view('target', 'p-e-a')).toMatchObject({ state: 'open', ramp: null });
  });

  it('an operator who resets it, or forces it closed, gets all of the traffic at once', async () => {
    const reset = await recovered(60);
    reset.engine.reset('target', 'p-e-a');
    expect(reset.view('target', 'p-e-a').ramp).toBeNull();
    const { breaker, fail } = makeBreaker(RAMP);
    fail(START, 5);
    breaker.reset(START + 120 * SECOND);
    expect(breaker.rampShare(START + 120 * SECOND)).toBe(1);
    const forced = await recovered(60);
    forced.force(['target', 'p-e-a', 'forced_closed']);
    expect(forced.view('target', 'p-e-a').ramp).toBeNull();
  });
});

describe('an endpoint that was held to be down for long', () => {
  it('gives the models that had not tripped their traffic back in the same steps', async () => {
    const fleet = new Fleet(['p.e.a', 'p.e.b', 'p.e.c'], RAMP);
    await fleet.trip('p-e-a', 'p-e-b');
    await fleet.clock.advance(60 * SECOND);
    await fleet.ask('p-e-a');
    expect(fleet.view('endpoint', 'p.e').effective).toBe('closed');
    expect(fleet.view('target', 'p-e-c').ramp).toMatchObject({ share: 0.1 });
    expect(fleet.view('target', 'p-e-a')).toMatchObject({ state: 'half_open', ramp: null });
  });

  it('but not when it was short', async () => {
    const fleet = new Fleet(['p.e.a', 'p.e.b', 'p.e.c'], RAMP);
    await fleet.trip('p-e-a', 'p-e-b');
    await fleet.clock.advance(20 * SECOND);
    await fleet.ask('p-e-a');
    expect(fleet.view('endpoint', 'p.e').effective).toBe('closed');
    expect(fleet.view('target', 'p-e-c').ramp).toBeNull();
  });
});

describe('the share', () => {
  it('never falls while time passes, is above 0, and ends at all of it', () => {
    const ramp = new Ramp();
    expect(ramp.share(0, SETTINGS)).toBe(1);
    expect(ramp.begin(1_000, 60_000, { ...SETTINGS, ...RAMP })).toBe(true);
    let last = 0;
    for (let now = 1_000; now <= 32_000; now += 100) {
      const share = ramp.share(now, { ...SETTINGS, ...RAMP });
      expect(share).toBeGreaterThan(0);
      expect(share).toBeGreaterThanOrEqual(last);
      last = share;
    }
    expect(last).toBe(1);
  });
});

describe('a plan', () => {
  const chain = [east, west, backup];
  const planned = (shares: Record<string, number>, random: () => number, blocked: string[] = []) => {
    const plan = planChain({
      flow: makeFlow(chain),
      target: (slug) => chain.find((target) => target.slug === slug),
      blocked: ({ slug }) =>
        blocked.includes(slug)
          ? { reason: 'forced_open', scope: 'target', scopeId: slug, dueAt: 0, text: '', class: null }
          : null,
      needs: { tools: false, vision: false, jsonSchema: false },
      stakes: null,
      rampShare: ({ slug }) => shares[slug] ?? 1,
      random,
    });
    return plan.steps.map((step) =>
      step.kind === 'skip' ? `${step.target} ${step.reason}` : step.target.slug,
    );
  };

  it('sends a recovering target its share, and asks it last otherwise', () => {
    const share = { [east.slug]: 0.1 };
    expect(planned(share, () => 0.09)).toEqual([east.slug, west.slug, backup.slug]);
    expect(planned(share, () => 0.1)).toEqual([`${east.slug} ramp`, west.slug, backup.slug, east.slug]);
  });

  it('passes over nobody when all that could be called are recovering', () => {
    const share = { [east.slug]: 0.1, [west.slug]: 0.5, [backup.slug]: 0.1 };
    expect(planned(share, () => 0.9)).toEqual([east.slug, west.slug, backup.slug]);
    expect(planned({ [east.slug]: 0.1 }, () => 0.9, [west.slug, backup.slug])[0]).toBe(east.slug);
    expect(planned(share, () => 0.3)).toEqual([
      `${east.slug} ramp`,
      west.slug,
      `${backup.slug} ramp`,
      east.slug,
      backup.slug,
    ]);
  });

  it('draws one number, and none when nobody is recovering', () => {
    let drawn = 0;
    const random = () => {
      drawn += 1;
      return 0.5;
    };
    planned({}, random);
    expect(drawn).toBe(0);
    planned({ [east.slug]: 0.1, [west.slug]: 0.1 }, random);
    expect(drawn).toBe(1);
  });
});
