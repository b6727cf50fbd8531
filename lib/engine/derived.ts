import type { Breaker } from './breaker.ts';
import { openMs } from './breaker-state.ts';
import type { TimedSample } from './breaker-types.ts';
import type { Random } from './clock.ts';
import type { BreakerSettings, TransitionReason, Verdict } from './types.ts';

/** How long a call makes a child count as used. */
const RECENT_MS = 600_000;
/** First trips this close to each other may have one cause. */
const TOGETHER_MS = 120_000;
/** Within this time the children that are still open are tried again once one of them has answered. */
export const AGAIN_WITHIN_MS = 5_000;
const SPAN = 2;
const NAMED = 5;

/** What a parent has to know of a target below it. */
export interface Child {
  readonly id: string;
  readonly breaker: Breaker;
  readonly endpointId: string;
  /** Not null in metrics-only mode: its breaker turns nothing away, and nothing is inferred from it. */
  readonly shadow: object | null;
  /** False: it is not called, so nothing is inferred from it either. */
  readonly enabled: boolean;
  /** Monotonic ms at which its latest call began; -Infinity before the first. */
  usedAt: number;
  /** Number of the trip that its present outage began with, counted over the whole engine; 0 while closed. */
  trip: number;
  /** Monotonic ms of that trip. */
  trippedAt: number;
}

/** Trips of the whole engine so far: they put trips and successes in order, also within one millisecond. */
export interface TripCount {
  value: number;
}

export interface DerivedEdge {
  to: 'derived_open' | 'closed';
  reason: Extract<
    TransitionReason,
    'children_open' | 'child_succeeded' | 'children_recovered' | 'operator_reset'
  >;
  why: string;
  /** Monotonic ms at which it was due, which may be before it was noticed. */
  at: number;
  /** The latest error of each open child, at most five. */
  errors: TimedSample[];
}

export interface DerivedFacts {
  since: number;
  /** Ids of the children that are open. */
  open: string[];
  /** How many children are in use: open, or called within the last ten minutes. */
  recent: number;
  /** When its one probe may go out; null: it is out. */
  probeAt: number | null;
  why: string;
}

export interface DerivedOptions {
  /** True for providers: then the open children must not be at one endpoint, which would explain them alone. */
  acrossEndpoints: boolean;
  trips: TripCount;
  /** What its pauses between probes are drawn with. */
  random: Random;
  /** What the wait of a child is drawn with that is tried again because another one has answered; `random` by default. */
  again?: (child: string) => Random;
  onEdge: (edge: DerivedEdge) => void;
}

/**
 * Whether an endpoint or a provider is held to be down because of the targets below it: at least two of them opened within
 * two minutes of each other, at least half of those in use are open, and none has answered since the later of the two
 * trips. A predicate over the children, worked out when asked; what is kept beside it is only what was last told, and the
 * one probe that may be out. A healthy call looks at `open` and `troubled` and goes on.
 */
export class Derived {
  /** Children that are open or half-open; those that are disabled or in metrics-only mode are not among them. */
  open = 0;
  /** All children that are open or half-open: while there are any, successes are signs to remember. */
  troubled = 0;
  readonly #options: DerivedOptions;
  #children: readonly Child[] = [];
  /** Parents in between: the endpoints of a provider. */
  #within: readonly Derived[] = [];
  #settings: BreakerSettings;
  /** The trip count at the latest success: trips up to it prove nothing any more. */
  #answeredAt = 0;
  /** Since when it is held to be down, as it was told; null: not. */
  #since: number | null = null;
  #probe: { number: number; leaseUntil: number; pauseMs: number } | null = null;
  #probes = 0;
  #failedProbes = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: DerivedOptions, settings: BreakerSettings) {
    this.#options = options;
    this.#settings = settings;
  }

  configure(
    children: readonly Child[],
    within: readonly Derived[],
    settings: BreakerSettings,
    now: number,
  ): void {
    this.#children = children;
    this.#within = within;
    this.#settings = settings;
    this.childrenChanged(now);
  }

  /** Whether it is held to be down at `now`. Pure. */
  holds(now: number): boolean {
    return this.open >= SPAN && this.open >= this.#usedBesides(now) && this.#together();
  }

  /** What it says to a call at `now`; null: it may go, as the probe where the parent is held to be down. Pure. */
  rejection(now: number): { reason: 'breaker_open' | 'probing'; dueAt: number } | null {
    if (this.open < SPAN || !this.holds(now)) return null;
    const probe = this.#probe;
    if (probe !== null && now < probe.leaseUntil) return { reason: 'probing', dueAt: probe.leaseUntil };
    const at = this.#probeAt(now);
    return at > now ? { reason: 'breaker_open', dueAt: at } : null;
  }

  /** Tells the edge that is due by `now`, if there is one. Call it around everything that may cause one. */
  update(now: number): void {
    if (this.#since === null) {
      if (this.open >= SPAN && this.holds(now)) this.#begin(this.#agedAt(now));
    } else if (!this.holds(now)) {
      this.#end(now, 'children_recovered', 'Too few of its models are open by now.');
    }
  }

  /** A child opened or closed, or the list of children is another one. */
  childrenChanged(now: number): void {
    this.open = 0;
    this.troubled = 0;
    for (const child of this.#children) {
      if (isDark(child)) this.open += 1;
      if (child.trip > 0) this.troubled += 1;
    }
    if (this.#since === null && this.holds(now)) this.#begin(now);
    else this.update(now);
  }

  /** A call to a child begins; the number of the probe that it is for this parent, 0 when it is none. */
  begin(now: number, leaseMs: number): number {
    if (this.#since === null) return 0;
    this.#expire(now);
    this.#probes += 1;
    const pauseMs = openMs(this.#settings, this.#failedProbes + 1, this.#options.random());
    this.#probe = { number: this.#probes, leaseUntil: now + leaseMs, pauseMs };
    return this.#probes;
  }

  /** A call to a child has its verdict; tell it before the child hears it. @param number what `begin` returned */
  settled(number: number, verdict: Verdict, now: number): void {
    this.update(now);
    const answered = verdict === 'ok' || (verdict === 'slow' && !this.#slow());
    const probe = this.#probe;
    if (number !== 0 && probe?.number === number) {
      if (now >= probe.leaseUntil) this.#expire(now);
      else {
        this.#probe = null;
        if (!answered && verdict !== 'none') this.#pause(now, probe.pauseMs);
      }
    }
    if (answered) this.#answered(now);
  }

  /** An operator holds it for up: what has tripped so far proves nothing any more. */
  reset(now: number): void {
    this.update(now);
    this.#answeredAt = this.#options.trips.value;
    if (this.#since !== null) this.#end(now, 'operator_reset', 'Reset by an operator.');
  }

  /** An operator wants its probe to go out with the next call. */
  probeNow(now: number): void {
    this.update(now);
    if (this.#since === null) return;
    this.#endPause(now);
    for (const child of this.#children) if (isDark(child)) child.breaker.probeNow(now);
  }

  /** It was down for `outageMs` and is not any more: its closed children take their traffic back in steps. */
  rampChildren(now: number, outageMs: number): void {
    for (const { breaker } of this.#children) breaker.ramp(now, outageMs);
  }

  /** As of `now`; null when it is not held to be down. Pure. */
  facts(now: number): DerivedFacts | null {
    if (!this.holds(now)) return null;
    const open = this.#children.filter(isDark);
    const recent = this.open + this.#usedBesides(now);
    const out = this.#probe !== null && now < this.#probe.leaseUntil;
    return {
      since: this.#since ?? this.#agedAt(now),
      open: open.map(({ id }) => id),
      recent,
      probeAt: out ? null : this.#probeAt(now),
      why: derivedWhy(open, recent),
    };
  }

  #answered(now: number): void {
    this.#answeredAt = this.#options.trips.value;
    const since = this.#since;
    if (since === null) return;
    this.#end(now, 'child_succeeded', 'A call to one of its models succeeded.');
    const { random, again } = this.#options;
    for (const child of this.#children) {
      if (!isDark(child)) continue;
      const luck = again === undefined ? random() : again(child.id)();
      child.breaker.hasten(now, now + luck * AGAIN_WITHIN_MS);
    }
    for (const parent of this.#within) parent.#endPause(now);
    this.rampChildren(now, now - since);
  }

  #begin(at: number): void {
    this.#since = at;
    const open = this.#children.filter(isDark);
    const errors = open.flatMap(({ breaker }) => breaker.latestError ?? []).slice(0, NAMED);
    const why = derivedWhy(open, this.open + this.#usedBesides(at));
    this.#options.onEdge({ to: 'derived_open', reason: 'children_open', why, at, errors });
  }

  #end(at: number, reason: DerivedEdge['reason'], why: string): void {
    this.#since = null;
    this.#probe = null;
    this.#failedProbes = 0;
    this.#pausedUntil = Number.NEGATIVE_INFINITY;
    this.#options.onEdge({ to: 'closed', reason, why, at, errors: [] });
  }

  /** A probe whose lease has run out has failed at that moment. */
  #expire(now: number): void {
    const probe = this.#probe;
    if (probe === null || now < probe.leaseUntil) return;
    this.#probe = null;
    this.#pause(probe.leaseUntil, probe.pauseMs);
  }

  #endPause(now: number): void {
    this.#expire(now);
    this.#pausedUntil = Number.NEGATIVE_INFINITY;
  }

  #pause(at: number, forMs: number): void {
    this.#failedProbes += 1;
    this.#pausedUntil = at + forMs;
  }

  /**
   * When the next probe may go out, given that none is out: once an open child's own period is over, and not before the
   * pause after the last one that failed, since it spoke for all of them.
   */
  #probeAt(now: number): number {
    const probe = this.#probe;
    let earliest = Number.POSITIVE_INFINITY;
    for (const child of this.#children) {
      if (isDark(child)) earliest = Math.min(earliest, child.breaker.dueAt(now) ?? now);
    }
    return Math.max(earliest, probe === null ? this.#pausedUntil : probe.leaseUntil + probe.pauseMs);
  }

  /** Closed children that were called within the last ten minutes. */
  #usedBesides(now: number): number {
    let used = 0;
    for (const child of this.#children) if (isHealthy(child) && now - child.usedAt < RECENT_MS) used += 1;
    return used;
  }

  /** Whether two open children may have one cause, and nothing has answered since the later one tripped. */
  #together(): boolean {
    for (const later of this.#children) {
      if (!isDark(later) || later.trip <= this.#answeredAt) continue;
      for (const other of this.#children) {
        if (other === later || !isDark(other)) continue;
        if (this.#options.acrossEndpoints && other.endpointId === later.endpointId) continue;
        if (Math.abs(later.trippedAt - other.trippedAt) <= TOGETHER_MS) return true;
      }
    }
    return false;
  }

  /** When, by `now`, enough closed children had been silent for ten minutes: the only edge that time alone causes. */
  #agedAt(now: number): number {
    const silent = this.#children
      .filter(isHealthy)
      .map(({ usedAt }) => usedAt + RECENT_MS)
      .filter((at) => at <= now);
    const stillUsed = this.#usedBesides(now);
    const newest = silent.toSorted((a, b) => b - a)[this.open - stillUsed];
    return newest ?? now;
  }

  #slow(): boolean {
    return this.#children.some((child) => isDark(child) && child.breaker.openedBySlowness);
  }
}

function isDark({ trip, shadow, enabled }: Child): boolean {
  return trip > 0 && shadow === null && enabled;
}

function isHealthy({ trip, shadow, enabled }: Child): boolean {
  return trip === 0 && shadow === null && enabled;
}

/** "3 of the 4 models used there are open: a, b, c." */
function derivedWhy(open: readonly Child[], recent: number): string {
  const names = open.slice(0, NAMED).map(({ id }) => id);
  const more = open.length > NAMED ? ` and ${open.length - NAMED} more` : '';
  return `${shareWords(open.length, recent)}: ${names.join(', ')}${more}.`;
}

/** "3 of the 4 models used there are open". */
export function shareWords(open: number, recent: number): string {
  if (open < recent) return `${open} of the ${recent} models used there are open`;
  return open === 2 ? 'both models used there are open' : `all ${open} models used there are open`;
}
