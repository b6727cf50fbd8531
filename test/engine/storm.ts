import fc from 'fast-check';
import { Engine } from '#lib/engine/engine.ts';
import type { AttemptContext, AttemptOutcome, RunOutcome } from '#lib/engine/run-types.ts';
import type { BreakerSettings, EnginePolicy, Failure, FailureClass } from '#lib/engine/types.ts';
import { settled, VirtualClock } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFailure, makeFlow, makeRequest, makeTarget, SETTINGS } from './factories.ts';
import { countListeners } from './stage.ts';

/** Two endpoints of one provider, a second provider, and a backup model at a third. */
const PATHS = ['a.eu.big', 'a.us.big', 'b.eu.big', 'c.eu.small'];
export const SLUGS = PATHS.map((path) => makeTarget(path).slug);

export const CUT = makeFailure('connection', { message: 'The answer broke off.' });

export type Answer =
  | { kind: 'ok' }
  | { kind: 'ok at once' }
  | { kind: 'silence' }
  | { kind: 'failure'; failure: Failure }
  /** Tells its first token, then holds the answer until it is whole or fails. */
  | { kind: 'held'; failure: Failure | null }
  /** Commits, and breaks off afterwards. */
  | { kind: 'breaks' };

export const PROVIDERS_FAULT: readonly FailureClass[] = [
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

const failureArbitrary = (classes: readonly FailureClass[]): fc.Arbitrary<Failure> =>
  fc
    .record({
      class: fc.constantFrom(...classes),
      retryAfterMs: fc.constantFrom(null, null, 500, 1_500, 5_000, 60_000),
      connect: fc.boolean(),
    })
    .map(({ class: failureClass, retryAfterMs, connect }) =>
      makeFailure(failureClass, failureClass === 'connection' ? { retryAfterMs, connect } : { retryAfterMs }),
    );

/** What each target answers, in order; the last answer of each repeats. */
export const answersArbitrary = (classes: readonly FailureClass[] = PROVIDERS_FAULT) => {
  const failure = failureArbitrary(classes);
  const answer: fc.Arbitrary<Answer> = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Answer>({ kind: 'ok' }) },
    { weight: 1, arbitrary: fc.constant<Answer>({ kind: 'silence' }) },
    { weight: 1, arbitrary: fc.constant<Answer>({ kind: 'breaks' }) },
    {
      weight: 2,
      arbitrary: fc.option(failure).map((given): Answer => ({ kind: 'held', failure: given })),
    },
    { weight: 5, arbitrary: failure.map((given): Answer => ({ kind: 'failure', failure: given })) },
  );
  const queue = fc.array(answer, { minLength: 1, maxLength: 6 });
  return fc.array(queue, { minLength: SLUGS.length, maxLength: SLUGS.length });
};

export const policyArbitrary: fc.Arbitrary<Partial<EnginePolicy>> = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 6 }),
  maxRetriesPerTarget: fc.integer({ min: 0, max: 2 }),
  totalMs: fc.constantFrom(3_000, 20_000, 120_000),
  hedge: fc.constantFrom(null, { minDelayMs: 100, share: 1 }, { minDelayMs: 800, share: 0.2 }),
  patience: fc.option(
    fc.record({ ms: fc.constantFrom(100, 1_000, 5_000, 60_000), retries: fc.integer({ min: 1, max: 5 }) }),
  ),
});

export const coinsArbitrary = fc.infiniteStream(fc.boolean());
export const abortsArbitrary = fc.array(fc.option(fc.nat({ max: 12 }), { freq: 3 }), { maxLength: 6 });

interface Call {
  request: number;
  target: string;
  at: number;
  attempt: AttemptContext;
  answer: Answer;
  /** The request had its answer already, and that had broken off. */
  afterCommit: boolean;
}

export interface StormPlan {
  policy: Partial<EnginePolicy>;
  /** Requests at once. */
  count: number;
  coins: Iterable<boolean>;
  /** The step at which each client leaves. */
  aborts?: (number | null)[];
  breaker?: Partial<BreakerSettings>;
  stream?: boolean;
}

/**
 * Several requests at once through one engine. The scheduler decides in which order results arrive, the coins whether time
 * passes or a result arrives next.
 */
export class Storm {
  readonly clock = new VirtualClock();
  readonly engine = new Engine({ clock: this.clock, random: () => 0.7 });
  readonly calls: Call[] = [];
  /** How each request ended, an answer that broke off included. */
  readonly outcomes: RunOutcome<string>[] = [];
  /** What each request was told first. */
  readonly first: RunOutcome<string>[] = [];
  readonly listeners: (() => number)[] = [];
  readonly #clients: AbortController[] = [];
  readonly #committed = new Set<number>();
  readonly #scheduler: fc.Scheduler;
  readonly #answers: Map<string, Answer[]>;

  constructor(scheduler: fc.Scheduler, answers: readonly Answer[][]) {
    this.#scheduler = scheduler;
    this.#answers = new Map(SLUGS.map((slug, at) => [slug, [...(answers[at] ?? [])]]));
  }

  async run({ policy, count, coins, aborts = [], breaker = {}, stream = true }: StormPlan): Promise<void> {
    const settings = { ...SETTINGS, ...breaker };
    // Each with its own key, so that a refused one does not keep a healthy target from being called.
    const targets = PATHS.map((path) => makeTarget(path, { breaker: settings, credentialId: path }));
    const flow = makeFlow(targets, policy);
    this.engine.configure(makeConfig(targets, flow));
    const requests = Array.from({ length: count }, (_, request) => this.#request(request, flow, stream));
    const done = Promise.all(requests);
    const flips = coins[Symbol.iterator]();
    for (let step = 0; Object.keys(this.outcomes).length < count; step += 1) {
      aborts.forEach((at, request) => {
        if (at === step) this.#clients[request]?.abort();
      });
      await settled();
      if (this.#scheduler.count() > 0 && (flips.next().value || this.clock.pending === 0)) {
        await this.#scheduler.waitOne();
      } else if (this.clock.pending > 0) await this.clock.advance(this.clock.nextMs());
      await settled();
    }
    await done;
  }

  /** Lets everything that is still on its way come to its end. */
  async drain(): Promise<void> {
    while (this.#scheduler.count() > 0) await this.#scheduler.waitOne();
    await settled();
    while (this.clock.pending > 0) await this.clock.advance(this.clock.nextMs());
  }

  of(request: number): Call[] {
    return this.calls.filter((call) => call.request === request);
  }

  async #request(request: number, flow: ReturnType<typeof makeFlow>, stream: boolean): Promise<void> {
    const client = new AbortController();
    this.#clients.push(client);
    this.listeners.push(countListeners(client.signal));
    const made = makeRequest(flow, this.clock.now(), { signal: client.signal, stream });
    const outcome = await this.engine.run(made, (attempt) => this.#call(request, attempt));
    this.first[request] = outcome;
    if (outcome.kind === 'served') this.#committed.add(request);
    this.outcomes[request] = outcome.kind === 'served' ? await this.#relay(outcome) : outcome;
  }

  async #relay(outcome: Extract<RunOutcome<string>, { kind: 'served' }>): Promise<RunOutcome<string>> {
    if (outcome.value !== 'breaks') {
      outcome.finish(null);
      return outcome;
    }
    const resumed = await outcome.resume(CUT, (_target, alternate) => (alternate ? 'restart' : 'prefill'));
    if (resumed.kind === 'served') resumed.finish(resumed.value === 'breaks' ? CUT : null);
    return resumed;
  }

  async #call(request: number, attempt: AttemptContext): Promise<AttemptOutcome<string>> {
    const { slug } = attempt.target;
    const queue = this.#answers.get(slug) ?? [];
    const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? { kind: 'ok' };
    const afterCommit = this.#committed.has(request);
    this.calls.push({ request, target: slug, at: this.clock.now(), attempt, answer, afterCommit });
    const committed: AttemptOutcome<string> = { kind: 'committed', value: answer.kind, firstTokenMs: 1 };
    switch (answer.kind) {
      case 'ok at once':
        return committed;
      case 'silence':
        return new Promise(() => undefined);
      case 'ok':
      case 'breaks':
        return this.#later(slug, committed);
      case 'failure':
        return this.#later(slug, { kind: 'failed', failure: answer.failure });
      case 'held': {
        await this.#later(slug, null);
        attempt.onFirstToken(1);
        return this.#later(
          slug,
          answer.failure === null ? committed : { kind: 'failed', failure: answer.failure },
        );
      }
      default: {
        const never: never = answer;
        return never;
      }
    }
  }

  #later<V>(label: string, value: V): Promise<V> {
    return this.#scheduler.schedule(Promise.resolve(value), label);
  }
}
