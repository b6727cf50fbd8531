import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureClass, OverrideKind, ScopeKind } from '#lib/engine/types.ts';
import { makeFailure, makeRequest } from './factories.ts';
import { Fleet } from './fleet.ts';

const RUNS = Math.ceil(Number(process.env.PROPERTY_RUNS ?? 20_000) / 50);
const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`liveness: seed ${SEED}, ${RUNS} runs (PROPERTY_SEED and PROPERTY_RUNS repeat them)`);

const SECOND = 1_000;
const PATHS = ['a.east.big', 'a.east.small', 'a.west.big', 'a.west.small', 'b.eu.big'];
const SLUGS = PATHS.map((path) => path.replaceAll('.', '-'));

type Step =
  | { do: 'ask'; slug: string; answer: FailureClass | 'ok' }
  /** A call that nobody ever answers, not even its host. */
  | { do: 'hang'; slug: string }
  | { do: 'wait'; ms: number }
  | { do: 'force'; scope: [ScopeKind, string, OverrideKind] | null };

const scopes: [ScopeKind, string][] = [
  ['target', 'a-east-big'],
  ['endpoint', 'a.east'],
  ['provider', 'a'],
];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      slug: fc.constantFrom(...SLUGS),
      answer: fc.constantFrom<FailureClass | 'ok'>(
        'ok',
        'server_error',
        'server_error',
        'connection',
        'timeout',
        'rate_limited',
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('hang' as const), slug: fc.constantFrom(...SLUGS) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 500, 4_000, 10_000, 30_000, 130_000, 700_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .option(
        fc.tuple(fc.constantFrom(...scopes), fc.constantFrom<OverrideKind>('forced_open', 'forced_closed')),
      )
      .map((given): Step => ({ do: 'force', scope: given === null ? null : [...given[0], given[1]] })),
  },
);

/** A probe that hangs is given up after 15 s, and the open period that follows is 30 s at most. */
const BACK_WITHIN_S = 15 + 30 + 2;

function hang(fleet: Fleet, slug: string): void {
  const { engine, clock } = fleet;
  void engine.run(makeRequest(fleet.flow(slug), clock.now()), () => new Promise<never>(() => undefined));
}

describe('after any history of outages', () => {
  it('every target serves again within the longest open period after its provider’s recovery, and a hung probe before it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 60 }),
        fc.constantFrom(0, 0.5, 0.999),
        async (steps, random) => {
          const fleet = new Fleet(PATHS, { consecutiveFailures: 2 }, random);
          for (const one of steps) {
            if (one.do === 'wait') await fleet.clock.advance(one.ms);
            else if (one.do === 'hang') hang(fleet, one.slug);
            else if (one.do === 'force') fleet.force(...(one.scope === null ? [] : [one.scope]));
            else {
              const connect = one.answer === 'connection';
              fleet.answers.set(
                one.slug,
                one.answer === 'ok'
                  ? 'ok'
                  : makeFailure(one.answer, { connect, status: connect ? null : 500 }),
              );
              await fleet.ask(one.slug);
            }
          }
          fleet.force();
          for (const slug of SLUGS) fleet.answers.set(slug, 'ok');
          const waiting = new Set(SLUGS);
          let last = 0;
          for (let second = 0; second <= 90; second += 1) {
            for (const slug of SLUGS) {
              const outcome = await fleet.ask(slug);
              if (outcome.kind === 'served' && outcome.target.slug === slug) {
                if (waiting.delete(slug)) last = second;
              }
            }
            if (waiting.size === 0) break;
            await fleet.clock.advance(SECOND);
          }
          expect([...waiting]).toEqual([]);
          expect(last).toBeLessThanOrEqual(BACK_WITHIN_S);
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  }, 240_000);
});
