import type { Arrival } from './arrivals.ts';
import { keep, lowerBound } from './search.ts';
import { exactness } from './told.ts';
import type { ReplayPlan } from './types.ts';

/** How long a parent waited after a failed probe of one of its children before it let the next one out. */
export interface Pause {
  /** When the failed probe began: that is when the pause was drawn. */
  atWallMs: number;
  /** Longer than this, since a request was still turned away; 0 where the next probe waited for its own target as well. */
  moreThanMs: number;
  atMostMs: number;
}

interface Told {
  atWallMs: number;
  waitMs: number;
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
  const told = toldOf(plan, arrivals);
  for (const [key, probes] of probesOf(plan, arrivals)) {
    probes.sort((a, b) => a.startedAt - b.startedAt);
    for (const { target, startedAt, endedAt: toldAt } of probes) {
      // A probe that nobody waited for ended later than its request.
      const endedAt = firstFrom(failures.get(target) ?? [], startedAt) ?? toldAt;
      const next = probes[lowerBound(probes, endedAt, (probe) => probe.startedAt)];
      if (next === undefined) continue;
      const pause = pauseBetween(endedAt, next, arrivals, told.get(key) ?? [], dues);
      keep(pauses, key, { atWallMs: startedAt, ...pause });
    }
  }
  return pauses;
}

function pauseBetween(
  endedAt: number,
  next: Probe,
  arrivals: readonly Arrival[],
  told: readonly Told[],
  dues: ReadonlyMap<string, readonly number[]>,
): Omit<Pause, 'atWallMs'> {
  const atMostMs = next.startedAt - endedAt;
  const last = told[lowerBound(told, next.startedAt, ({ atWallMs }) => atWallMs) - 1];
  if (last !== undefined && last.atWallMs > endedAt) {
    const until = last.atWallMs + last.waitMs;
    // A child that is due just then is what was waited for.
    const within = exactness(last.waitMs);
    const own = [...dues.values()].some(
      (times) => Math.abs((lastUpTo(times, until + within) ?? 0) - until) <= within,
    );
    if (!own) return { moreThanMs: until - endedAt - 1, atMostMs: until - endedAt + 1 };
  }
  const before = arrivals[lowerBound(arrivals, next.startedAt, ({ atWallMs }) => atWallMs) - 1];
  const notYet = Math.max(endedAt, before?.atWallMs ?? endedAt);
  const due = lastUpTo(dues.get(next.target) ?? [], next.startedAt);
  return { moreThanMs: due !== null && due > notYet ? 0 : notYet - endedAt, atMostMs };
}

/** What requests were told that passed a parent's targets over, in the order of time. */
function toldOf({ world }: ReplayPlan, arrivals: readonly Arrival[]): Map<string, Told[]> {
  const targets = new Map(world.targets.map((target) => [target.slug, target]));
  const told = new Map<string, Told[]>();
  for (const { atWallMs, filled, request } of arrivals) {
    for (const { target, by, waitMs } of filled ? [] : request.skips) {
      const at = targets.get(target);
      if (at === undefined || waitMs === null || by === 'target') continue;
      keep(told, `${by}\n${by === 'provider' ? at.provider : at.endpointId}`, { atWallMs, waitMs });
    }
  }
  return told;
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
