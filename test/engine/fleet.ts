import { Engine, type EngineEvent, type Transition } from '#lib/engine/engine.ts';
import type { AttemptContext, AttemptOutcome, RunOutcome } from '#lib/engine/run-types.ts';
import type {
  BreakerSettings,
  EngineFlow,
  EngineTarget,
  Failure,
  OverrideKind,
  ScopeKind,
  TrailEntry,
} from '#lib/engine/types.ts';
import type { ScopeView } from '#lib/engine/view-types.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFailure, makeFlow, makeRequest, makeTarget, SETTINGS } from './factories.ts';

export const DOWN = makeFailure('server_error', { status: 503 });
/** Always healthy, at a provider of its own, and last in every chain, so that no call is a last resort. */
export const SPARE = makeTarget('z.z.spare');

type Answer = 'ok' | Failure;
type Skipped = Extract<TrailEntry, { kind: 'skip' }>;

/** Many targets, each called through a flow of its own that ends in a healthy spare. */
export class Fleet {
  readonly clock = new VirtualClock();
  readonly events: EngineEvent[] = [];
  readonly engine: Engine;
  readonly answers = new Map<string, Answer>();
  targets: EngineTarget[];
  readonly #settings: BreakerSettings;
  #held: { slug: string; answer: (answer: Answer) => void }[] | null = null;

  /** @param paths `provider.endpoint.model` */
  constructor(paths: readonly string[], differs: Partial<BreakerSettings> = {}, random = 0) {
    this.#settings = { ...SETTINGS, ...differs };
    this.targets = [...paths.map((path) => makeTarget(path, { breaker: this.#settings })), SPARE];
    this.engine = new Engine({
      clock: this.clock,
      random: () => random,
      onEvent: (event) => this.events.push(event),
    });
    this.configure();
  }

  /** @param differs per slug, what changes in its target */
  configure(differs: Record<string, Partial<EngineTarget>> = {}): void {
    this.targets = this.targets.map((target) => ({ ...target, ...differs[target.slug] }));
    const config = makeConfig(this.targets, makeFlow(this.targets));
    this.engine.configure({ ...config, breaker: this.#settings });
  }

  flow(...slugs: string[]): EngineFlow {
    const chain = [...slugs.map((slug) => this.target(slug)), SPARE];
    return makeFlow(chain);
  }

  target(slug: string): EngineTarget {
    const found = this.targets.find((target) => target.slug === slug);
    if (found === undefined) throw new Error(`No target ${slug}.`);
    return found;
  }

  readonly call = async ({ target }: AttemptContext): Promise<AttemptOutcome<string>> => {
    const held = this.#held;
    const answer =
      held === null || target.slug === SPARE.slug
        ? (this.answers.get(target.slug) ?? 'ok')
        : await new Promise<Answer>((resolve) => held.push({ slug: target.slug, answer: resolve }));
    return answer === 'ok'
      ? { kind: 'committed', value: target.slug, firstTokenMs: 100 }
      : { kind: 'failed', failure: answer };
  };

  /** One request whose first choice is this target. */
  ask(slug: string, flow = this.flow(slug)): Promise<RunOutcome<string>> {
    return this.clock.until(this.engine.run(makeRequest(flow, this.clock.now()), this.call));
  }

  /** Fails as often as it takes to open the target's breaker. */
  async trip(...slugs: string[]): Promise<void> {
    for (const slug of slugs) {
      const before = this.answers.get(slug) ?? 'ok';
      this.answers.set(slug, DOWN);
      for (let n = 0; n < this.#settings.consecutiveFailures; n += 1) await this.ask(slug);
      this.answers.set(slug, before);
    }
  }

  /** Starts calls that are answered only when `answer` is called, all of them. */
  async hold(
    slug: string,
    times = 1,
  ): Promise<{ started: number; answer: (answer: Answer) => Promise<void> }> {
    const held: { slug: string; answer: (answer: Answer) => void }[] = [];
    this.#held = held;
    const outcomes = Array.from({ length: times }, () =>
      this.engine.run(makeRequest(this.flow(slug), this.clock.now()), this.call),
    );
    await Promise.resolve();
    await this.clock.advance(0);
    this.#held = null;
    const answer = async (given: Answer) => {
      for (const one of held) one.answer(given);
      await Promise.all(outcomes);
    };
    return { started: held.length, answer };
  }

  view(kind: ScopeKind, id: string): ScopeView {
    const view = this.engine.view(kind, id);
    if (view === null) throw new Error(`No ${kind} ${id}.`);
    return view;
  }

  /** What a request meets at its first choice: the target answers it, or the scope that turns it away. */
  async meets(slug: string): Promise<Skipped | 'called'> {
    const [first] = (await this.ask(slug)).trail;
    return first?.kind === 'skip' ? first : 'called';
  }

  /** Puts these overrides in force, and lifts all others. */
  force(...list: [ScopeKind, string, OverrideKind][]): void {
    const given = { reason: 'a test', by: 'user:ann', setAtWallMs: 0, expiresAtWallMs: null };
    this.engine.setOverrides(list.map(([scope, id, kind]) => ({ scope, id, kind, ...given })));
  }

  /** Edges of one scope, "from to reason", in order. */
  edges(kind: ScopeKind, id: string): string[] {
    return this.transitions(kind, id).map(({ from, to, reason }) => `${from} ${to} ${reason}`);
  }

  transitions(kind: ScopeKind, id: string): Transition[] {
    return this.events.flatMap((event) =>
      event.type === 'transition' && event.scope === kind && event.id === id ? [event] : [],
    );
  }
}

/** Four models at one endpoint, all of them in use, two of them open. */
export async function held(random = 0): Promise<Fleet> {
  const fleet = new Fleet(['p.e.a', 'p.e.b', 'p.e.c', 'p.e.d'], {}, random);
  for (const slug of ['p-e-a', 'p-e-b', 'p-e-c', 'p-e-d']) await fleet.ask(slug);
  await fleet.trip('p-e-a', 'p-e-b');
  return fleet;
}
