import { type Blocked, blockedByCooldown, blockedByScope } from './blocked.ts';
import { Breaker } from './breaker.ts';
import type { Edge } from './breaker-types.ts';
import type { Random } from './clock.ts';
import { type CooldownKeys, cooldownKeys } from './cooldown-keys.ts';
import type { Cooldowns } from './cooldowns.ts';
import { type Scope, ScopeChain } from './scopes.ts';
import { Baseline } from './slow.ts';
import type { BreakerSettings, EngineConfig, EngineOverride, EngineTarget, ScopeKind } from './types.ts';

/** A target with everything that a call to it touches, looked up once at configuration. */
export interface ResolvedTarget {
  target: EngineTarget;
  chain: ScopeChain;
  keys: CooldownKeys;
  baseline: Baseline;
}

/** Every scope and target of the configuration in force. */
export class Registry {
  readonly #random: Random;
  readonly #onEdge: (scope: Scope, edge: Edge) => void;
  readonly #cooldowns: Cooldowns;
  #scopes = new Map<string, Scope>();
  #targets = new Map<string, ResolvedTarget>();

  constructor(random: Random, cooldowns: Cooldowns, onEdge: (scope: Scope, edge: Edge) => void) {
    this.#random = random;
    this.#cooldowns = cooldowns;
    this.#onEdge = onEdge;
  }

  /** Takes a configuration over: known scopes keep their state under the new settings, absent ones are dropped. */
  configure(config: EngineConfig, now: number, wallMs: number): void {
    const old = { scopes: this.#scopes, targets: this.#targets };
    const scopes = new Map<string, Scope>();
    const resolve = (kind: ScopeKind, id: string, settings: BreakerSettings, fresh = false): Scope => {
      const key = scopeKey(kind, id);
      const done = scopes.get(key);
      if (done !== undefined) return done;
      const known = fresh ? undefined : old.scopes.get(key);
      const scope = known ?? this.#newScope(kind, id, settings, now, wallMs);
      if (known !== undefined) known.breaker.applySettings(settings);
      scopes.set(key, scope);
      return scope;
    };
    this.#targets = new Map(
      config.targets.map((target) => {
        const before = old.targets.get(target.slug);
        // Another endpoint or model under the same slug is another thing to call: nothing is known of it yet.
        const moved = before !== undefined && !sameCallee(before.target, target);
        const leaf = resolve('target', target.slug, target.breaker, moved);
        const endpoint = resolve('endpoint', target.endpointId, config.breaker);
        const provider = resolve('provider', target.provider, config.breaker);
        const kept = before !== undefined && !moved && sameWindow(before.target, target);
        const baseline = kept ? before.baseline : new Baseline(target.breaker.windowSeconds * 1000);
        const chain = new ScopeChain(leaf, endpoint, provider);
        return [target.slug, { target, chain, keys: cooldownKeys(target), baseline }];
      }),
    );
    this.#scopes = scopes;
  }

  target(slug: string): ResolvedTarget | undefined {
    return this.#targets.get(slug);
  }

  targets(): Iterable<ResolvedTarget> {
    return this.#targets.values();
  }

  scope(kind: ScopeKind, id: string): Scope | undefined {
    return this.#scopes.get(scopeKey(kind, id));
  }

  scopes(): Iterable<Scope> {
    return this.#scopes.values();
  }

  /** What keeps a target from being called at `now`: an operator first, then the provider's word, then the breakers. */
  blocked(resolved: ResolvedTarget, now: number): Blocked | null {
    const scoped = resolved.chain.block(now);
    if (scoped?.reason === 'forced_open') return blockedByScope(scoped, now);
    const cooled = this.#cooldowns.block(resolved.keys, now);
    if (cooled !== null) return blockedByCooldown(cooled, resolved.target.slug, now);
    return scoped === null ? null : blockedByScope(scoped, now);
  }

  /**
   * Puts these overrides in force and lifts all others. Returns the scopes that changed.
   * @param offset wall minus monotonic, ms
   */
  setOverrides(list: readonly EngineOverride[], offset: number): Scope[] {
    const wanted = new Map(list.map((override) => [scopeKey(override.scope, override.id), override]));
    const changed: Scope[] = [];
    for (const [key, scope] of this.#scopes) {
      const override = wanted.get(key) ?? null;
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

  #newScope(kind: ScopeKind, id: string, settings: BreakerSettings, now: number, wallMs: number): Scope {
    const onEdge = (edge: Edge) => this.#onEdge(scope, edge);
    const breaker = new Breaker({ settings, random: this.#random, now, onEdge });
    // Room for a thousand changes a millisecond, and still an exact integer.
    const scope: Scope = { kind, id, breaker, override: null, seqBase: Math.floor(wallMs) * 1000 };
    return scope;
  }
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
