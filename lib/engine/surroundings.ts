import type { Budgets } from './budget.ts';
import type { Clock, Random } from './clock.ts';
import type { Cooldowns } from './cooldowns.ts';
import type { ProbeNets } from './hedge-policy.ts';
import type { Paces } from './pace.ts';
import type { Registry, ResolvedTarget } from './registry.ts';
import type { Tuning } from './tuning.ts';
import type { Waiting } from './waiting.ts';

/** What a run needs of the engine around it. */
export interface Surroundings {
  clock: Clock;
  random: Random;
  registry: Registry;
  cooldowns: Cooldowns;
  budgets: Budgets;
  paces: Paces;
  probeNets: ProbeNets;
  tuning: Tuning;
  /** Who waits for a target to come back. */
  waiting: Waiting;
  /** May the flow make its last-resort call now? Asking uses the permission up. */
  claimLastResort: (flow: string, now: number) => boolean;
  /** A cooldown under this key, or of this target, has changed. */
  cooled: (target: ResolvedTarget) => void;
  /** Tells the events that have gathered. */
  flush: () => void;
}
