import type { Random } from '#lib/engine/clock.ts';
import { Engine } from '#lib/engine/engine.ts';
import type { ScopeJitter } from '#lib/engine/registry.ts';
import type { EngineFlow } from '#lib/engine/types.ts';
import type { Arrival } from './arrivals.ts';
import type { Behaviour } from './behaviour.ts';
import type { ReplayClock } from './clock.ts';
import { seeded } from './random.ts';
import { ReplayedRequest } from './replayed-request.ts';
import type { RequestLuck } from './request-luck.ts';
import type { Splices } from './splices.ts';
import type { Tally } from './tally.ts';
import type { ReplayFlow, ReplayWorld } from './types.ts';

export interface LaneParts {
  clock: ReplayClock;
  seed: number;
  world: ReplayWorld;
  jitter: (random: Random) => ScopeJitter;
  /** By slug, the one in question with the policy that is tried. */
  flows: ReadonlyMap<string, ReplayFlow>;
  behaviour: Behaviour;
  splices: Splices;
  luck: RequestLuck;
  tally: Tally;
}

/** What a lane knows of a flow, worked out once. */
export interface LaneFlow extends ReplayFlow {
  /** For answers that only the primary's model can give. */
  alternatesOnly: EngineFlow;
  /** Slug of the first target that is on. */
  primary: string | null;
}

/** One policy's replay: an engine of its own that all requests of the world go through. */
export class Lane {
  readonly #parts: LaneParts;
  readonly #engine: Engine;
  readonly #flows = new Map<string, LaneFlow>();

  constructor(parts: LaneParts) {
    this.#parts = parts;
    const { clock, seed, world, flows } = parts;
    const random = seeded(seed);
    this.#engine = new Engine({ clock, random, jitter: parts.jitter(random) });
    const engines = [...flows.values()].map(({ engine }) => engine);
    this.#engine.configure({ targets: world.targets, flows: engines, breaker: world.breaker });
    const on = new Set(world.targets.filter(({ enabled }) => enabled).map(({ slug }) => slug));
    for (const [slug, flow] of flows) {
      const { engine } = flow;
      const primary = engine.chain.find(({ target, enabled }) => enabled && on.has(target))?.target ?? null;
      const alternatesOnly: EngineFlow = { ...engine, policy: { ...engine.policy, mode: 'quality' } };
      this.#flows.set(slug, { ...flow, alternatesOnly, primary });
    }
    for (const { fromWallMs, list } of world.overrides) {
      clock.at(fromWallMs, () => this.#engine.setOverrides(list));
    }
  }

  /** Takes one request to its end. @param counts it is one of those that the replay is about */
  async serve(arrival: Arrival, counts: boolean): Promise<void> {
    const flow = this.#flows.get(arrival.request.flow);
    if (flow === undefined) return;
    const engine = this.#engine;
    const ended = await new ReplayedRequest({ ...this.#parts, engine, flow, arrival }).run();
    if (counts) this.#parts.tally.add(ended);
  }
}
