import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFailure } from './factories.ts';
import { attemptsOf } from './stage.ts';
import { type Answer, answersArbitrary, policyArbitrary, SLUGS, Storm } from './storm.ts';

const RUNS = Math.ceil(Number(process.env.PROPERTY_RUNS ?? 20_000) / 20);
const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`patience: seed ${SEED}, ${RUNS} runs (PROPERTY_SEED and PROPERTY_RUNS repeat them)`);

const DOWN = makeFailure('server_error', { status: 503 });
const OK: Answer = { kind: 'ok at once' };
/** No time passes between a call and its answer. */
const AT_ONCE = {
  *[Symbol.iterator]() {
    for (;;) yield true;
  },
};

describe('whatever patience a flow has', () => {
  it('a healthy backup model answers in time when the family does not, also where the extra calls fall silent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        answersArbitrary(['server_error', 'overloaded', 'connection', 'rate_limited']),
        policyArbitrary,
        fc.boolean(),
        async (scheduler, answers, policy, stream) => {
          // Every first call fails; what comes after it is anything.
          const failing = answers.map((queue): Answer[] => {
            const first = queue.find(({ kind }) => kind === 'failure');
            return first === undefined ? [{ kind: 'failure', failure: DOWN }, ...queue] : [first, ...queue];
          });
          const storm = new Storm(scheduler, failing.with(-1, [OK]));
          const given = { ...policy, maxRetriesPerTarget: 0, hedge: null };
          await storm.run({
            policy: { ...given, maxAttempts: SLUGS.length + 2 },
            count: 1,
            coins: AT_ONCE,
            stream,
          });
          for (const outcome of storm.first) {
            expect(outcome.kind).toBe('served');
            const waits = attemptsOf(outcome).map(({ waitedMs }) => waitedMs);
            expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(policy.patience?.ms ?? 0);
            expect(waits.filter((ms) => ms > 0).length).toBeLessThanOrEqual(policy.patience?.retries ?? 0);
          }
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  }, 240_000);
});
