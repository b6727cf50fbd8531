import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Assumption, explain, type HypotheticalRequest } from '#lib/engine/explain.ts';
import type { EngineFlow, EnginePolicy, FailureClass } from '#lib/engine/types.ts';
import { makeFailure, makeFlow } from './factories.ts';
import { DOWN, Fleet } from './fleet.ts';

const RUNS = Math.ceil(Number(process.env.PROPERTY_RUNS ?? 20_000) / 50);
const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`explanations: seed ${SEED}, ${RUNS} runs (PROPERTY_SEED and PROPERTY_RUNS repeat them)`);

const SECOND = 1_000;
const PLAIN: HypotheticalRequest = {
  stakes: null,
  stream: true,
  needs: { tools: false, vision: false, jsonSchema: false },
};

function explained(fleet: Fleet, flow: EngineFlow, differs: Partial<HypotheticalRequest> = {}) {
  return explain({
    flow,
    target: (slug) => fleet.targets.find((target) => target.slug === slug),
    view: (scope, id) => fleet.engine.view(scope, id) ?? undefined,
    nowWallMs: fleet.clock.wall(),
    request: { ...PLAIN, ...differs },
  });
}

/** A primary at one vendor, the same model at another, and a backup model. */
function three(differs = {}, policy: Partial<EnginePolicy> = {}) {
  const fleet = new Fleet(['a.east.big', 'a.east.small', 'a.east.tiny', 'b.west.big', 'c.eu.other'], differs);
  const slugs = ['a-east-big', 'b-west-big', 'c-eu-other'];
  const flow = makeFlow(
    slugs.map((slug) => fleet.target(slug)),
    policy,
  );
  return { fleet, flow, ask: (more: Partial<HypotheticalRequest> = {}) => explained(fleet, flow, more) };
}

const assume = (...list: [Assumption['scope'], string, Assumption['state']][]): Assumption[] =>
  list.map(([scope, id, state]) => ({ scope, id, state }));

describe('an explanation', () => {
  it('of a healthy flow names the primary, and who stands by', () => {
    const { ask } = three();
    expect(ask()).toEqual({
      servesBackup: true,
      primary: 'a-east-big',
      chosen: 'a-east-big',
      lastResort: null,
      answer: 'a-east-big answers.',
      steps: [
        step('a-east-big', { verdict: 'chosen', text: 'Nothing keeps calls from it.' }),
        step('b-west-big', { alternate: true, text: 'Asked if nobody before it answers.' }),
        step('c-eu-other', { text: 'Asked if nobody before it answers.' }),
      ],
    });
  });

  it('names the endpoint that is held to be down, since when and because of whom', async () => {
    const { fleet, ask } = three();
    for (const slug of ['a-east-big', 'a-east-small', 'a-east-tiny']) await fleet.ask(slug);
    await fleet.trip('a-east-big', 'a-east-small');
    await fleet.clock.advance(6 * SECOND);
    const { steps, answer, chosen } = ask();
    expect(steps[0]).toEqual({
      target: 'a-east-big',
      verdict: 'skipped',
      alternate: false,
      reason: 'breaker_open',
      scope: 'endpoint',
      scopeId: 'a.east',
      text: 'Endpoint a.east is held to be down since 6 s: 2 of the 3 models used there are open. One probe goes out in 4 s.',
      dueAtWallMs: fleet.clock.wall() + 4 * SECOND,
    });
    expect(chosen).toBe('b-west-big');
    expect(answer).toBe('b-west-big answers in place of a-east-big: the same model, so nothing is marked.');
  });

  it('answers "and if that were down as well"', () => {
    const { ask } = three();
    const down = ask({ assume: assume(['endpoint', 'a.east', 'open'], ['provider', 'b', 'open']) });
    expect(down.steps.map(({ verdict, scopeId }) => `${verdict} ${scopeId}`)).toEqual([
      'skipped a.east',
      'skipped b',
      'chosen null',
    ]);
    expect(down.steps[0]?.text).toBe('Endpoint a.east is open for another 10 s. Assumed for this question.');
    expect(down.answer).toBe('c-eu-other answers, marked as degraded because it is a backup model.');
    expect(ask().chosen).toBe('a-east-big');
  });

  it('answers "and if it were up again", whatever keeps it out', async () => {
    const { fleet, ask } = three();
    await fleet.trip('a-east-big');
    fleet.answers.set('b-west-big', makeFailure('rate_limited', { retryAfterMs: 60_000 }));
    await fleet.ask('b-west-big');
    expect(ask().chosen).toBe('c-eu-other');
    expect(ask({ assume: assume(['target', 'b-west-big', 'closed']) }).chosen).toBe('b-west-big');
    expect(ask({ assume: assume(['target', 'a-east-big', 'closed']) }).chosen).toBe('a-east-big');
  });

  it('of a mode that serves no backup model says what the caller gets instead, and when to come back', () => {
    const { ask } = three({}, { mode: 'mixed' });
    const down = assume(['provider', 'a', 'forced_open'], ['provider', 'b', 'forced_open']);
    const high = ask({ stakes: 'high', assume: down });
    expect(high).toMatchObject({ servesBackup: false, chosen: null, lastResort: null });
    expect(high.steps.map(({ reason }) => reason)).toEqual(['forced_open', 'forced_open', 'mode']);
    expect(high.answer).toBe(
      'Nobody is called: the caller gets the graceful message of chat, and is told to come back in 30 s.',
    );
    expect(ask({ stakes: 'low', assume: down }).chosen).toBe('c-eu-other');
  });

  it('says that the last candidate is called though it is open, but never against an operator', () => {
    const { ask } = three();
    const open = assume(['provider', 'a', 'open'], ['provider', 'b', 'open'], ['provider', 'c', 'open']);
    const last = ask({ assume: open });
    expect(last).toMatchObject({ chosen: 'a-east-big', lastResort: 'a-east-big' });
    expect(last.steps[0]).toMatchObject({ verdict: 'chosen', reason: 'breaker_open' });
    expect(last.answer).toMatch(/^a-east-big is called as the last resort, since every target/);
    const forced = open.map((one) => ({ ...one, state: 'forced_open' as const }));
    expect(ask({ assume: forced })).toMatchObject({ chosen: null, lastResort: null });
  });

  it('says when a call would be the probe', async () => {
    const { fleet, ask } = three();
    await fleet.trip('a-east-big');
    await fleet.clock.advance(10 * SECOND);
    expect(ask()).toMatchObject({
      chosen: 'a-east-big',
      answer: 'a-east-big is asked as a probe, and answers if it is back.',
      steps: [{ text: 'This call would be the probe that finds out whether it is back.' }, {}, {}],
    });
  });

  it('says that a recovering target takes a share, and asks others first', async () => {
    const { fleet, ask } = three({ rampSeconds: 30, rampAfterSeconds: 5, probeSuccesses: 1 });
    await fleet.trip('a-east-big');
    await fleet.clock.advance(10 * SECOND);
    await fleet.ask('a-east-big');
    const { steps, chosen, answer } = ask();
    expect(chosen).toBe('b-west-big');
    expect(steps).toHaveLength(3);
    expect(steps[0]).toMatchObject({
      target: 'a-east-big',
      verdict: 'skipped',
      reason: 'ramp',
      scope: 'target',
    });
    expect(answer).toMatch(/While it recovers, a-east-big takes 10 % of such requests\.$/);
    const alone = assume(['provider', 'b', 'open'], ['provider', 'c', 'open']);
    expect(ask({ assume: alone }).chosen).toBe('a-east-big');
  });

  it('passes over targets that cannot do what the request needs, or whose window is too small for it', () => {
    const { fleet, ask } = three();
    fleet.configure({ 'a-east-big': { contextWindow: 8_000 }, 'b-west-big': { capabilities: ['tools'] } });
    const vision = { ...PLAIN.needs, vision: true };
    const { steps, chosen } = ask({ inputTokens: 8_001, needs: vision });
    expect(steps.map(({ reason }) => reason)).toEqual(['context_window', 'incapable', null]);
    expect(steps[0]?.text).toBe("The request's 8001 tokens do not fit into the 8000 that a-east-big takes.");
    expect(chosen).toBe('c-eu-other');
    expect(ask({ inputTokens: 8_000 }).chosen).toBe('a-east-big');
  });

  it('says that the caller gets an error when no target can do it', () => {
    const { fleet, ask } = three();
    const none = { capabilities: [] };
    fleet.configure({ 'a-east-big': none, 'b-west-big': none, 'c-eu-other': none });
    expect(ask({ needs: { ...PLAIN.needs, tools: true } }).answer).toBe(
      'Nobody is called: the caller gets an error. The request needs tools, which a-east-big does not have.',
    );
  });

  it('does not hold on to an override or an open period that has ended since the views were made', async () => {
    const { fleet, flow } = three();
    await fleet.trip('b-west-big');
    fleet.engine.setOverrides([
      {
        scope: 'target',
        id: 'a-east-big',
        kind: 'forced_open',
        reason: 'a test',
        by: 'user:ann',
        setAtWallMs: 0,
        expiresAtWallMs: fleet.clock.wall() + 5 * SECOND,
      },
    ]);
    const views = fleet.engine.views();
    const at = (nowWallMs: number) =>
      explain({
        flow,
        target: (slug) => fleet.targets.find((target) => target.slug === slug),
        view: (scope, id) => views.find((view) => view.scope === scope && view.id === id),
        nowWallMs,
        request: PLAIN,
      }).steps.map(({ reason }) => reason);
    const now = fleet.clock.wall();
    expect(at(now)).toEqual(['forced_open', 'breaker_open', null]);
    expect(at(now + 5 * SECOND - 1)).toEqual(['forced_open', 'breaker_open', null]);
    expect(at(now + 5 * SECOND)).toEqual([null, 'breaker_open', null]);
    expect(at(now + 10 * SECOND)).toEqual([null, null, null]);
  });

  it('takes scopes that nobody has reported on for closed, also in assumptions', () => {
    const { fleet, flow } = three();
    const blank = (differs: Partial<HypotheticalRequest>) =>
      explain({
        flow,
        target: (slug) => fleet.targets.find((target) => target.slug === slug),
        view: () => undefined,
        nowWallMs: 0,
        request: { ...PLAIN, ...differs },
      });
    expect(blank({}).chosen).toBe('a-east-big');
    expect(blank({ assume: assume(['endpoint', 'a.east', 'open']) }).chosen).toBe('b-west-big');
  });
});

describe('an explanation of a flow that is patient with its primary', () => {
  const patient = (ms: number, more: Partial<EnginePolicy> = {}) =>
    three({}, { patience: { ms, retries: 1 }, ...more });
  const cool = ({ engine, clock }: Fleet, slug: string, ms: number) =>
    engine.setCooldowns([
      ...engine.cooldowns(),
      {
        key: `target:${slug}`,
        untilWallMs: clock.wall() + ms,
        class: 'rate_limited',
        message: 'Slow down.',
        setAtWallMs: clock.wall(),
        level: 0,
      },
    ]);

  it('says who is waited for before a backup model is called, and for how long', () => {
    const { fleet, ask } = patient(5_000);
    cool(fleet, 'a-east-big', 9 * SECOND);
    cool(fleet, 'b-west-big', 3 * SECOND);
    const said = ask();
    expect(said).toMatchObject({ chosen: 'b-west-big', lastResort: null });
    expect(said.steps[1]).toMatchObject({
      verdict: 'chosen',
      reason: 'cooldown',
      text: 'Waited for, before a backup model is called. Rate limited by the provider: not called for another 3 s.',
    });
    expect(said.answer).toBe(
      'b-west-big is waited for and called in 3 s. If it does not answer, c-eu-other answers, marked as degraded because it is a backup model.',
    );
  });

  it('of a mode that serves no backup says what the caller gets when the family does not come back', async () => {
    const { fleet, ask } = patient(12_000, { mode: 'quality' });
    await fleet.trip('a-east-big');
    cool(fleet, 'b-west-big', 60 * SECOND);
    fleet.force(['target', 'c-eu-other', 'forced_open']);
    // The last resort comes first, since it is of the family.
    expect(ask()).toMatchObject({ chosen: 'a-east-big', lastResort: 'a-east-big' });
    // Both its cooldown and its breaker keep calls from it: the later one counts.
    cool(fleet, 'a-east-big', 8 * SECOND);
    expect(ask().answer).toBe(
      'a-east-big is waited for and called in 10 s as a probe. If it does not answer, the caller gets the graceful message of chat.',
    );
  });

  it('is as ever while the primary is healthy, or does not come back in time', () => {
    const { fleet, ask } = patient(5_000);
    expect(ask().answer).toBe('a-east-big answers.');
    cool(fleet, 'a-east-big', 6 * SECOND);
    cool(fleet, 'b-west-big', 6 * SECOND);
    expect(ask()).toMatchObject({ chosen: 'c-eu-other' });
    expect(patient(5_000, { maxAttempts: 1 }).ask().chosen).toBe('a-east-big');
  });
});

describe('the engine', () => {
  const answers = fc.constantFrom<FailureClass | 'ok'>(
    'ok',
    'server_error',
    'server_error',
    'rate_limited',
    'auth',
  );
  const slugs = ['a-east-big', 'a-east-small', 'b-west-big', 'c-eu-other'];
  const history = fc.array(
    fc.tuple(fc.constantFrom(...slugs), answers, fc.constantFrom(0, 1_000, 5_000, 10_000, 60_000)),
    { minLength: 1, maxLength: 30 },
  );

  const waits = fc.constantFrom(0, 2_000, 30_000);

  it('does what the explanation says, for any history: the same skips in the same words, and the same first call', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.constantFrom('availability', 'quality'),
        waits,
        async (steps, mode, ms) => {
          const fleet = new Fleet(['a.east.big', 'a.east.small', 'b.west.big', 'c.eu.other'], {
            consecutiveFailures: 2,
          });
          const flow = makeFlow(
            slugs.map((slug) => fleet.target(slug)),
            { mode, patience: ms === 0 ? null : { ms, retries: 1 } },
          );
          for (const [slug, answer, ms] of steps) {
            await fleet.clock.advance(ms);
            fleet.answers.set(slug, answer === 'ok' ? 'ok' : makeFailure(answer, { status: 500 }));
            await fleet.ask(slug);
          }
          const said = explained(fleet, flow);
          for (const slug of slugs) fleet.answers.set(slug, DOWN);
          const { trail } = await fleet.ask('', flow);
          const first = trail.find(({ kind }) => kind === 'attempt')?.target ?? null;
          expect(said.chosen).toBe(first);
          const before = trail.slice(
            0,
            Math.max(
              0,
              trail.findIndex(({ kind }) => kind === 'attempt'),
            ),
          );
          const skipped = said.lastResort === null ? before : trail.filter(({ kind }) => kind === 'skip');
          const words = new Map(said.steps.map(({ target, reason, text }) => [target, { reason, text }]));
          for (const entry of skipped) {
            if (entry.kind !== 'skip') continue;
            const { reason, text } = words.get(entry.target) ?? { reason: null, text: '' };
            expect(reason).toBe(entry.reason);
            expect(text).toContain(entry.text);
          }
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  });
});

function step(target: string, differs: object) {
  const plain = { verdict: 'standby', alternate: false, reason: null, scope: null, scopeId: null };
  return { target, ...plain, dueAtWallMs: null, ...differs };
}
