import type { Arrival } from './arrivals.ts';
import { keep, lowerBound } from './search.ts';
import type { ReplayPlan } from './types.ts';

/** How long a parent waited after a failed probe of one of its children before it let the next one out. */
export interface Pause {
  /** When the failed probe began: that is when the pause was drawn. */
  atWallMs: number;
  forMs: number;
  /** The next probe waited for its own target as well: the pause may have been shorter. */
  atMost: boolean;
}

interface Probe {
  target: string;
  startedAt: number;
  endedAt: number;
}

/** By `scope\nid`, in the order of time. */
export function pausesOf(plan: ReplayPlan, arrivals: readonly Arrival[]): Map<string, Pause[]> {
  const dues = new Map<string, number[]>();
  const failures = new Map<string, number[]>();
  for (const { scope, id, atWallMs, to, probe } of plan.edges) {
    if (scope !== 'target') continue;
    if (to === 'half_open') keep(dues, id, atWallMs);
    if (probe !== null) keep(failures, id, atWallMs);
  }
  const pauses = new Map<string, Pause[]>();
  for (const [key, probes] of probesOf(plan, arrivals)) {
    probes.sort((a, b) => a.startedAt - b.startedAt);
    for (const { target, startedAt, endedAt: toldAt } of probes) {
      // A probe that nobody waited for ended later than its request.
      const endedAt = firstFrom(failures.get(target) ?? [], startedAt) ?? toldAt;
      const next = probes[lowerBound(probes, endedAt, (probe) => probe.startedAt)];
      if (next === undefined) continue;
      const before = arrivals[lowerBound(arrivals, next.startedAt, ({ atWallMs }) => atWallMs) - 1];
      const notYet = Math.max(endedAt, before?.atWallMs ?? endedAt);
      const due = lastUpTo(dues.get(next.target) ?? [], next.startedAt);
      const atMost = due !== null && due > notYet;
      // Over at some time between the request that was still turned away and the one that was not.
      const until = atMost ? next.startedAt : (notYet + next.startedAt) / 2;
      keep(pauses, key, { atWallMs: startedAt, forMs: until - endedAt, atMost });
    }
  }
  return pauses;
}

/** The probes below each endpoint and provider. */
function probesOf({ world }: ReplayPlan, arrivals: readonly Arrival[]): Map<string, Probe[]> {
  const targets = new Map(world.targets.map((target) => [target.slug, target]));
  const probes = new Map<string, Probe[]>();
  for (const { atWallMs, filled, request } of arrivals) {
    if (filled) continue;
    for (const { probe, target, startedMs, durationMs } of request.attempts) {
      const at = probe ? targets.get(target) : undefined;
      if (at === undefined) continue;
      const startedAt = atWallMs + startedMs;
      const made = { target, startedAt, endedAt: startedAt + durationMs };
      keep(probes, `endpoint\n${at.endpointId}`, made);
      keep(probes, `provider\n${at.provider}`, made);
    }
  }
  return probes;
}

function firstFrom(times: readonly number[], wallMs: number): number | null {
  return times[lowerBound(times, wallMs, (at) => at)] ?? null;
}

function lastUpTo(times: readonly number[], wallMs: number): number | null {
  return times[lowerBound(times, wallMs + 1, (at) => at) - 1] ?? null;
}
