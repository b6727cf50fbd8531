import type { Random } from './clock.ts';
import type {
  BreakerSettings,
  BreakerState,
  EffectiveState,
  FailureClass,
  OverrideKind,
  TransitionReason,
} from './types.ts';
import type { BucketCounts, WindowCounts } from './view-types.ts';

/** How long a probe may go without a verdict when the caller does not say. */
export const DEFAULT_LEASE_MS = 32_000;

/** What people are shown of a failed or slow call. A `Failure` is one. */
export interface Sample {
  class: FailureClass | 'slow';
  status: number | null;
  message: string;
}
export type TimedSample = Sample & { at: number };

/** Why a call was not let through; shared frozen values, so saying no costs nothing. */
export interface Rejection {
  readonly reason: 'forced_open' | 'breaker_open' | 'probing';
}
export const FORCED_OPEN: Rejection = Object.freeze({ reason: 'forced_open' });
export const BREAKER_OPEN: Rejection = Object.freeze({ reason: 'breaker_open' });
export const PROBING: Rejection = Object.freeze({ reason: 'probing' });

/** An override in force until `until` (monotonic ms; Infinity: until cleared). */
export interface Mask {
  kind: OverrideKind;
  until: number;
}

/** One edge of the automatic machine, in the order in which they happened. */
export interface Edge {
  from: BreakerState;
  to: BreakerState;
  reason: TransitionReason;
  why: string;
  /** Monotonic ms at which it was due, which may be before it was noticed. */
  at: number;
  generation: number;
  openForMs: number | null;
  /** How long it had not been closed, ms, when probes closed it; null for every other edge. */
  outageMs: number | null;
  window: WindowCounts;
  errors: TimedSample[];
}

export interface BreakerSnapshot {
  state: BreakerState;
  effective: EffectiveState;
  since: number;
  /** When it last left closed; null while closed. */
  outageSince: number | null;
  reason: TransitionReason;
  why: string;
  trips: number;
  openUntil: number | null;
  probe: { successes: number; needed: number; inFlight: boolean; leaseUntil: number | null } | null;
  window: WindowCounts & { seconds: number; late: number; buckets: BucketCounts[] };
  errors: TimedSample[];
  /** The share of the traffic that it takes while it recovers; null: all of it. */
  ramp: { share: number; nextAt: number } | null;
  inFlight: number;
  changes: number;
}

export interface BreakerOptions {
  settings: BreakerSettings;
  random: Random;
  now: number;
  onEdge?: (edge: Edge) => void;
}
