import type {
  BreakerState,
  EffectiveState,
  EngineOverride,
  FailureClass,
  ScopeKind,
  TransitionReason,
} from './types.ts';

/** Plain data for people and processes: every time here is wall-clock milliseconds. */

export interface ErrorSampleView {
  atWallMs: number;
  /** A failure class, or `slow`. */
  class: string;
  status: number | null;
  message: string;
}

export interface WindowCounts {
  ok: number;
  slow: number;
  failure: number;
  consecutiveFailures: number;
}

export interface BucketCounts {
  ok: number;
  slow: number;
  failure: number;
}

/** One scope as an operator sees it. */
export interface ScopeView {
  scope: ScopeKind;
  id: string;
  /** Grows with every change of this view, across restarts too; a lower one is never newer. */
  seq: number;
  /** The automatic machine, as if asked now. */
  state: BreakerState;
  effective: EffectiveState;
  sinceWallMs: number;
  /** When it last left closed, over all open and half-open periods since; null while closed. */
  outageSinceWallMs: number | null;
  reason: TransitionReason;
  why: string;
  trips: number;
  openUntilWallMs: number | null;
  probe: { successes: number; needed: number; inFlight: boolean; leaseUntilWallMs: number | null } | null;
  window: WindowCounts & { seconds: number; late: number; buckets: BucketCounts[] };
  /** Newest first, at most 5. */
  errors: ErrorSampleView[];
  cooldown: { untilWallMs: number; class: FailureClass; message: string } | null;
  override: EngineOverride | null;
  inFlight: number;
  /** Endpoints and providers: open because their children are; null: not now. */
  derived: {
    sinceWallMs: number;
    /** Slugs of the children that are open. */
    open: string[];
    /** How many distinct children were used in the last ten minutes. */
    recent: number;
    /** When its one probe may go out; null: it is on its way. */
    probeAtWallMs: number | null;
    why: string;
  } | null;
  /** A recovering target takes only a share of the traffic; null: all of it. */
  ramp: { share: number; nextAtWallMs: number } | null;
  /** Targets in metrics-only mode: what an enforcing breaker would have done since `sinceWallMs`. */
  shadow: { opened: number; rejected: number; sinceWallMs: number } | null;
}

/** One edge of one breaker's automatic machine. */
export interface Transition {
  scope: ScopeKind;
  id: string;
  atWallMs: number;
  from: BreakerState | 'derived_open';
  to: BreakerState | 'derived_open';
  reason: TransitionReason;
  why: string;
  generation: number;
  openForMs: number | null;
  window: WindowCounts;
  errors: ErrorSampleView[];
}

export type EngineEvent =
  | ({ type: 'transition' } & Transition)
  /** A scope changed without an edge: an override, a cooldown, a reset. */
  | { type: 'changed'; scope: ScopeKind; id: string }
  /** The list of cooldowns changed; read it with `cooldowns()`. */
  | { type: 'cooldowns' };
