import type { Edge } from './breaker-types.ts';
import { Budgets } from './budget.ts';
import type { Clock, Random } from './clock.ts';
import { pinOf } from './cooldown-keys.ts';
import { Cooldowns } from './cooldowns.ts';
import type { DerivedEdge } from './derived.ts';
import { FailoverRun } from './failover.ts';
import { ProbeNets } from './hedge-policy.ts';
import { Paces } from './pace.ts';
import { Registry, type ScopeJitter } from './registry.ts';
import type { CallTarget, RunOutcome, RunRequest } from './run-types.ts';
import type { ParentScope, Scope } from './scope.ts';
import type { Surroundings } from './surroundings.ts';
import { DEFAULT_TUNING, type Tuning } from './tuning.ts';
import type { EngineConfig, EngineCooldown, EngineOverride, ScopeKind } from './types.ts';
import type { EngineEvent, ScopeView } from './view-types.ts';
import { derivedTransitionOf, scopeView, transitionOf } from './views.ts';
import { Waiting } from './waiting.ts';

export type { EngineEvent, ScopeView, Transition } from './view-types.ts';

export interface EngineOptions {
  clock: Clock;
  random: Random;
  /** What the luck of single scopes is drawn with; `random` by default. */
  jitter?: ScopeJitter;
  /** Told after the fact, in order; what it throws is swallowed. */
  onEvent?: (event: EngineEvent) => void;
  tuning?: Partial<Tuning>;
}

/**
 * The failover core: breakers, cooldowns, overrides and the loop that takes a request along its flow's chain. Holds no
 * timer of its own and does no I/O; the host makes the calls.
 */
export class Engine {
  readonly #clock: Clock;
  readonly #onEvent: ((event: EngineEvent) => void) | null;
  readonly #cooldowns = new Cooldowns();
  readonly #registry: Registry;
  readonly #around: Surroundings;
  readonly #outbox: EngineEvent[] = [];
  readonly #lastResorts = new Map<string, number>();
  #overrides: readonly EngineOverride[] = [];

  constructor(options: EngineOptions) {
    const { clock, random } = options;
    this.#clock = clock;
    this.#onEvent = options.onEvent ?? null;
    this.#registry = new Registry(
      random,
      this.#cooldowns,
      (scope, edge) => this.#onEdge(scope, edge),
      (scope, edge) => this.#onDerived(scope, edge),
      options.jitter,
    );
    const tuning = { ...DEFAULT_TUNING, ...options.tuning };
    this.#around = {
      clock,
      random,
      registry: this.#registry,
      cooldowns: this.#cooldowns,
      budgets: new Budgets(),
      paces: new Paces(),
      probeNets: new ProbeNets(),
      tuning,
      waiting: new Waiting(),
      claimLastResort: (flow, now) => this.#claimLastResort(flow, now, tuning.lastResortEveryMs),
      cooled: (target) => this.#cooled(target.keys.all),
      flush: () => this.#flush(),
    };
  }

  /**
   * Replaces the configuration. Scopes that still exist keep their state under the new settings. Refused credentials are
   * forgotten, since a new key may be what the configuration brings; a bad one costs one attempt to find out again.
   */
  configure(config: EngineConfig): void {
    const now = this.#clock.now();
    this.#registry.configure(config, now, this.#clock.wall());
    this.#registry.setOverrides(this.#overrides, this.#offset());
    const known = new Set([...this.#registry.targets()].flatMap(({ keys }) => keys.all));
    const changed = this.#cooldowns.prune((key, of) => known.has(key) && pinOf(of)?.reason !== 'auth');
    if (changed) this.#outbox.push({ type: 'cooldowns' });
    const flows = new Set(config.flows.map(({ slug }) => slug));
    for (const flow of this.#lastResorts.keys()) if (!flows.has(flow)) this.#lastResorts.delete(flow);
    this.#around.budgets.keep(flows, new Set(config.targets.map(({ provider }) => provider)));
    this.#flush();
  }

  /** Puts exactly these overrides in force, now; those of scopes that are not configured yet wait for them. */
  setOverrides(list: readonly EngineOverride[]): void {
    this.#overrides = [...list];
    for (const scope of this.#registry.setOverrides(list, this.#offset())) this.#changed(scope);
    this.#flush();
  }

  /** Takes over cooldowns from before a restart; none that is known already is shortened. */
  setCooldowns(list: readonly EngineCooldown[]): void {
    this.#cooldowns.restore(list, this.#offset());
    const restored = new Set(list.map(({ key }) => key));
    for (const { target, keys } of this.#registry.targets()) {
      if (keys.all.some((key) => restored.has(key))) this.#changedTarget(target.slug);
    }
    this.#flush();
  }

  /** What has to survive a restart. Breakers do not: they start closed. */
  cooldowns(): EngineCooldown[] {
    return this.#cooldowns.list(this.#clock.now(), this.#offset());
  }

  /** Forgets every cooldown and pin in this target's way, also those that it shares with others. */
  clearCooldown(targetSlug: string): void {
    const resolved = this.#registry.target(targetSlug);
    if (resolved === undefined || !this.#cooldowns.clear(resolved.keys)) return;
    this.#cooled(resolved.keys.all);
    this.#flush();
  }

  /**
   * Closes a breaker with empty counts; an endpoint or provider that is held to be down because of its targets is not any
   * more, and they keep their own state. False: no such scope.
   */
  reset(scope: ScopeKind, id: string): boolean {
    const now = this.#clock.now();
    return this.#steer(scope, id, (found) => {
      found.breaker.reset(now);
      if (found.kind !== 'target') found.derived.reset(now);
    });
  }

  /**
   * An open breaker becomes half-open now, so that the next request is the probe; so do the targets of an endpoint or
   * provider that is held to be down because of them. False: no such scope.
   */
  probe(scope: ScopeKind, id: string): boolean {
    const now = this.#clock.now();
    return this.#steer(scope, id, (found) => {
      found.breaker.probeNow(now);
      if (found.kind !== 'target') found.derived.probeNow(now);
    });
  }

  /** Tells the events of edges that only time has made due; call it about once a second. */
  sweep(): void {
    const now = this.#clock.now();
    for (const scope of this.#registry.scopes()) scope.breaker.sweep(now);
    for (const { derived } of this.#registry.parents()) derived.update(now);
    this.#flush();
  }

  /** Every scope, as of now. */
  views(): ScopeView[] {
    return [...this.#registry.scopes()].map((scope) => this.#view(scope));
  }

  /** One scope, as of now; null: no such scope. */
  view(scope: ScopeKind, id: string): ScopeView | null {
    const found = this.#registry.scope(scope, id);
    return found === undefined ? null : this.#view(found);
  }

  /**
   * Takes one request along its flow's chain.
   * @param call makes one attempt; see `CallTarget` for what it owes
   * @returns how it ended; never rejects
   */
  run<T>(request: RunRequest, call: CallTarget<T>): Promise<RunOutcome<T>> {
    return new FailoverRun(this.#around, request, call).run();
  }

  #view(scope: Scope): ScopeView {
    const now = this.#clock.now();
    const resolved = scope.kind === 'target' ? this.#registry.target(scope.id) : undefined;
    const cooldown = resolved === undefined ? null : this.#cooldowns.block(resolved.keys, now);
    return scopeView(scope, cooldown, now, this.#offset());
  }

  #steer(kind: ScopeKind, id: string, act: (scope: Scope) => void): boolean {
    const scope = this.#registry.scope(kind, id);
    if (scope === undefined) return false;
    act(scope);
    this.#changed(scope);
    this.#flush();
    return true;
  }

  /** The keys' cooldowns changed: every target that shares one looks different now. */
  #cooled(keys: readonly string[]): void {
    this.#outbox.push({ type: 'cooldowns' });
    for (const { target, keys: own } of this.#registry.targets()) {
      if (own.all.some((key) => keys.includes(key))) this.#changedTarget(target.slug);
    }
  }

  #changedTarget(slug: string): void {
    const scope = this.#registry.scope('target', slug);
    if (scope !== undefined) this.#changed(scope);
  }

  #changed(scope: Scope): void {
    scope.breaker.touch();
    this.#outbox.push({ type: 'changed', scope: scope.kind, id: scope.id });
  }

  #claimLastResort(flow: string, now: number, everyMs: number): boolean {
    const last = this.#lastResorts.get(flow);
    if (last !== undefined && now - last < everyMs) return false;
    this.#lastResorts.set(flow, now);
    return true;
  }

  #onEdge(scope: Scope, edge: Edge): void {
    this.#outbox.push({ type: 'transition', ...transitionOf(scope, edge, this.#offset()) });
  }

  #onDerived(scope: ParentScope, edge: DerivedEdge): void {
    this.#outbox.push({ type: 'transition', ...derivedTransitionOf(scope, edge, this.#offset()) });
  }

  /** Wall minus monotonic, ms. */
  #offset(): number {
    return this.#clock.wall() - this.#clock.now();
  }

  #flush(): void {
    if (this.#outbox.length === 0) return;
    for (const event of this.#outbox.splice(0)) {
      try {
        this.#onEvent?.(event);
      } catch {
        // A listener's bug must not reach the request that happened to tell it.
      }
    }
    this.#around.waiting.wake();
  }
}
