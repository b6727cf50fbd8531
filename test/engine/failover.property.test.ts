import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUDGET_CAP, RESERVE_EVERY_MS } from '#lib/engine/budget.ts';
import { effectOf } from '#lib/engine/effects.ts';
import type { Failure } from '#lib/engine/types.ts';
import { makeFailure } from './factories.ts';
import { attemptsOf } from './stage.ts';
import {
  type Answer,
  abortsArbitrary,
  answersArbitrary,
  CUT,
  coinsArbitrary,
  PROVIDERS_FAULT,
  policyArbitrary,
  SLUGS,
  Storm,
} from './storm.ts';

/** Of each property; over all of them it is more than 20,000 storms of requests, each ten times the work of a breaker's history. */
const RUNS = Math.ceil(Number(process.env.PROPERTY_RUNS ?? 20_000) / 7);
const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`failover properties: seed ${SEED}, ${RUNS} runs (PROPERTY_SEED and PROPERTY_RUNS repeat them)`);
const options = { numRuns: RUNS, seed: SEED };

const NEVER_OPEN = { consecutiveFailures: 1_000, minimumCalls: 1_000 };
const OK: Answer = { kind: 'ok at once' };
const silent: Answer[][] = SLUGS.map(() => [{ kind: 'silence' }]);
const good = ({ kind }: Answer) => kind === 'ok' || kind === 'ok at once' || kind === 'breaks';

describe('the failover loop, whatever the order of results', () => {
  it('F1, F2, F3: keeps its limits of attempts, waiting and time, hedges once, and calls nobody after the commit but to continue', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        answersArbitrary([...PROVIDERS_FAULT, 'invalid_request', 'context_length_exceeded']),
        policyArbitrary,
        fc.integer({ min: 1, max: 6 }),
        coinsArbitrary,
        abortsArbitrary,
        async (scheduler, answers, policy, count, coins, aborts) => {
          const storm = new Storm(scheduler, answers);
          await storm.run({ policy, count, coins, aborts });
          const { maxAttempts = 0, maxRetriesPerTarget = 0, totalMs = 0 } = policy;
          const patience = policy.patience ?? { ms: 0, retries: 0 };
          for (const [request, outcome] of storm.outcomes.entries()) {
            const calls = storm.of(request);
            const attempts = attemptsOf(outcome);
            expect(outcome.attempts).toBe(calls.length);
            expect(attempts.map(({ n }) => n)).toEqual(calls.map((_, at) => at + 1));
            expect(calls.length).toBeLessThanOrEqual(maxAttempts);
            for (const slug of SLUGS) {
              const own = calls.filter(({ target }) => target === slug);
              const family = slug === SLUGS.at(-1) ? 0 : patience.retries;
              expect(own.length).toBeLessThanOrEqual(1 + maxRetriesPerTarget + family);
            }
            const waitedMs = attempts.reduce((sum, attempt) => sum + attempt.waitedMs, 0);
            expect(waitedMs).toBeLessThanOrEqual(totalMs);
            if (maxRetriesPerTarget === 0) expect(waitedMs).toBeLessThanOrEqual(patience.ms);
            expect(calls.every(({ at, attempt }) => at + 100 <= attempt.deadlineAt)).toBe(true);
            expect(attempts.filter(({ hedge }) => hedge).length).toBeLessThanOrEqual(1);
            const later = calls.filter(({ afterCommit }) => afterCommit);
            expect(later.length).toBeLessThanOrEqual(1);
            expect(calls.every(({ attempt, afterCommit }) => (attempt.resume !== null) === afterCommit)).toBe(
              true,
            );
          }
        },
      ),
      options,
    );
  }, 240_000);

  it('F5: settles every attempt exactly once, aborts all but the one that answers, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        answersArbitrary([...PROVIDERS_FAULT, 'invalid_request', 'client_abort']),
        policyArbitrary,
        fc.integer({ min: 1, max: 6 }),
        coinsArbitrary,
        abortsArbitrary,
        async (scheduler, answers, policy, count, coins, aborts) => {
          const storm = new Storm(scheduler, answers);
          // A window that nothing leaves and breakers that never open: every verdict stays countable.
          await storm.run({ policy, count, coins, aborts, breaker: { ...NEVER_OPEN, windowSeconds: 3_600 } });
          await storm.drain();
          const attempts = storm.outcomes.flatMap(attemptsOf);
          for (const slug of SLUGS) {
            const own = attempts.filter(({ target }) => target === slug);
            const { inFlight, window } = storm.engine.view('target', slug) ?? {};
            expect(inFlight).toBe(0);
            // Good answers that broke off later are counted as both.
            const begun = own.filter(
              ({ verdict, firstTokenMs }) => verdict === 'failure' && firstTokenMs !== null,
            );
            expect(window).toMatchObject({
              ok: own.filter(({ verdict }) => verdict === 'ok').length + begun.length,
              slow: own.filter(({ verdict }) => verdict === 'slow').length,
              failure: own.filter(({ verdict }) => verdict === 'failure').length,
              late: 0,
            });
          }
          for (const [request, outcome] of storm.outcomes.entries()) {
            const open = storm.of(request).filter(({ attempt }) => !attempt.signal.aborted);
            const served = storm.first[request]?.kind === 'served';
            // The broken answer and the one that continued it, where there is one.
            expect(open.length).toBeLessThanOrEqual(served ? (outcome === storm.first[request] ? 1 : 2) : 0);
          }
          expect(storm.engine.views().every(({ inFlight }) => inFlight === 0)).toBe(true);
          expect(storm.listeners.map((listeners) => listeners())).toEqual(storm.listeners.map(() => 0));
          expect(storm.clock.pending).toBe(0);
        },
      ),
      options,
    );
  }, 240_000);

  it('F9: never calls a target again after it timed out, nor after a refusal that is about the request', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        answersArbitrary(['timeout', 'server_error', 'rate_limited', 'quota_exhausted', 'content_filtered']),
        policyArbitrary,
        coinsArbitrary,
        async (scheduler, answers, policy, coins) => {
          const storm = new Storm(scheduler, answers);
          await storm.run({ policy, count: 3, coins });
          for (const request of [0, 1, 2]) {
            const calls = storm.of(request);
            for (const [at, { target, answer }] of calls.entries()) {
              const failureClass = answer.kind === 'failure' ? answer.failure.class : 'timeout';
              if (good(answer) || effectOf(failureClass).retry !== 'never') continue;
              expect(calls.slice(at + 1).map((call) => call.target)).not.toContain(target);
            }
          }
        },
      ),
      options,
    );
  }, 240_000);

  it('F7: answers every request while one target of the chain is healthy and time is left, however empty its budgets', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        answersArbitrary(),
        fc.nat({ max: 3 }),
        policyArbitrary,
        fc.integer({ min: 1, max: 8 }),
        coinsArbitrary,
        fc.constantFrom(0, 0.1),
        async (scheduler, answers, healthy, policy, count, coins, retryBudgetPerSuccess) => {
          // An answer that is held may take the whole deadline; here nobody takes longer than their first-token limit.
          const prompt = answers.map((queue) => queue.filter(({ kind }) => kind !== 'held'));
          const storm = new Storm(scheduler, prompt.with(healthy, [OK]));
          const given = { ...policy, maxAttempts: SLUGS.length, totalMs: 120_000, retryBudgetPerSuccess };
          await storm.run({ policy: given, count, coins });
          expect(storm.first.map(({ kind }) => kind)).toEqual(Array(count).fill('served'));
        },
      ),
      options,
    );
  }, 240_000);

  it('F6: counts against nobody and makes no further call when clients leave', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 6 }),
        policyArbitrary,
        coinsArbitrary,
        fc.nat({ max: 1 }),
        async (scheduler, count, policy, coins, late) => {
          const storm = new Storm(scheduler, silent);
          const given = { ...policy, maxAttempts: 5, totalMs: 120_000 };
          // At the second step the hedges of those flows that have any are out.
          const step = given.hedge == null ? 0 : late;
          await storm.run({ policy: given, count, coins, aborts: Array(count).fill(step) });
          expect(storm.outcomes.map(({ kind }) => kind)).toEqual(Array(count).fill('aborted'));
          expect(storm.calls.every(({ attempt }) => attempt.signal.aborted)).toBe(true);
          const hedges = storm.calls.length - count;
          expect(hedges).toBeGreaterThanOrEqual(0);
          expect(hedges).toBeLessThanOrEqual(count * step);
          const counted = storm.engine
            .views()
            .map(({ window: { failure, slow, late } }) => failure + slow + late);
          expect(counted.every((samples) => samples === 0)).toBe(true);
          expect(storm.clock.pending).toBe(0);
        },
      ),
      { ...options, numRuns: Math.ceil(RUNS / 2) },
    );
  }, 240_000);

  it('F4: spends no more on retries and hedges than its successes, the time and the beginning have given it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        answersArbitrary(['server_error', 'overloaded', 'connection']),
        fc.constantFrom(0, 0.1, 0.5),
        fc.integer({ min: 10, max: 24 }),
        coinsArbitrary,
        policyArbitrary,
        async (scheduler, answers, retryBudgetPerSuccess, count, coins, { patience = null }) => {
          const storm = new Storm(scheduler, answers);
          const startedAt = storm.clock.now();
          const policy = { maxRetriesPerTarget: 2, maxAttempts: 10, retryBudgetPerSuccess, patience };
          const hedge = { minDelayMs: 100, share: 0.2 };
          await storm.run({ policy: { ...policy, hedge }, count, coins, breaker: NEVER_OPEN });
          const reserve = (storm.clock.now() - startedAt) / RESERVE_EVERY_MS;
          const spent = new Map<string, number>();
          const earned = new Map<string, number>();
          const add = (to: Map<string, number>, slug: string | undefined, value: number) => {
            const provider = slug?.split('-')[0] ?? '';
            to.set(provider, (to.get(provider) ?? 0) + value);
          };
          for (const outcome of storm.outcomes) {
            const attempts = attemptsOf(outcome);
            for (const [at, { target, hedge, verdict }] of attempts.entries()) {
              const before = attempts.slice(0, at);
              // A hedge is charged to whoever is late.
              if (hedge) add(spent, before.at(-1)?.target, 1);
              else if (before.some((other) => other.target === target)) add(spent, target, 1);
              if (verdict === 'ok' || verdict === 'slow') add(earned, target, retryBudgetPerSuccess);
            }
          }
          for (const [provider, tokens] of spent) {
            const given = BUDGET_CAP + reserve + (earned.get(provider) ?? 0);
            // Answers that broke off had earned their share before.
            const broken = storm.calls.filter(
              ({ target, answer }) => target.startsWith(`${provider}-`) && answer.kind === 'breaks',
            );
            expect(tokens).toBeLessThanOrEqual(given + broken.length * retryBudgetPerSuccess + 1e-6);
          }
        },
      ),
      { ...options, numRuns: Math.ceil(RUNS / 2) },
    );
  }, 240_000);

  it('F8: tells a broken answer\u2019s own failure in the end, whatever came of the continuation', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        answersArbitrary([...PROVIDERS_FAULT, 'invalid_request', 'unsupported_feature', 'content_filtered']),
        policyArbitrary,
        coinsArbitrary,
        abortsArbitrary,
        async (scheduler, answers, policy, coins, aborts) => {
          const breaking = answers.with(0, [{ kind: 'breaks' }]);
          const storm = new Storm(scheduler, breaking);
          await storm.run({ policy: { ...policy, maxAttempts: 4 }, count: 3, coins, aborts });
          for (const [request, outcome] of storm.outcomes.entries()) {
            if (storm.first[request]?.kind !== 'served') continue;
            expect(['served', 'failed', 'aborted']).toContain(outcome.kind);
            if (outcome.kind === 'failed') {
              expect(outcome).toMatchObject({ failure: CUT, callersFault: false });
            }
          }
        },
      ),
      options,
    );
  }, 240_000);

  it('F8: ends with the caller\u2019s own error where one target names it, else says the soonest instant to come back', async () => {
    const hint = fc.integer({ min: 1_000, max: 600_000 });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(hint, { minLength: SLUGS.length, maxLength: SLUGS.length }),
        fc.option(fc.nat({ max: SLUGS.length - 1 })),
        async (scheduler, hints, at) => {
          const fault = makeFailure('invalid_request', { status: 400 });
          const failures = hints.map(
            (retryAfterMs, own): Failure =>
              own === at ? fault : makeFailure('rate_limited', { retryAfterMs }),
          );
          const storm = new Storm(
            scheduler,
            failures.map((failure): Answer[] => [{ kind: 'failure', failure }]),
          );
          // No time passes between the answers.
          const coins = {
            *[Symbol.iterator]() {
              for (;;) yield true;
            },
          };
          await storm.run({ policy: { maxAttempts: SLUGS.length }, count: 1, coins });
          if (at !== null) {
            expect(storm.outcomes[0]).toMatchObject({ kind: 'failed', callersFault: true, failure: fault });
            return;
          }
          const retryAfterMs = Math.min(...hints);
          expect(storm.outcomes[0]).toMatchObject({ kind: 'refused', reason: 'rate_limited', retryAfterMs });
        },
      ),
      { ...options, numRuns: Math.ceil(RUNS / 2) },
    );
  }, 240_000);

  it('F10: never brings forward the end of a cooldown, in whatever order the hints arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        answersArbitrary(['rate_limited', 'quota_exhausted', 'overloaded']),
        coinsArbitrary,
        fc.integer({ min: 2, max: 8 }),
        async (scheduler, answers, coins, count) => {
          const failing = answers.map((queue) => {
            const failures = queue.filter(({ kind }) => kind === 'failure');
            return failures.length > 0
              ? failures
              : queue.slice(0, 1).map((): Answer => ({ kind: 'silence' }));
          });
          const storm = new Storm(scheduler, failing);
          const until = new Map<string, number>();
          const watch = () => {
            for (const { key, untilWallMs } of storm.engine.cooldowns()) {
              expect(untilWallMs).toBeGreaterThanOrEqual(until.get(key) ?? 0);
              until.set(key, untilWallMs);
            }
          };
          const flips = coins[Symbol.iterator]();
          const watched = {
            *[Symbol.iterator]() {
              for (;;) {
                watch();
                yield flips.next().value ?? true;
              }
            },
          };
          await storm.run({ policy: { maxRetriesPerTarget: 2 }, count, coins: watched });
          watch();
        },
      ),
      { ...options, numRuns: Math.ceil(RUNS / 2) },
    );
  }, 240_000);
});
