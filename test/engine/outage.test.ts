import { describe, expect, it } from 'vitest';
import { breakerSettingsSchema } from '#lib/contract/breaker-settings.ts';
import { policySchema } from '#lib/contract/policy.ts';
import { Engine } from '#lib/engine/engine.ts';
import type { AttemptContext, AttemptOutcome, RunOutcome } from '#lib/engine/run-types.ts';
import type { EnginePolicy } from '#lib/engine/types.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFailure, makeFlow, makeRequest } from './factories.ts';
import { backup, east } from './world.ts';

const SECOND = 1_000;
const NO_PATIENCE: EnginePolicy['patience'] = null;
const JITTERS = [0, 0.25, 0.5, 0.75, 0.999];

/** A primary that is dead while `dead` says so and answers after `latencyMs`, a backup that always answers; default settings. */
function outage({ latencyMs = 200, jitter = 0.5, patience = NO_PATIENCE } = {}) {
  const clock = new VirtualClock();
  const engine = new Engine({ clock, random: () => jitter });
  const breaker = breakerSettingsSchema.parse({});
  const { retry, timeouts } = policySchema.parse({});
  const primary = { ...east, breaker };
  const flow = makeFlow([primary, backup], {
    maxRetriesPerTarget: retry.maxPerTarget,
    maxAttempts: retry.maxAttempts,
    retryBudgetPerSuccess: retry.budgetPerSuccess,
    patience,
    firstTokenMs: timeouts.firstTokenSeconds * SECOND,
    totalMs: timeouts.totalSeconds * SECOND,
  });
  engine.configure({ ...makeConfig([primary, { ...backup, breaker }], flow), breaker });
  const primaryCalls: number[] = [];
  let dead = false;
  const call = async ({ target, signal }: AttemptContext): Promise<AttemptOutcome<string>> => {
    const failing = dead && target.slug === east.slug;
    if (target.slug === east.slug) primaryCalls.push(clock.now());
    await clock.sleep(latencyMs, signal);
    if (failing) return { kind: 'failed', failure: makeFailure('server_error', { status: 503 }) };
    return { kind: 'committed', value: target.slug, firstTokenMs: latencyMs };
  };
  const request = async (): Promise<RunOutcome<string>> => {
    const outcome = await engine.run(makeRequest(flow, clock.now()), call);
    if (outcome.kind === 'served') outcome.finish(null);
    return outcome;
  };
  const together = (count: number) => clock.until(Promise.all(Array.from({ length: count }, request)));
  return {
    clock,
    engine,
    primaryCalls,
    together,
    kill: () => {
      dead = true;
    },
    heal: () => {
      dead = false;
    },
  };
}

const servers = (outcomes: RunOutcome<string>[]) =>
  outcomes.map((outcome) => (outcome.kind === 'served' ? outcome.value : outcome.kind));

describe('a sixty-second outage of the primary, with a request every four seconds', () => {
  const cases = [null, { ms: 5_000, retries: 2 }].flatMap((patience) =>
    JITTERS.flatMap((jitter) => [10, 200, 1_500].map((latencyMs) => ({ jitter, latencyMs, patience }))),
  );
  it.each(cases)(
    'every request is answered, at most eight attempts reach the dead primary, and it serves again within 30 s: %o',
    async ({ jitter, latencyMs, patience }) => {
      const world = outage({ latencyMs, jitter, patience });
      const { clock, primaryCalls, together, kill, heal } = world;
      await together(1);
      primaryCalls.length = 0;
      kill();
      const diedAt = clock.now();
      while (clock.now() < diedAt + 60 * SECOND) {
        const next = clock.now() + 4 * SECOND;
        expect(servers(await together(1))).toEqual([backup.slug]);
        await clock.advance(Math.max(0, next - clock.now()));
      }
      expect(primaryCalls.length).toBeLessThanOrEqual(8);
      heal();
      const healedAt = clock.now();
      let server = '';
      while (server !== east.slug) {
        [server = ''] = servers(await together(1));
        expect(clock.now() - healedAt).toBeLessThanOrEqual(30 * SECOND);
        if (server !== east.slug) await clock.advance(4 * SECOND);
      }
    },
  );
});

describe('fifty concurrent requests on a dead primary', () => {
  it.each(JITTERS)(
    'are all answered; once they have settled, one further attempt goes there in each open period (jitter %d)',
    async (jitter) => {
      const { clock, engine, primaryCalls, together, kill } = outage({ jitter });
      kill();
      const allServed = async () =>
        expect(new Set(servers(await together(50)))).toEqual(new Set([backup.slug]));
      await allServed();
      primaryCalls.length = 0;
      let periods = 0;
      const endsAt = clock.now() + 180 * SECOND;
      const view = () => engine.view('target', east.slug);
      for (let until = view()?.openUntilWallMs; clock.now() < endsAt; ) {
        await allServed();
        await clock.advance(SECOND);
        const now = view()?.openUntilWallMs;
        if (now !== until) periods += 1;
        until = now;
      }
      expect(periods).toBeGreaterThan(5);
      expect(primaryCalls.length).toBeLessThanOrEqual(Math.ceil(180 / 21) + 2);
      expect(primaryCalls.length).toBeLessThanOrEqual(periods);
    },
  );
});

describe('twenty concurrent requests at the half-open moment', () => {
  it('send one probe; the others are answered elsewhere at once', async () => {
    const { clock, engine, primaryCalls, together, kill, heal } = outage();
    kill();
    await together(10);
    heal();
    await clock.advance(30 * SECOND);
    expect(engine.view('target', east.slug)?.state).toBe('half_open');
    primaryCalls.length = 0;
    const answered = servers(await together(20));
    expect(primaryCalls).toHaveLength(1);
    expect(answered.filter((server) => server === east.slug)).toHaveLength(1);
    expect(answered.filter((server) => server === backup.slug)).toHaveLength(19);
  });
});
