import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectOf } from '#lib/engine/effects.ts';
import { Engine } from '#lib/engine/engine.ts';
import type { AttemptContext, AttemptOutcome, RunOutcome } from '#lib/engine/run-types.ts';
import type { EnginePolicy, Failure, FailureClass } from '#lib/engine/types.ts';
import { settled, VirtualClock } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFailure, makeFlow, makeRequest, makeTarget } from './factories.ts';

const RUNS = Math.ceil(Number(process.env.PROPERTY_RUNS ?? 20_000) / 50);
const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`failover properties: seed ${SEED}, ${RUNS} runs (PROPERTY_SEED and PROPERTY_RUNS repeat them)`);

const TARGETS = ['a', 'b', 'c', 'd'].map((provider) => makeTarget(`${provider}.eu.big`));

type Answer =
  | { kind: 'ok' }
  | { kind: 'ok at once' }
  | { kind: 'silence' }
  | { kind: 'failure'; failure: Failure };

const PROVIDERS_FAULT: FailureClass[] = [
  'rate_limited',
  'overloaded',
  'server_error',
  'timeout',
  'connection',
  'protocol_violation',
  'model_not_found',
  'quota_exhausted',
  'auth',
];
const failureArbitrary = (classes: FailureClass[]): fc.Arbitrary<Failure> =>
  fc
    .record({
      class: fc.constantFrom(...classes),
      retryAfterMs: fc.constantFrom(null, null, 500, 1_500, 5_000, 60_000),
      connect: fc.boolean(),
    })
    .map(({ class: failureClass, retryAfterMs, connect }) =>
      makeFailure(failureClass, failureClass === 'connection' ? { retryAfterMs, connect } : { retryAfterMs }),
    );
const answerArbitrary = (classes: FailureClass[]): fc.Arbitrary<Answer> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<Answer>({ kind: 'ok' }) },
    { weight: 1, arbitrary: fc.constant<Answer>({ kind: 'silence' }) },
    {
      weight: 5,
      arbitrary: failureArbitrary(classes).map((failure): Answer => ({ kind: 'failure', failure })),
    },
  );

const policyArbitrary: fc.Arbitrary<Partial<EnginePolicy>> = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 6 }),
  maxRetriesPerTarget: fc.integer({ min: 0, max: 2 }),
  totalMs: fc.constantFrom(3_000, 20_000, 120_000),
});

interface Call {
  request: number;
  target: string;
  at: number;
  deadlineAt: number;
  signal: AbortSignal;
  answer: Answer;
}

/** Counts the listeners that are on a signal now. */
function countListeners(signal: AbortSignal): () => number {
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners += 1;
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...given);
  };
  return () => listeners;
}

/**
 * Several requests at once through one engine. The scheduler decides in which order results arrive, and `coins` whether time
 * passes or a result arrives next; `abortAfter` is the step at which each client leaves.
 */
class Storm {
  readonly clock = new VirtualClock();
  readonly engine = new Engine({ clock: this.clock, random: () => 0.7 });
  readonly calls: Call[] = [];
  readonly outcomes: RunOutcome<string>[] = [];
  readonly listeners: (() => number)[] = [];
  readonly #clients: AbortController[] = [];
  readonly #scheduler: fc.Scheduler;
  readonly #answers: Map<string, Answer[]>;

  constructor(scheduler: fc.Scheduler, answers: Answer[][]) {
    this.#scheduler = scheduler;
    this.#answers = new Map(TARGETS.map(({ slug }, at) => [slug, [...(answers[at] ?? [])]]));
  }

  async run(
    policy: Partial<EnginePolicy>,
    count: number,
    coins: Iterator<boolean>,
    abortAfter: (number | null)[],
  ): Promise<void> {
    const flow = makeFlow(TARGETS, policy);
    this.engine.configure(makeConfig(TARGETS, flow));
    const running = Array.from({ length: count }, async (_, request) => {
      const client = new AbortController();
      this.#clients.push(client);
      this.listeners.push(countListeners(client.signal));
      const made = makeRequest(flow, this.clock.now(), { signal: client.signal });
      const outcome = await this.engine.run(made, (attempt) => this.#call(request, attempt));
      if (outcome.kind === 'served') outcome.finish(null);
      this.outcomes[request] = outcome;
    });
    const done = Promise.all(running);
    for (let step = 0; Object.keys(this.outcomes).length < count; step += 1) {
      abortAfter.forEach((at, request) => {
        if (at === step) this.#clients[request]?.abort();
      });
      await settled();
      if (this.#scheduler.count() > 0 && (coins.next().value || this.clock.pending === 0)) {
        await this.#scheduler.waitOne();
      } else if (this.clock.pending > 0) await this.clock.advance(this.clock.nextMs());
      await settled();
    }
    await done;
  }

  async #call(request: number, attempt: AttemptContext): Promise<AttemptOutcome<string>> {
    const { slug } = attempt.target;
    const queue = this.#answers.get(slug) ?? [];
    const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? { kind: 'ok' };
    const { signal, deadlineAt } = attempt;
    this.calls.push({ request, target: slug, at: this.clock.now(), deadlineAt, signal, answer });
    if (answer.kind === 'ok at once') return { kind: 'committed', value: slug, firstTokenMs: 1 };
    if (answer.kind === 'silence') return new Promise(() => undefined);
    return this.#scheduler.schedule(
      Promise.resolve<AttemptOutcome<string>>(
        answer.kind === 'ok'
          ? { kind: 'committed', value: slug, firstTokenMs: 1 }
          : { kind: 'failed', failure: answer.failure },
      ),
      slug,
    );
  }

  of(request: number): Call[] {
    return this.calls.filter((call) => call.request === request);
  }
}

const coinsArbitrary = fc.infiniteStream(fc.boolean());
const answersArbitrary = (classes: FailureClass[]) =>
  fc.array(fc.array(answerArbitrary(classes), { minLength: 1, maxLength: 6 }), {
    minLength: 4,
    maxLength: 4,
  });
const noAborts: (number | null)[] = [];

describe('the failover loop, whatever the order of results', () => {
  it('keeps its attempt limits and its deadline, and settles everything exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        answersArbitrary([...PROVIDERS_FAULT, 'invalid_request', 'context_length_exceeded']),
        policyArbitrary,
        fc.integer({ min: 1, max: 6 }),
        coinsArbitrary,
        fc.array(fc.option(fc.nat({ max: 12 }), { freq: 3 }), { maxLength: 6 }),
        async (scheduler, answers, policy, count, coins, aborts) => {
          const storm = new Storm(scheduler, answers);
          await storm.run(policy, count, coins[Symbol.iterator](), aborts);
          const { maxAttempts = 0, maxRetriesPerTarget = 0 } = policy;
          for (const [request, outcome] of storm.outcomes.entries()) {
            const calls = storm.of(request);
            expect(outcome.attempts).toBe(calls.length);
            expect(outcome.trail.filter(({ kind }) => kind === 'attempt')).toHaveLength(calls.length);
            expect(calls.length).toBeLessThanOrEqual(maxAttempts);
            for (const { slug } of TARGETS) {
              const own = calls.filter(({ target }) => target === slug);
              expect(own.length).toBeLessThanOrEqual(1 + maxRetriesPerTarget);
            }
            expect(calls.every(({ at, deadlineAt }) => at < deadlineAt)).toBe(true);
            const last = outcome.kind === 'served' ? calls.at(-1) : undefined;
            expect(calls.every((call) => call === last || call.signal.aborted)).toBe(true);
          }
          expect(storm.engine.views().every(({ inFlight }) => inFlight === 0)).toBe(true);
          expect(storm.listeners.map((count) => count())).toEqual(storm.listeners.map(() => 0));
          expect(storm.clock.pending).toBe(0);
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  }, 120_000);

  it('never calls a target again after it timed out, nor after a refusal that is about the request', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        answersArbitrary(['timeout', 'server_error', 'rate_limited', 'quota_exhausted', 'content_filtered']),
        policyArbitrary,
        coinsArbitrary,
        async (scheduler, answers, policy, coins) => {
          const storm = new Storm(scheduler, answers);
          await storm.run(policy, 3, coins[Symbol.iterator](), noAborts);
          for (const request of [0, 1, 2]) {
            const calls = storm.of(request);
            for (const [at, { target, answer }] of calls.entries()) {
              const failureClass = answer.kind === 'failure' ? answer.failure.class : 'timeout';
              const good = answer.kind === 'ok' || answer.kind === 'ok at once';
              if (good || effectOf(failureClass).retry !== 'never') continue;
              expect(calls.slice(at + 1).map((call) => call.target)).not.toContain(target);
            }
          }
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  }, 120_000);

  it('answers every request while one target of the chain is healthy and time is left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        answersArbitrary(PROVIDERS_FAULT),
        fc.nat({ max: 3 }),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 1, max: 8 }),
        coinsArbitrary,
        async (scheduler, answers, healthy, maxRetriesPerTarget, count, coins) => {
          const storm = new Storm(scheduler, answers.with(healthy, [{ kind: 'ok at once' }]));
          const policy = { maxAttempts: TARGETS.length, maxRetriesPerTarget };
          await storm.run(policy, count, coins[Symbol.iterator](), noAborts);
          expect(storm.outcomes.map(({ kind }) => kind)).toEqual(Array(count).fill('served'));
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  }, 120_000);

  it('counts against nobody and makes no further call when clients leave', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 6 }),
        coinsArbitrary,
        async (scheduler, count, coins) => {
          const storm = new Storm(
            scheduler,
            TARGETS.map(() => [{ kind: 'silence' }]),
          );
          await storm.run({}, count, coins[Symbol.iterator](), Array(count).fill(0));
          expect(storm.outcomes.map(({ kind }) => kind)).toEqual(Array(count).fill('aborted'));
          expect(storm.calls.every(({ signal }) => signal.aborted)).toBe(true);
          expect(storm.calls).toHaveLength(count);
          expect(storm.engine.views().every(({ window }) => window.failure + window.late === 0)).toBe(true);
        },
      ),
      { numRuns: Math.ceil(RUNS / 4), seed: SEED },
    );
  }, 120_000);
});
