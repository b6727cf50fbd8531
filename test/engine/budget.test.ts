import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUDGET_CAP, Budgets, RESERVE_EVERY_MS } from '#lib/engine/budget.ts';
import { makeConfig, makeFailure, makeFlow, makeTarget } from './factories.ts';
import { type Act, denialsOf, Stage } from './stage.ts';
import { backup, east, west } from './world.ts';

const down: Act = { answer: makeFailure('server_error') };

/** Takes retries until one is refused. */
function spend(budgets: Budgets, now = 0, flow = 'f', provider = 'p'): number {
  let taken = 0;
  while (budgets.takeRetry(flow, provider, now)) taken += 1;
  return taken;
}

describe('the retry budget of a flow at a provider', () => {
  it('starts with ten retries, and a success earns a tenth of one', () => {
    const budgets = new Budgets();
    expect(spend(budgets)).toBe(10);
    for (let call = 0; call < 29; call += 1) budgets.succeeded('f', 'p', 0.1);
    expect(spend(budgets)).toBe(2);
    budgets.succeeded('f', 'p', 0.1);
    expect(spend(budgets)).toBe(1);
  });

  it('never holds more than ten, however many successes there were', () => {
    const budgets = new Budgets();
    budgets.takeRetry('f', 'p', 0);
    for (let call = 0; call < 10_000; call += 1) budgets.succeeded('f', 'p', 0.1);
    expect(spend(budgets)).toBe(BUDGET_CAP);
  });

  it('gives a quiet flow one retry back every ten seconds, and never saves them up', () => {
    const budgets = new Budgets();
    spend(budgets);
    expect(spend(budgets, RESERVE_EVERY_MS - 1)).toBe(0);
    expect(spend(budgets, RESERVE_EVERY_MS)).toBe(1);
    expect(spend(budgets, 100 * RESERVE_EVERY_MS)).toBe(1);
  });

  it('is one for each flow and each provider', () => {
    const budgets = new Budgets();
    spend(budgets);
    expect(budgets.canRetry('f', 'p', 0)).toBe(false);
    expect(budgets.canRetry('f', 'other', 0)).toBe(true);
    expect(budgets.canRetry('other', 'p', 0)).toBe(true);
  });

  it('is charged a fifth for going on at another provider, a whole one at the same, and never refuses that', () => {
    const budgets = new Budgets();
    for (let move = 0; move < 5; move += 1) budgets.moved('f', 'p', 'q', 0);
    expect(budgets.level('f', 'p', 0)).toBeCloseTo(9);
    expect(budgets.level('f', 'q', 0)).toBe(10);
    budgets.moved('f', 'p', 'p', 0);
    expect(budgets.level('f', 'p', 0)).toBeCloseTo(8);
    for (let move = 0; move < 1_000; move += 1) budgets.moved('f', 'p', 'q', 0);
    expect(budgets.level('f', 'p', 0)).toBe(0);
  });

  it('lets a hedge through only with a hedge of its own and more than half of the retries', () => {
    const budgets = new Budgets();
    expect(budgets.takeHedge('f', 'p', 0)).toBe(true);
    expect(budgets.takeHedge('f', 'p', 0)).toBe(false);
    for (let request = 0; request < 20; request += 1) budgets.hedgeable('f', 0.05);
    expect(budgets.takeHedge('f', 'p', 0)).toBe(true);
    expect(budgets.level('f', 'p', 0)).toBe(8);
    for (let request = 0; request < 1_000; request += 1) budgets.hedgeable('f', 0.05);
    let hedges = 0;
    while (budgets.takeHedge('f', 'p', 0)) hedges += 1;
    expect(hedges).toBe(3);
    expect(budgets.level('f', 'p', 0)).toBe(5);
  });

  it('saves up ten hedges at most', () => {
    const budgets = new Budgets();
    for (let request = 0; request < 10_000; request += 1) budgets.hedgeable('f', 0.05);
    let hedges = 0;
    while (budgets.takeHedge('f', `p${hedges}`, 0)) hedges += 1;
    expect(hedges).toBe(10);
  });

  it('is forgotten with its flow and with its provider', () => {
    const budgets = new Budgets();
    for (const flow of ['f', 'g']) for (const provider of ['p', 'q']) spend(budgets, 0, flow, provider);
    budgets.takeHedge('g', 'r', 0);
    budgets.keep(new Set(['f']), new Set(['p']));
    budgets.keep(new Set(['f', 'g']), new Set(['p', 'q']));
    const level = (flow: string, provider: string) => budgets.level(flow, provider, 0);
    expect([level('f', 'p'), level('f', 'q'), level('g', 'p'), level('g', 'q')]).toEqual([0, 10, 10, 10]);
    expect(budgets.takeHedge('g', 'r', 0)).toBe(true);
  });

  it('never spends more on retries and hedges than successes, time and its beginning have given', () => {
    const op = fc.oneof(
      fc.constant<['success']>(['success']),
      fc.constant<['retry']>(['retry']),
      fc.constant<['hedge']>(['hedge']),
      fc.boolean().map((same): ['move', boolean] => ['move', same]),
      fc.integer({ min: 0, max: 20_000 }).map((ms): ['wait', number] => ['wait', ms]),
    );
    fc.assert(
      fc.property(fc.array(op, { maxLength: 200 }), fc.constantFrom(0, 0.1, 0.5, 1), (ops, share) => {
        const budgets = new Budgets();
        let now = 5_000;
        let earned = BUDGET_CAP;
        let spent = 0;
        for (const [what, value] of ops) {
          if (what === 'wait') {
            now += value;
            earned += value / RESERVE_EVERY_MS;
          } else if (what === 'success') {
            budgets.succeeded('f', 'p', share);
            budgets.hedgeable('f', 1);
            earned += share;
          } else if (what === 'move') budgets.moved('f', 'p', value ? 'p' : 'q', now);
          else if (what === 'retry') spent += budgets.takeRetry('f', 'p', now) ? 1 : 0;
          else spent += budgets.takeHedge('f', 'p', now) ? 1 : 0;
          expect(spent).toBeLessThanOrEqual(earned + 1e-6);
          const level = budgets.level('f', 'p', now);
          expect(level).toBeGreaterThanOrEqual(0);
          expect(level).toBeLessThanOrEqual(BUDGET_CAP);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a flow whose retries are used up', () => {
  /** The primary fails at every call, but its breaker never opens. */
  const stubborn = makeTarget('a.east.big', {
    breaker: { ...east.breaker, consecutiveFailures: 1_000, minimumCalls: 1_000 },
  });

  it('does not call the failing target twice any more, says so, and is answered elsewhere all the same', async () => {
    const stage = new Stage([stubborn, backup], { [stubborn.slug]: [down] }, { maxRetriesPerTarget: 1 });
    const outcomes = [];
    for (let request = 0; request < 30; request += 1) outcomes.push(await stage.run());
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(30).fill('served'));
    const calls = stage.calls.filter(({ target }) => target === stubborn.slug).length;
    // 30 requests and what ten tokens buy: a retry and a move are 1.2 of them; backoff alone gives a little back.
    expect(calls).toBeLessThanOrEqual(30 + 9);
    expect(calls).toBeGreaterThanOrEqual(30 + 8);
    const last = outcomes.at(-1);
    expect(last === undefined ? [] : denialsOf(last)).toMatchObject([
      {
        target: stubborn.slug,
        what: 'retry',
        reason: 'budget',
        text: 'Not tried again on a-east-big: the retries of flow chat at provider a are used up for now.',
      },
    ]);
  });

  it('ends as it would without retries when there is nobody else, never with an error about its budget', async () => {
    const stage = new Stage([stubborn], { [stubborn.slug]: [down] }, { maxRetriesPerTarget: 1 });
    for (let request = 0; request < 30; request += 1) {
      expect(await stage.run()).toMatchObject({ kind: 'refused', reason: 'server_error' });
    }
  });

  it('may try one again after ten quiet seconds', async () => {
    const stage = new Stage([stubborn, backup], { [stubborn.slug]: [down] }, { maxRetriesPerTarget: 1 });
    for (let request = 0; request < 30; request += 1) await stage.run();
    await stage.clock.advance(10_000);
    stage.calls.length = 0;
    await stage.run();
    expect(stage.order()).toEqual([stubborn.slug, stubborn.slug, backup.slug]);
  });

  it('earns retries where its answers come from', async () => {
    const acts = { [stubborn.slug]: [down] };
    const stage = new Stage([stubborn, backup], acts, { maxRetriesPerTarget: 1, retryBudgetPerSuccess: 1 });
    for (let request = 0; request < 30; request += 1) await stage.run();
    stage.acts[stubborn.slug] = [{ answer: 'ok' }];
    for (let request = 0; request < 2; request += 1) await stage.run();
    stage.acts[stubborn.slug] = [down];
    stage.calls.length = 0;
    await stage.run();
    expect(stage.order()).toEqual([stubborn.slug, stubborn.slug, backup.slug]);
  });

  it('starts afresh when its configuration has left and come back, and not before', async () => {
    const stage = new Stage([stubborn, backup], { [stubborn.slug]: [down] }, { maxRetriesPerTarget: 1 });
    for (let request = 0; request < 30; request += 1) await stage.run();
    stage.engine.configure(makeConfig(stage.targets, stage.flow));
    expect(denialsOf(await stage.run())).toMatchObject([{ reason: 'budget' }]);
    stage.engine.configure(makeConfig([west], { ...makeFlow([west]), slug: 'other' }));
    stage.engine.configure(makeConfig(stage.targets, stage.flow));
    stage.calls.length = 0;
    await stage.run();
    expect(stage.order()).toEqual([stubborn.slug, stubborn.slug, backup.slug]);
  });
});
