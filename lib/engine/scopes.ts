import { DEFAULT_LEASE_MS, type Sample } from './breaker-types.ts';
import { endpointVerdict } from './effects.ts';
import type { LeafScope, ParentScope, Scope } from './scope.ts';
import { type Decision, decide, type Standing } from './standing.ts';
import type { Failure, Verdict } from './types.ts';

/** The scope that keeps a call from being made, and how. */
export interface ScopeBlock extends Omit<Decision, 'level'> {
  scope: Scope;
}

/** The numbers of the probes that one call is for parents that are held to be down; 0: none. */
interface ParentProbes {
  endpoint: number;
  provider: number;
}

/** The three scopes that one target's calls go through, resolved once at configuration. */
export class ScopeChain {
  readonly leaf: LeafScope;
  readonly endpoint: ParentScope;
  readonly provider: ParentScope;
  readonly #narrowestFirst: readonly Scope[];

  constructor(leaf: LeafScope, endpoint: ParentScope, provider: ParentScope) {
    this.leaf = leaf;
    this.endpoint = endpoint;
    this.provider = provider;
    this.#narrowestFirst = [leaf, endpoint, provider];
  }

  /** Whether a call may be made at `now`, by the rule of `decide`; null: yes. Pure. */
  block(now: number): ScopeBlock | null {
    if (this.#untroubled()) return null;
    const decision = decide(this.#narrowestFirst.map((scope) => standingOf(scope, now)));
    if (decision === null) return null;
    const { level, reason, derived, dueAt } = decision;
    return { scope: this.#narrowestFirst[level] ?? this.leaf, reason, derived, dueAt };
  }

  /**
   * All scopes or none: every scope is asked before any is changed, so a call that is turned down leaves no trace.
   * @param leaseMs how long a probe may take to be judged
   */
  tryAcquire(now: number, leaseMs: number = DEFAULT_LEASE_MS): ScopePermit | ScopeBlock {
    if (this.#untroubled()) {
      this.leaf.usedAt = now;
      return new ScopePermit(
        this,
        this.#take(this.leaf, now, leaseMs),
        this.#take(this.endpoint, now, leaseMs),
        this.#take(this.provider, now, leaseMs),
        null,
      );
    }
    const block = this.block(now);
    if (block !== null) return block;
    const { leaf, endpoint, provider } = this;
    const bypassed = this.#forcedClosedAt(now);
    this.#use(now);
    const probes =
      bypassed <= 1
        ? null
        : {
            endpoint: endpoint.derived.begin(now, leaseMs),
            provider: bypassed <= 2 ? 0 : provider.derived.begin(now, leaseMs),
          };
    return new ScopePermit(
      this,
      bypassed === 0 ? leaf.breaker.bypass() : this.#take(leaf, now, leaseMs),
      bypassed <= 1 ? endpoint.breaker.bypass() : this.#take(endpoint, now, leaseMs),
      bypassed <= 2 ? provider.breaker.bypass() : this.#take(provider, now, leaseMs),
      probes,
    );
  }

  /** Past every machine, for the one call that is made when nothing else is left; no machine hears of its result. */
  lastResort(): ScopePermit {
    const { leaf, endpoint, provider } = this;
    return new ScopePermit(
      this,
      leaf.breaker.bypass(),
      endpoint.breaker.bypass(),
      provider.breaker.bypass(),
      null,
    );
  }

  /**
   * The share of the traffic, above 0, that this target is to take while it recovers; 1: all of it. For planning: a request
   * that has somewhere else to go passes it over with probability `1 - share`. Pure.
   */
  rampShare(now: number): number {
    const { breaker, shadow } = this.leaf;
    if (shadow !== null || breaker.mask(now) !== null) return 1;
    return breaker.rampShare(now);
  }

  #untroubled(): boolean {
    const { leaf, endpoint, provider } = this;
    // Every target of an endpoint is one of its provider's as well.
    return (
      provider.derived.open < 2 &&
      leaf.breaker.untroubled &&
      endpoint.breaker.untroubled &&
      provider.breaker.untroubled
    );
  }

  /** Level (0 leaf .. 2 provider) of the narrowest forced-closed scope; 3 when there is none. */
  #forcedClosedAt(now: number): number {
    if (this.leaf.breaker.mask(now) !== null) return 0;
    if (this.endpoint.breaker.mask(now) !== null) return 1;
    return this.provider.breaker.mask(now) === null ? 3 : 2;
  }

  /** The call is one more sign that the target is in use, which may matter to what its parents are held to be. */
  #use(now: number): void {
    const { leaf, endpoint, provider } = this;
    endpoint.derived.update(now);
    provider.derived.update(now);
    leaf.usedAt = now;
    endpoint.derived.update(now);
    provider.derived.update(now);
  }

  #take(scope: Scope, now: number, leaseMs: number): number {
    const permit = scope.breaker.tryAcquire(now, leaseMs);
    if (typeof permit === 'number') return permit;
    // Only a breaker in metrics-only mode says no here; the others were asked a moment ago with the same `now`.
    if (scope.kind === 'target' && scope.shadow !== null) scope.shadow.rejected += 1;
    return scope.breaker.bypass();
  }
}

/** One call's permission from all three scopes. */
export class ScopePermit {
  readonly probe: boolean;
  readonly #chain: ScopeChain;
  readonly #leaf: number;
  readonly #endpoint: number;
  readonly #provider: number;
  readonly #probes: ParentProbes | null;
  readonly #leafGeneration: number;
  readonly #bypassed: boolean;
  #settled = false;

  constructor(
    chain: ScopeChain,
    leaf: number,
    endpoint: number,
    provider: number,
    probes: ParentProbes | null,
  ) {
    this.#chain = chain;
    this.#leaf = leaf;
    this.#endpoint = endpoint;
    this.#provider = provider;
    this.#probes = probes;
    const { breaker, shadow } = chain.leaf;
    this.#leafGeneration = breaker.generation;
    this.#bypassed = breaker.isBypass(leaf);
    this.probe =
      (shadow === null && breaker.isProbe(leaf)) ||
      chain.endpoint.breaker.isProbe(endpoint) ||
      (probes !== null && probes.endpoint + probes.provider > 0);
  }

  /**
   * Gives all three back; idempotent. The leaf hears the verdict, the endpoint only whether it could be reached, and nothing
   * is charged to the provider. Whoever is held to be down because of its targets hears of a success, whatever let it pass.
   * @param failure also of a `slow` call that was given up before it was heard of, which is no success for anybody: as a probe,
   * and for all but its target's window, it says nothing
   */
  settle(verdict: Verdict, now: number, evidence: Sample | null, failure: Failure | null): void {
    if (this.#settled) return;
    this.#settled = true;
    const { leaf, endpoint, provider } = this.#chain;
    const heard = verdict === 'slow' && failure !== null ? 'none' : verdict;
    if (provider.derived.troubled > 0 || this.#probes !== null) {
      endpoint.derived.settled(this.#probes?.endpoint ?? 0, heard, now);
      provider.derived.settled(this.#probes?.provider ?? 0, heard, now);
    }
    const own = heard !== verdict && leaf.breaker.isProbe(this.#leaf) ? heard : verdict;
    leaf.breaker.settle(this.#leaf, own, now, evidence);
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

function standingOf(scope: Scope, now: number): Standing {
  const { breaker } = scope;
  const mask = breaker.mask(now);
  const enforcing = scope.kind !== 'target' || scope.shadow === null;
  const own = enforcing ? breaker.automaticRejection(now) : null;
  const derived = scope.kind === 'target' ? null : scope.derived.rejection(now);
  return {
    forced: mask?.kind ?? null,
    forcedUntil: mask?.until ?? now,
    own: own === null || own.reason === 'forced_open' ? null : own.reason,
    ownDueAt: own === null ? now : (breaker.dueAt(now) ?? now),
    derived: derived?.reason ?? null,
    derivedDueAt: derived?.dueAt ?? now,
  };
}
