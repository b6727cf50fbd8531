import type { Breaker } from './breaker.ts';
import type { Child, Derived } from './derived.ts';
import type { EngineOverride } from './types.ts';

interface Common {
  readonly id: string;
  readonly breaker: Breaker;
  /** Where its `seq` starts: above anything that an earlier life of this scope has shown. */
  readonly seqBase: number;
  /** The operator's override over the breaker, as it was given. */
  override: EngineOverride | null;
}

/** What a breaker in metrics-only mode would have done since `since`, monotonic ms. */
export interface Shadow {
  readonly since: number;
  /** Times that it would have opened. */
  opened: number;
  /** Calls that it would have turned away. */
  rejected: number;
}

/** A target's scope: its breaker is charged with what happens to its calls. */
export interface LeafScope extends Common, Child {
  readonly kind: 'target';
  /** Not null in metrics-only mode. */
  shadow: Shadow | null;
  enabled: boolean;
}

/** An endpoint's or a provider's: charged with little, and down as well when its targets say so. */
export interface ParentScope extends Common {
  readonly kind: 'endpoint' | 'provider';
  readonly derived: Derived;
}

export type Scope = LeafScope | ParentScope;
