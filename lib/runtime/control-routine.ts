import { expireOverrides } from '#lib/control/breaker/expire-overrides.ts';
import { expireOverlaps } from '#lib/control/provider/expire-overlaps.ts';
import { sweepHistory } from '#lib/control/record/sweep-history.ts';
import type { ControlParts } from './control-process.ts';
import { every } from './control-timers.ts';

const SECOND_MS = 1_000;
const FIRST_SWEEP_MS = 90_000;
/** Often enough that the failures of a long outage, which are all recorded, cannot fill the disk in between. */
const SWEEP_MS = 300_000;

/** All that happens by the clock. Returns how to stop it. */
export function startRoutine(parts: ControlParts): () => void {
  const { feed, gateway, persister, recorder, simulator, system: ctx, now } = parts;
  const complaints = new Set<string>();
  const complain = (what: string) => (error: unknown) => {
    if (complaints.has(what)) return;
    complaints.add(what);
    console.error(`switchyard: ${what} failed (${error instanceof Error ? error.message : 'unknown'}).`);
  };
  const tasks = [
    every(SECOND_MS, () => feed.publishMetrics(), complain('the live feed')),
    every(5 * SECOND_MS, () => feed.hub.heartbeat(), complain('the heartbeat')),
    every(SECOND_MS, () => persister.flush(), complain('writing history')),
    every(5 * SECOND_MS, () => recorder.flush(now()), complain('adding up')),
    every(5 * SECOND_MS, () => expireOverrides({ ctx }), complain('ending overrides')),
    every(5 * SECOND_MS, () => expireOverlaps({ ctx }), complain('ending overlaps of keys')),
    every(5 * SECOND_MS, () => followSimulator(), complain('asking the simulator')),
    every(SWEEP_MS, () => sweepHistory({ ctx }), complain('sweeping history')),
  ];
  // One that never runs for long on end sweeps too.
  const firstSweep = setTimeout(() => {
    sweepHistory({ ctx }).catch(complain('sweeping history'));
  }, FIRST_SWEEP_MS);
  const followSimulator = async () => {
    await simulator.refresh();
    // However the last simulated provider went, nothing is left to simulate.
    const wanted = gateway.published?.providers.some((provider) => provider.simulated) ?? true;
    if (!wanted && simulator.running()) await simulator.stop();
  };
  return () => {
    clearTimeout(firstSweep);
    for (const task of tasks) task.stop();
  };
}
