import type { BreakerSettings, TransitionReason } from './types.ts';

interface Common {
  /** Monotonic ms of the edge into this state. */
  since: number;
  reason: TransitionReason;
  why: string;
}

/** The time since a breaker last left closed, over all its open and half-open periods. */
export interface Outage {
  /** Monotonic ms of the trip. */
  since: number;
  /** Why it tripped. */
  why: string;
  failedProbes: number;
  /** How the last probe failed, in a few words; null before one did. */
  lastProbe: string | null;
}

export interface Closed extends Common {
  name: 'closed';
  /** Trips as they stood at `since`; `decayedTrips` has them at any later time. */
  trips: number;
}

export interface Open extends Common {
  name: 'open';
  until: number;
  trips: number;
  /** True when slow answers opened it: then a slow probe does not count as a recovery. */
  slow: boolean;
  outage: Outage;
}

export interface HalfOpen extends Common {
  name: 'half_open';
  trips: number;
  slow: boolean;
  outage: Outage;
  successes: number;
  probe: { permit: number; startedAt: number; leaseUntil: number } | null;
  /** Drawn on entry, so that when a lease runs out the next open period is known without asking. */
  jitter: number;
}

export type State = Closed | Open | HalfOpen;

/** Closed for this long takes one trip off the count. */
export const STABLE_MS = 60_000;
const JITTER = 0.3;

/**
 * Length of the open period after `trips` trips, whole ms: doubling from `openSeconds` up to `maxOpenSeconds`, less up to 30 % so
 * that many breakers that opened together do not probe together.
 */
export function openMs(settings: BreakerSettings, trips: number, random: number): number {
  const doubled = settings.openSeconds * 2 ** (trips - 1);
  return Math.ceil(Math.min(settings.maxOpenSeconds, doubled) * 1000 * (1 - JITTER * random));
}

/** The random number behind an open period of `forMs`, as `openMs` would take it; null: no trip explains one as long as that. */
export function jitterBehind(settings: BreakerSettings, forMs: number): number | null {
  const longest = settings.maxOpenSeconds * 1000;
  for (
    let wholeMs = Math.min(longest, settings.openSeconds * 1000);
    ;
    wholeMs = Math.min(longest, wholeMs * 2)
  ) {
    if (forMs <= wholeMs) {
      const jitter = (1 - forMs / wholeMs) / JITTER;
      return jitter <= 1 ? jitter : null;
    }
    if (wholeMs >= longest) return null;
  }
}

/** Trips still held against a breaker that has been closed since `since`. */
export function decayedTrips(trips: number, since: number, now: number): number {
  return Math.max(0, trips - Math.floor((now - since) / STABLE_MS));
}

/** The edge that time alone has made due by `now`, or null. Pure: `draw` is asked only on entry to half-open. */
export function dueEdge(
  state: State,
  now: number,
  settings: BreakerSettings,
  draw: () => number,
): State | null {
  switch (state.name) {
    case 'closed':
      return null;
    case 'open':
      return now < state.until ? null : halfOpen(state, state.until, 'open_elapsed', settings, draw());
    case 'half_open':
      return state.probe === null || now < state.probe.leaseUntil
        ? null
        : reopened(state, state.probe.leaseUntil, 'probe_expired', expiredWords(state.probe), settings);
    default: {
      const never: never = state;
      return never;
    }
  }
}

/** The state at `now` with every due edge taken, on paper only. */
export function stateAt(state: State, now: number, settings: BreakerSettings): State {
  for (let at = state; ; ) {
    const next = dueEdge(at, now, settings, zero);
    if (next === null) return at;
    at = next;
  }
}

export function closed(since: number, reason: TransitionReason, why: string, trips: number): Closed {
  return { name: 'closed', since, reason, why, trips };
}

export function halfOpen(
  from: Open,
  at: number,
  reason: 'open_elapsed' | 'operator_probe',
  settings: BreakerSettings,
  jitter: number,
): HalfOpen {
  const needed = settings.probeSuccesses;
  const rule = `one call at a time, until ${needed === 1 ? 'one succeeds' : `${needed} succeed`}.`;
  const why =
    reason === 'operator_probe'
      ? `An operator asked for a probe: ${rule}`
      : `Trying again after ${seconds(at - from.since)}: ${rule}`;
  const { trips, slow, outage } = from;
  return {
    name: 'half_open',
    since: at,
    reason,
    why,
    trips,
    slow,
    outage,
    successes: 0,
    probe: null,
    jitter,
  };
}

/** @param words how the probe failed: "server error (500)" */
export function reopened(
  from: HalfOpen,
  at: number,
  reason: 'probe_failed' | 'probe_expired',
  words: string,
  settings: BreakerSettings,
): Open {
  const trips = from.trips + 1;
  const until = at + openMs(settings, trips, from.jitter);
  const outage = { ...from.outage, failedProbes: from.outage.failedProbes + 1, lastProbe: words };
  return {
    name: 'open',
    since: at,
    until,
    reason,
    why: `A probe failed: ${words}.`,
    trips,
    slow: from.slow,
    outage,
  };
}

/** Why it is in this state; of an open breaker the whole story: why it tripped, and what its probes found since. */
export function stateWhy(state: State): string {
  return state.name === 'open' ? outageWhy(state.outage) : state.why;
}

function outageWhy({ why, failedProbes, lastProbe }: Outage): string {
  if (lastProbe === null) return why;
  return failedProbes === 1
    ? `${why} A probe failed since: ${lastProbe}.`
    : `${why} ${failedProbes} probes failed since, the last: ${lastProbe}.`;
}

/** "12 s", "1.5 s", "250 ms". */
export function seconds(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const value = ms / 1000;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} s`;
}

function expiredWords(probe: { startedAt: number; leaseUntil: number }): string {
  return `no sign of life within ${seconds(probe.leaseUntil - probe.startedAt)}`;
}

/** Ends with a full stop, unless it ends already. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function zero(): number {
  return 0;
}
