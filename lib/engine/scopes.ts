import type { Breaker } from './breaker.ts';
import { DEFAULT_LEASE_MS, type Sample } from './breaker-types.ts';
import { endpointVerdict } from './effects.ts';
import type { EngineOverride, Failure, ScopeKind, Verdict } from './types.ts';

/** A breaker with its name, and the operator's override over it as it was given. */
export interface Scope {
  readonly kind: ScopeKind;
  readonly id: string;
  readonly breaker: Breaker;
  /** Where its `seq` starts: above anything that an earlier life of this scope has shown. */
  readonly seqBase: number;
  override: EngineOverride | null;
}

/** The scope that keeps a call from being made, and how. */
export interface ScopeBlock {
  scope: Scope;
  reason: 'forced_open' | 'breaker_open' | 'probing';
  /** Monotonic ms at which it may change by itself; Infinity when it will not. */
  dueAt: number;
}

/** The three scopes that one target's calls go through, resolved once at configuration. */
export class ScopeChain {
  readonly leaf: Scope;
  readonly endpoint: Scope;
  readonly provider: Scope;
  readonly #all: readonly Scope[];
  readonly #widestFirst: readonly Scope[];

  constructor(leaf: Scope, endpoint: Scope, provider: Scope) {
    this.leaf = leaf;
    this.endpoint = endpoint;
    this.provider = provider;
    this.#all = [leaf, endpoint, provider];
    this.#widestFirst = [provider, endpoint, leaf];
  }

  /**
   * Whether a call may be made at `now`; null: yes. Pure. A forced-open scope decides first, the widest one naming itself;
   * then a forced-closed scope lets calls past itself and its parents; then the machines decide, narrowest first.
   */
  block(now: number): ScopeBlock | null {
    if (this.#untroubled()) return null;
    for (const scope of this.#widestFirst) {
      const mask = scope.breaker.mask(now);
      if (mask?.kind === 'forced_open') return { scope, reason: 'forced_open', dueAt: mask.until };
    }
    return this.#automaticBlock(now);
  }

  /**
   * All three scopes or none: every scope is asked before any is changed, so a call that is turned down leaves no trace.
   * @param leaseMs how long a probe may take to be judged
   */
  tryAcquire(now: number, leaseMs: number = DEFAULT_LEASE_MS): ScopePermit | ScopeBlock {
    const block = this.block(now);
    if (block !== null) return block;
    const bypassed = this.#untroubled() ? 3 : this.#forcedClosedAt(now);
    return new ScopePermit(
      this,
      this.#take(this.leaf, bypassed === 0, now, leaseMs),
      this.#take(this.endpoint, bypassed <= 1, now, leaseMs),
      this.#take(this.provider, bypassed <= 2, now, leaseMs),
    );
  }

  /** Past every machine, for the one call that is made when nothing else is left; no machine hears of its result. */
  lastResort(): ScopePermit {
    return new ScopePermit(
      this,
      this.leaf.breaker.bypass(),
      this.endpoint.breaker.bypass(),
      this.provider.breaker.bypass(),
    );
  }

  #untroubled(): boolean {
    return (
      this.leaf.breaker.untroubled && this.endpoint.breaker.untroubled && this.provider.breaker.untroubled
    );
  }

  /** Level (0 leaf .. 2 provider) of the narrowest forced-closed scope; 3 when there is none. */
  #forcedClosedAt(now: number): number {
    if (this.leaf.breaker.mask(now) !== null) return 0;
    if (this.endpoint.breaker.mask(now) !== null) return 1;
    return this.provider.breaker.mask(now) === null ? 3 : 2;
  }

  #take(scope: Scope, bypassed: boolean, now: number, leaseMs: number): number {
    if (bypassed) return scope.breaker.bypass();
    const permit = scope.breaker.tryAcquire(now, leaseMs);
    // Asked a moment ago with the same `now`: it cannot have changed its mind.
    return typeof permit === 'number' ? permit : scope.breaker.bypass();
  }

  #automaticBlock(now: number): ScopeBlock | null {
    let found: ScopeBlock | null = null;
    for (const scope of this.#all) {
      if (scope.breaker.mask(now) !== null) break;
      const rejection = scope.breaker.automaticRejection(now);
      if (rejection === null) continue;
      const dueAt = scope.breaker.dueAt(now) ?? now;
      if (found === null) found = { scope, reason: rejection.reason, dueAt };
      else if (dueAt > found.dueAt) found.dueAt = dueAt;
    }
    return found;
  }
}

/** One call's permission from all three scopes. */
export class ScopePermit {
  readonly probe: boolean;
  readonly #chain: ScopeChain;
  readonly #leaf: number;
  readonly #endpoint: number;
  readonly #provider: number;
  readonly #leafGeneration: number;
  readonly #bypassed: boolean;

  constructor(chain: ScopeChain, leaf: number, endpoint: number, provider: number) {
    this.#chain = chain;
    this.#leaf = leaf;
    this.#endpoint = endpoint;
    this.#provider = provider;
    this.#leafGeneration = chain.leaf.breaker.generation;
    this.#bypassed = chain.leaf.breaker.isBypass(leaf);
    this.probe = chain.leaf.breaker.isProbe(leaf) || chain.endpoint.breaker.isProbe(endpoint);
  }

  /**
   * Gives all three back; idempotent. The leaf hears the verdict, the endpoint only whether it could be reached, and nothing
   * is charged to the provider.
   */
  settle(verdict: Verdict, now: number, evidence: Sample | null, failure: Failure | null): void {
    const { leaf, endpoint, provider } = this.#chain;
    leaf.breaker.settle(this.#leaf, verdict, now, evidence);
    const reached =
      failure !== null ? endpointVerdict(failure) : verdict === 'ok' || verdict === 'slow' ? 'ok' : 'none';
    endpoint.breaker.settle(this.#endpoint, reached, now, reached === 'failure' ? failure : null);
    provider.breaker.settle(this.#provider, 'none', now);
  }

  /** A failure after the call had been settled, such as a stream that broke half-way. */
  charge(failure: Failure, now: number): void {
    const { leaf } = this.#chain;
    if (!this.#bypassed) leaf.breaker.charge(this.#leafGeneration, now, failure);
  }
}
