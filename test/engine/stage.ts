import { Engine } from '#lib/engine/engine.ts';
import type { AttemptContext, AttemptOutcome, RunOutcome, RunRequest } from '#lib/engine/run-types.ts';
import type { EngineFlow, EnginePolicy, EngineTarget, Failure, TrailEntry } from '#lib/engine/types.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFlow, makeRequest } from './factories.ts';

/** What a target does when it is called, and when, ms after the call. */
export interface Act {
  /** It tells its first token then, and holds the answer; absent: only the end is told. */
  firstTokenMs?: number;
  afterMs?: number;
  /** `silence`: nothing ever comes. */
  answer: 'ok' | 'silence' | Failure;
}

export interface Played {
  target: string;
  at: number;
  attempt: AttemptContext;
}

type Served = Extract<RunOutcome<string>, { kind: 'served' }>;
export type Attempted = Extract<TrailEntry, { kind: 'attempt' }>;
export type Denied = Extract<TrailEntry, { kind: 'denied' }>;

/** An engine over virtual time whose targets take their time, as `acts` says; the last act of each repeats. */
export class Stage {
  readonly clock = new VirtualClock();
  readonly engine: Engine;
  readonly flow: EngineFlow;
  readonly calls: Played[] = [];
  readonly targets: readonly EngineTarget[];
  readonly acts: Record<string, Act[]>;

  constructor(
    targets: readonly EngineTarget[],
    acts: Record<string, Act[]>,
    policy: Partial<EnginePolicy> = {},
    random = 0.5,
  ) {
    this.targets = targets;
    this.acts = acts;
    this.engine = new Engine({ clock: this.clock, random: () => random });
    this.flow = makeFlow(targets, policy);
    this.engine.configure(makeConfig(targets, this.flow));
  }

  readonly call = async (attempt: AttemptContext): Promise<AttemptOutcome<string>> => {
    const { slug } = attempt.target;
    this.calls.push({ target: slug, at: this.clock.now(), attempt });
    const queue = this.acts[slug] ?? [];
    const act: Act = (queue.length > 1 ? queue.shift() : queue[0]) ?? { answer: 'ok' };
    const { firstTokenMs, afterMs = 0, answer } = act;
    if (firstTokenMs !== undefined) {
      await this.clock.sleep(firstTokenMs, attempt.signal);
      attempt.onFirstToken(firstTokenMs);
    }
    if (answer === 'silence') return new Promise(() => undefined);
    const rest = afterMs - (firstTokenMs ?? 0);
    if (rest > 0) await this.clock.sleep(rest, attempt.signal);
    return answer === 'ok'
      ? { kind: 'committed', value: slug, firstTokenMs: afterMs }
      : { kind: 'failed', failure: answer };
  };

  /** Starts a request; it ends when the clock has moved far enough. */
  start(differs: Partial<RunRequest> = {}, flow: EngineFlow = this.flow): Promise<RunOutcome<string>> {
    return this.engine.run(makeRequest(flow, this.clock.now(), differs), this.call);
  }

  run(differs: Partial<RunRequest> = {}, flow: EngineFlow = this.flow): Promise<RunOutcome<string>> {
    return this.clock.until(this.start(differs, flow));
  }

  async serve(differs: Partial<RunRequest> = {}): Promise<Served> {
    const outcome = await this.run(differs);
    if (outcome.kind !== 'served') throw new Error(`should have been served, was ${outcome.kind}`);
    return outcome;
  }

  /** Good answers of one target alone, so that its usual time is known; they are not among `calls`. */
  async train(target: EngineTarget, firstTokenMs: number, times = 20): Promise<void> {
    const before = this.acts[target.slug];
    this.acts[target.slug] = [{ afterMs: firstTokenMs, answer: 'ok' }];
    const alone = makeFlow([target]);
    for (let call = 0; call < times; call += 1) await this.run({}, alone);
    if (before === undefined) delete this.acts[target.slug];
    else this.acts[target.slug] = before;
    this.calls.length = 0;
  }

  /** Five failures in a row of one target alone, which open it; they are not among `calls`. */
  async open(target: EngineTarget, failure: Failure): Promise<void> {
    const before = this.acts[target.slug] ?? [];
    this.acts[target.slug] = [{ answer: failure }];
    for (let call = 0; call < 5; call += 1) await this.run({}, makeFlow([target]));
    this.acts[target.slug] = before;
    this.calls.length = 0;
  }

  order(): string[] {
    return this.calls.map(({ target }) => target);
  }

  view(target: EngineTarget) {
    const view = this.engine.view('target', target.slug);
    if (view === null) throw new Error(`${target.slug} is not configured`);
    return view;
  }
}

export function attemptsOf({ trail }: { trail: readonly TrailEntry[] }): Attempted[] {
  return trail.filter((entry) => entry.kind === 'attempt');
}

export function denialsOf({ trail }: { trail: readonly TrailEntry[] }): Denied[] {
  return trail.filter((entry) => entry.kind === 'denied');
}

/** Counts the listeners that are on a signal now. */
export function countListeners(signal: AbortSignal): () => number {
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
