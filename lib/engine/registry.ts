import { type Blocked, blockedByCooldown, blockedByScope } from './blocked.ts';
import { Breaker } from './breaker.ts';
import type { Edge } from './breaker-types.ts';
import type { Random } from './clock.ts';
import { type CooldownKeys, cooldownKeys } from './cooldown-keys.ts';
import type { Cooldowns } from './cooldowns.ts';
import { Derived, type DerivedEdge, type TripCount } from './derived.ts';
import type { LeafScope, ParentScope, Scope } from './scope.ts';
import { ScopeChain } from './scopes.ts';
import { Baseline } from './slow.ts';
import type { BreakerSettings, EngineConfig, EngineOverride, EngineTarget, ScopeKind } from './types.ts';

/** A target with everything that a call to it touches, looked up once at configuration. */
export interface ResolvedTarget {
  target: EngineTarget;
  chain: ScopeChain;
  keys: CooldownKeys;
  baseline: Baseline;
}

/**
 * What one scope's luck is drawn with: how long its own breaker stays open, how long it pauses between the probes of its children,
 * and how soon it is tried again once another child of its parent has answered.
 */
export type ScopeJitter = (scope: ScopeKind, id: string, of: 'open' | 'pause' | 'again') => Random;

/**
 * Every scope and target of the configuration in force, and nothing else: no scope is ever made for what a request says, so
 * their number is bounded by the configuration.
 */
export class Registry {
  readonly #jitter: ScopeJitter;
  readonly #onEdge: (scope: Scope, edge: Edge) => void;
  readonly #onDerived: (scope: ParentScope, edge: DerivedEdge) => void;
  readonly #cooldowns: Cooldowns;
  readonly #trips: TripCount = { value: 0 };
  #scopes = new Set<Scope>();
  #leaves = new Map<string, LeafScope>();
  #parents = new Map<string, ParentScope>();
  #targets = new Map<string, ResolvedTarget>();

  /**
   * @param onDerived told when a parent begins or ceases to be held to be down because of its children
   * @param jitter what the luck of single scopes is drawn with; `random` by default
   */
  constructor(
    random: Random,
    cooldowns: Cooldowns,
    onEdge: (scope: Scope, edge: Edge) => void,
    onDerived: (scope: ParentScope, edge: DerivedEdge) => void = () => undefined,
    jitter: ScopeJitter = () => random,
  ) {
    this.#jitter = jitter;
    this.#cooldowns = cooldowns;
    this.#onEdge = onEdge;
    this.#onDerived = onDerived;
  }

  /** Takes a configuration over: known scopes keep their state under the new settings, absent ones are dropped. */
  configure(config: EngineConfig, now: number, wallMs: number): void {
    const old = { leaves: this.#leaves, parents: this.#parents, targets: this.#targets };
    for (const { derived } of old.parents.values()) derived.update(now);
    const scopes = new Set<Scope>();
    const leaves = new Map<string, LeafScope>();
    const parents = new Map<string, ParentScope>();
    const parent = (kind: ParentScope['kind'], id: string): ParentScope => {
      const key = scopeKey(kind, id);
      const scope =
        parents.get(key) ?? old.parents.get(key) ?? this.#newParent(kind, id, config, now, wallMs);
      parents.set(key, scope);
      return scope;
    };
    this.#targets = new Map(
      config.targets.map((target) => {
        const before = old.targets.get(target.slug);
        // Another endpoint or model under the same slug is another thing to call: nothing is known of it yet.
        const moved = before !== undefined && !sameCallee(before.target, target);
        const known = moved ? undefined : old.leaves.get(target.slug);
        const leaf = known ?? this.#newLeaf(target, now, wallMs);
        leaf.breaker.applySettings(target.breaker, now);
        leaf.enabled = target.enabled;
        shade(leaf, target.metricsOnly, now);
        leaves.set(target.slug, leaf);
        const kept = before !== undefined && !moved && sameWindow(before.target, target);
        const baseline = kept ? before.baseline : new Baseline(target.breaker.windowSeconds * 1000);
        const endpoint = parent('endpoint', target.endpointId);
        const provider = parent('provider', target.provider);
        scopes.add(leaf).add(endpoint).add(provider);
        const chain = new ScopeChain(leaf, endpoint, provider);
        return [target.slug, { target, chain, keys: cooldownKeys(target), baseline }];
      }),
    );
    this.#scopes = scopes;
    this.#leaves = leaves;
    this.#parents = parents;
    for (const scope of parents.values()) scope.breaker.applySettings(config.breaker, now);
    this.#join(config.breaker, now);
  }

  target(slug: string): ResolvedTarget | undefined {
    return this.#targets.get(slug);
  }

  targets(): Iterable<ResolvedTarget> {
    return this.#targets.values();
  }

  scope(kind: ScopeKind, id: string): Scope | undefined {
    return kind === 'target' ? this.#leaves.get(id) : this.#parents.get(scopeKey(kind, id));
  }

  scopes(): Iterable<Scope> {
    return this.#scopes;
  }

  parents(): Iterable<ParentScope> {
    return this.#parents.values();
  }

  /** What keeps a target from being called at `now`: an operator first, then the provider's word, then the breakers. */
  blocked(resolved: ResolvedTarget, now: number): Blocked | null {
    const scoped = resolved.chain.block(now);
    if (scoped?.reason === 'forced_open') return blockedByScope(scoped, now);
    const cooled = this.#cooldowns.block(resolved.keys, now);
    if (cooled !== null) return blockedByCooldown(cooled, resolved.target.slug, now, scoped?.dueAt);
    return scoped === null ? null : blockedByScope(scoped, now);
  }

  /**
   * Puts these overrides in force and lifts all others. Returns the scopes that changed.
   * @param offset wall minus monotonic, ms
   */
  setOverrides(list: readonly EngineOverride[], offset: number): Scope[] {
    const wanted = new Map(list.map((override) => [scopeKey(override.scope, override.id), override]));
    const changed: Scope[] = [];
    for (const scope of this.#scopes) {
      const override = wanted.get(scopeKey(scope.kind, scope.id)) ?? null;
      if (sameOverride(scope.override, override)) continue;
      scope.override = override;
      const until = override?.expiresAtWallMs;
      scope.breaker.setMask(
        override === null
          ? null
          : { kind: override.kind, until: until == null ? Number.POSITIVE_INFINITY : until - offset },
      );
      changed.push(scope);
    }
    return changed;
  }

  #newLeaf(target: EngineTarget, now: number, wallMs: number): LeafScope {
    const { slug, endpointId, breaker: settings } = target;
    const onEdge = (edge: Edge) => {
      if (this.#leaves.get(slug) === leaf) this.#onLeafEdge(leaf, edge);
    };
    const leaf: LeafScope = {
      kind: 'target',
      id: slug,
      endpointId,
      breaker: new Breaker({ settings, random: this.#jitter('target', slug, 'open'), now, onEdge }),
      seqBase: seqBase(wallMs),
      override: null,
      shadow: null,
      enabled: target.enabled,
      usedAt: Number.NEGATIVE_INFINITY,
      trip: 0,
      trippedAt: 0,
    };
    return leaf;
  }

  #newParent(
    kind: ParentScope['kind'],
    id: string,
    config: EngineConfig,
    now: number,
    wallMs: number,
  ): ParentScope {
    const key = scopeKey(kind, id);
    const settings = config.breaker;
    const random = this.#jitter(kind, id, 'pause');
    const again = (child: string) => this.#jitter('target', child, 'again');
    const current = () => this.#parents.get(key) === scope;
    const onEdge = (edge: Edge) => {
      if (!current()) return;
      this.#onEdge(scope, edge);
      if (edge.outageMs !== null) scope.derived.rampChildren(edge.at, edge.outageMs);
    };
    const onDerived = (edge: DerivedEdge) => {
      scope.breaker.touch();
      if (current()) this.#onDerived(scope, edge);
    };
    const acrossEndpoints = kind === 'provider';
    const scope: ParentScope = {
      kind,
      id,
      breaker: new Breaker({ settings, random: this.#jitter(kind, id, 'open'), now, onEdge }),
      seqBase: seqBase(wallMs),
      override: null,
      derived: new Derived(
        { acrossEndpoints, trips: this.#trips, random, again, onEdge: onDerived },
        settings,
      ),
    };
    return scope;
  }

  /** Tells every parent which targets are below it. */
  #join(settings: BreakerSettings, now: number): void {
    for (const scope of this.#parents.values()) {
      const below = [...this.#targets.values()].filter(
        ({ chain }) => chain.endpoint === scope || chain.provider === scope,
      );
      const within = scope.kind === 'endpoint' ? [] : below.map(({ chain }) => chain.endpoint.derived);
      scope.derived.configure(
        below.map(({ chain }) => chain.leaf),
        [...new Set(within)],
        settings,
        now,
      );
    }
  }

  #onLeafEdge(leaf: LeafScope, edge: Edge): void {
    this.#onEdge(leaf, edge);
    const chain = this.#targets.get(leaf.id)?.chain;
    if (chain === undefined || (edge.from !== 'closed' && edge.to !== 'closed')) return;
    const parents = [chain.endpoint, chain.provider];
    for (const { derived } of parents) derived.update(edge.at);
    if (edge.from === 'closed') {
      this.#trips.value += 1;
      leaf.trip = this.#trips.value;
      leaf.trippedAt = edge.at;
      if (leaf.shadow !== null) leaf.shadow.opened += 1;
    } else leaf.trip = 0;
    for (const { derived, breaker } of parents) {
      derived.childrenChanged(edge.at);
      breaker.touch();
    }
  }
}

function seqBase(wallMs: number): number {
  // Room for a thousand changes a millisecond, and still an exact integer.
  return Math.floor(wallMs) * 1000;
}

/** Counting begins when the mode is switched on, and ends with it. */
function shade(leaf: LeafScope, metricsOnly: boolean, now: number): void {
  if (!metricsOnly) leaf.shadow = null;
  else leaf.shadow ??= { since: now, opened: 0, rejected: 0 };
}

function scopeKey(kind: ScopeKind, id: string): string {
  return `${kind}:${id}`;
}

function sameCallee(a: EngineTarget, b: EngineTarget): boolean {
  return a.endpointId === b.endpointId && a.model === b.model;
}

function sameWindow(a: EngineTarget, b: EngineTarget): boolean {
  return a.breaker.windowSeconds === b.breaker.windowSeconds;
}

function sameOverride(a: EngineOverride | null, b: EngineOverride | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.kind === b.kind &&
    a.expiresAtWallMs === b.expiresAtWallMs &&
    a.reason === b.reason &&
    a.by === b.by &&
    a.setAtWallMs === b.setAtWallMs
  );
}
