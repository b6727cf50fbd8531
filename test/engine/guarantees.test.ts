import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectOf, endpointVerdict } from '#lib/engine/effects.ts';
import { Engine } from '#lib/engine/engine.ts';
import type { FailureClass, Verdict } from '#lib/engine/types.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFailure, makeFlow, makeRequest } from './factories.ts';
import { DOWN, Fleet } from './fleet.ts';
import { makeBreaker, START } from './make-breaker.ts';
import { backup, east, west, world } from './world.ts';

const RUNS = Math.ceil(Number(process.env.PROPERTY_RUNS ?? 20_000) / 100);
const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`engine guarantees: seed ${SEED}, ${RUNS} runs (PROPERTY_SEED and PROPERTY_RUNS repeat them)`);

/** What each class of failure says of its target's health; a class that is missing here does not compile. */
const VERDICTS: Record<FailureClass, Verdict> = {
  auth: 'none',
  permission: 'none',
  provider_access_denied: 'none',
  quota_exhausted: 'none',
  rate_limited: 'none',
  rate_limited_too_big: 'none',
  overloaded: 'failure',
  server_error: 'failure',
  timeout: 'failure',
  connection: 'failure',
  protocol_violation: 'failure',
  model_output_invalid: 'none',
  model_not_found: 'none',
  context_length_exceeded: 'none',
  content_filtered: 'none',
  unsupported_feature: 'none',
  invalid_request: 'none',
  payload_too_large: 'none',
  state_not_portable: 'none',
  client_abort: 'none',
};
const CLASSES = Object.keys(VERDICTS) as FailureClass[];

describe('B9: what the caller did, asked too often or took back', () => {
  it.each(CLASSES)('%s counts as it should', (failureClass) => {
    expect(effectOf(failureClass).verdict).toBe(VERDICTS[failureClass]);
  });

  it('leaves every breaker as it was, neither as a failure nor as a success, however often it happens', async () => {
    for (const failureClass of CLASSES.filter((one) => VERDICTS[one] === 'none')) {
      const { engine, run } = world([east, west], {
        [east.slug]: [makeFailure(failureClass, { status: 400 })],
      });
      for (let n = 0; n < 30; n += 1) await run();
      expect(engine.view('target', east.slug)).toMatchObject({
        state: 'closed',
        window: { ok: 0, slow: 0, failure: 0, consecutiveFailures: 0 },
      });
    }
  });

  it('does not close a half-open breaker, and frees its probe', async () => {
    for (const failureClass of CLASSES.filter((one) => VERDICTS[one] === 'none')) {
      const fleet = new Fleet(['p.e.a']);
      await fleet.trip('p-e-a');
      await fleet.clock.advance(10_000);
      fleet.answers.set('p-e-a', makeFailure(failureClass, { status: 400 }));
      await fleet.ask('p-e-a');
      expect(fleet.view('target', 'p-e-a')).toMatchObject({
        state: 'half_open',
        probe: { successes: 0, inFlight: false },
      });
    }
  });

  it('H5: of all failures only one to reach it at all is charged to an endpoint', () => {
    for (const failureClass of CLASSES) {
      expect(endpointVerdict(makeFailure(failureClass, { status: 500 }))).toBe('ok');
      expect(endpointVerdict(makeFailure(failureClass))).toBe('none');
      expect(endpointVerdict(makeFailure(failureClass, { connect: true }))).toBe('failure');
    }
    expect(endpointVerdict(makeFailure('timeout', { timeout: 'connect' }))).toBe('failure');
    for (const timeout of ['first_token', 'idle', 'deadline'] as const) {
      expect(endpointVerdict(makeFailure('timeout', { timeout }))).toBe('none');
    }
  });
});

const script = fc.array(
  fc.record({
    ms: fc.constantFrom(0, 100, 1_000, 5_000, 15_000, 60_000),
    answer: fc.constantFrom<FailureClass | 'ok'>(
      'ok',
      'server_error',
      'server_error',
      'rate_limited',
      'timeout',
    ),
    jumpMs: fc.constantFrom(0, 0, 3_600_000, -3_600_000, 86_400_000, -1),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Everything that a host can tell of the engine while it goes through a script, but for wall-clock instants. */
async function played(
  steps: readonly { ms: number; answer: FailureClass | 'ok'; jumpMs: number }[],
  jumping: boolean,
): Promise<unknown[]> {
  const answers = { [east.slug]: steps.map(({ answer }) => (answer === 'ok' ? 'ok' : makeFailure(answer))) };
  const { engine, clock, run } = world([east, west, backup], answers);
  const seen: unknown[] = [];
  for (const { ms, jumpMs } of steps) {
    await clock.advance(ms);
    if (jumping) clock.jumpWall(jumpMs);
    const { kind, trail } = await run();
    const wall = clock.wall();
    const views = engine
      .views()
      .map((view) => [
        view.id,
        view.effective,
        wall - view.sinceWallMs,
        view.openUntilWallMs === null ? null : view.openUntilWallMs - wall,
        view.window,
        view.cooldown === null ? null : view.cooldown.untilWallMs - wall,
      ]);
    seen.push({ kind, trail, views });
  }
  return seen;
}

describe('B15: jumps of the wall clock', () => {
  it('change nothing that anybody meets', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (steps) => {
        expect(await played(steps, true)).toEqual(await played(steps, false));
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});

describe('B15: a wall clock that is set back', () => {
  it('does not keep the last candidate of a flow from being called', async () => {
    const fleet = new Fleet(['p.e.a']);
    const alone = makeFlow([fleet.target('p-e-a')]);
    fleet.answers.set('p-e-a', DOWN);
    for (let n = 0; n < 5; n += 1) await fleet.ask('p-e-a', alone);
    expect(fleet.view('target', 'p-e-a').state).toBe('open');
    for (const jumpMs of [0, -3_600_000, 7_200_000]) {
      fleet.clock.jumpWall(jumpMs);
      expect(await fleet.ask('p-e-a', alone)).toMatchObject({ attempts: 1 });
      expect(await fleet.ask('p-e-a', alone)).toMatchObject({ attempts: 0 });
      await fleet.clock.advance(1_000);
    }
  });
});

describe('B16: a restart', () => {
  it('takes the cooldowns along as they were, on a clock with another origin, and starts every breaker closed', async () => {
    await fc.assert(
      fc.asyncProperty(
        script,
        fc.integer({ min: 0, max: 120_000 }),
        fc.integer({ min: 0, max: 1e9 }),
        async (steps, laterMs, origin) => {
          const answers = {
            [east.slug]: steps.map(({ answer }) => (answer === 'ok' ? 'ok' : makeFailure(answer))),
          };
          const { engine, clock, run, flow } = world([east, west, backup], answers);
          for (const { ms } of steps) {
            await clock.advance(ms);
            await run();
          }
          const again = new Engine({ clock: new VirtualClock(origin, clock.wall()), random: () => 0.5 });
          again.configure(makeConfig([east, west, backup], flow));
          again.setCooldowns(engine.cooldowns());
          expect(again.cooldowns()).toEqual(engine.cooldowns());
          for (const { slug } of [east, west, backup]) {
            expect(again.view('target', slug)?.cooldown).toEqual(engine.view('target', slug)?.cooldown);
            expect(again.view('target', slug)?.state).toBe('closed');
          }
          const restarted = new VirtualClock(origin, clock.wall() + laterMs);
          const late = new Engine({ clock: restarted, random: () => 0.5 });
          late.configure(makeConfig([east, west, backup], flow));
          late.setCooldowns(engine.cooldowns());
          await clock.advance(laterMs);
          expect(late.view('target', east.slug)?.cooldown).toEqual(
            engine.view('target', east.slug)?.cooldown,
          );
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  });
});

describe('an engine', () => {
  it('holds no timer, however many there are and whatever has happened to them', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    for (let n = 0; n < 20; n += 1) {
      const fleet = new Fleet(['p.e.a', 'p.e.b']);
      await fleet.trip('p-e-a', 'p-e-b');
      fleet.engine.sweep();
      expect(fleet.clock.pending).toBe(0);
    }
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('is not held up by a probe whose call throws', async () => {
    const fleet = new Fleet(['p.e.a']);
    await fleet.trip('p-e-a');
    await fleet.clock.advance(10_000);
    const request = makeRequest(makeFlow([fleet.target('p-e-a')]), fleet.clock.now());
    await fleet.clock.until(
      fleet.engine.run(request, () => {
        throw new Error('a bug of the host');
      }),
    );
    expect(fleet.view('target', 'p-e-a')).toMatchObject({ state: 'half_open', probe: { inFlight: false } });
  });

  it('answers at once after years of silence, in whatever state it was left', () => {
    const { breaker, acquire, fail } = makeBreaker();
    fail(START, 5, DOWN);
    acquire(START + 10_000);
    const later = START + 20 * 365 * 86_400_000;
    expect(breaker.peek(later)).toBe('half_open');
    expect(breaker.isProbe(acquire(later))).toBe(true);
    const short = makeBreaker({ windowSeconds: 1 });
    short.fail(START, 4);
    for (const at of [later, 3 * later]) {
      short.call(at, 'ok');
      expect(short.breaker.snapshot(at).window).toMatchObject({ ok: 1, failure: 0 });
    }
  });
});
