import type { BreakerSettings, ScopeKind, Verdict } from '#lib/engine/types.ts';
import { BreakerModel, type ModelPermit } from './breaker-model.ts';

const TEN_MINUTES = 600_000;
const TWO_MINUTES = 120_000;

export interface ModelTarget {
  slug: string;
  endpointId: string;
  breaker: BreakerModel;
  parents: ModelParent[];
  enabled: boolean;
  /** What it would have done, in metrics-only mode. */
  shadow: { opened: number; rejected: number } | null;
  /** Everything that ever happened: when it was called, and each trip with its place in the order of all things. */
  uses: number[];
  trips: { at: number; order: number }[];
}

export interface ModelParent {
  kind: 'endpoint' | 'provider';
  id: string;
  breaker: BreakerModel;
  children: ModelTarget[];
  /** The place in the order of all things of every sign of life that was seen through it. */
  signs: number[];
  since: number | null;
  edges: { to: string; reason: string; at: number }[];
  probe: { call: ModelCall; leaseUntil: number; pauseMs: number } | null;
  failedProbes: number;
  pausedUntil: number;
}

export interface ModelCall {
  target: ModelTarget;
  permits: { scope: { breaker: BreakerModel }; permit: ModelPermit }[];
  settled: boolean;
}

export interface ModelBlock {
  kind: ScopeKind;
  id: string;
  reason: string;
  dueAt: number;
}

export type Result = 'ok' | 'slow' | 'server error' | 'refused' | 'rate limited' | 'aborted' | 'lost';

/**
 * Targets, endpoints and providers as one would explain them: whoever asks whether a parent is held to be down gets the
 * answer from the whole history, recounted. Shares no code with the engine.
 */
export class DerivedModel {
  now: number;
  readonly targets: ModelTarget[] = [];
  readonly parents: ModelParent[] = [];
  readonly calls: ModelCall[] = [];
  readonly settings: BreakerSettings;
  readonly jitter: number;
  #order = 0;

  /** @param paths `provider.endpoint.model` */
  constructor(now: number, settings: BreakerSettings, jitter: number, paths: readonly string[]) {
    this.now = now;
    this.settings = settings;
    this.jitter = jitter;
    for (const path of paths) {
      const [provider = '', endpoint = '', model = ''] = path.split('.');
      const target: ModelTarget = {
        slug: `${provider}-${endpoint}-${model}`,
        endpointId: `${provider}.${endpoint}`,
        breaker: new BreakerModel(now, settings, jitter),
        parents: [this.#parent('endpoint', `${provider}.${endpoint}`), this.#parent('provider', provider)],
        enabled: true,
        shadow: null,
        uses: [],
        trips: [],
      };
      for (const parent of target.parents) parent.children.push(target);
      this.targets.push(target);
    }
  }

  scopes(): { kind: ScopeKind; id: string; breaker: BreakerModel }[] {
    const leaves = this.targets.map(({ slug, breaker }) => ({ kind: 'target' as const, id: slug, breaker }));
    return [...leaves, ...this.parents];
  }

  /** R2 to R4, from the histories alone. */
  holds(parent: ModelParent): boolean {
    const open = this.dark(parent);
    const inUse = open.length + this.usedBesides(parent);
    if (open.length * 2 < inUse) return false;
    const lastSign = Math.max(0, ...parent.signs);
    return open.some((one) =>
      open.some((other) => {
        if (one === other || (parent.kind === 'provider' && one.endpointId === other.endpointId))
          return false;
        const [a, b] = [one.trips.at(-1), other.trips.at(-1)];
        if (a === undefined || b === undefined) throw new Error('Open without a trip.');
        return Math.abs(a.at - b.at) <= TWO_MINUTES && lastSign < Math.max(a.order, b.order);
      }),
    );
  }

  dark({ children }: ModelParent): ModelTarget[] {
    return children.filter(
      ({ enabled, shadow, breaker }) => enabled && shadow === null && breaker.state !== 'closed',
    );
  }

  usedBesides({ children }: ModelParent): number {
    return children.filter(
      ({ enabled, shadow, breaker, uses }) =>
        enabled &&
        shadow === null &&
        breaker.state === 'closed' &&
        uses.some((at) => this.now - at < TEN_MINUTES),
    ).length;
  }

  probeAt(parent: ModelParent): number {
    const due = this.dark(parent).map(({ breaker }) => {
      if (breaker.state === 'open') return breaker.openUntil;
      return breaker.probe?.leaseUntil ?? this.now;
    });
    return Math.max(parent.pausedUntil, Math.min(...due));
  }

  pass(ms: number): void {
    const end = this.now + ms;
    const forgotten = this.targets.flatMap(({ uses }) => uses.map((at) => at + TEN_MINUTES));
    const stops = forgotten.filter((at) => at > this.now && at <= end).sort((a, b) => a - b);
    for (const stop of [...stops, end]) {
      for (const { breaker } of this.scopes()) breaker.pass(stop - this.now);
      this.now = stop;
      for (const parent of this.parents) {
        if (parent.probe !== null && parent.probe.leaseUntil <= stop) {
          this.#failedProbe(parent, parent.probe.leaseUntil);
        }
        this.#observe(parent);
      }
    }
  }

  block(target: ModelTarget): ModelBlock | null {
    const scopes = [{ kind: 'target' as const, id: target.slug, breaker: target.breaker }, ...target.parents];
    for (const { kind, id, breaker } of scopes.toReversed()) {
      if (breaker.forced() !== 'forced_open') continue;
      return { kind, id, reason: 'forced_open', dueAt: breaker.mask?.until ?? 0 };
    }
    const asked = scopes.slice(0, this.#forcedClosed(target));
    const own = asked.flatMap(({ kind, id, breaker }) => {
      const says = target.shadow !== null && kind === 'target' ? null : ownWord(breaker);
      return says === null ? [] : [{ kind, id, ...says }];
    });
    const derived = asked.flatMap((scope) => {
      const says = 'children' in scope ? this.#derivedWord(scope) : null;
      return says === null ? [] : [{ kind: scope.kind, id: scope.id, ...says }];
    });
    const wholeStory = derived.findLast(({ kind }) => own.every((word) => word.kind !== kind));
    const named = wholeStory ?? own[0];
    if (named === undefined) return null;
    return { ...named, dueAt: Math.max(...[...own, ...derived].map(({ dueAt }) => dueAt)) };
  }

  /** To be asked after `block` has said null. */
  acquire(target: ModelTarget, leaseMs: number): ModelCall {
    target.uses.push(this.now);
    for (const parent of target.parents) this.#observe(parent);
    const call: ModelCall = { target, permits: [], settled: false };
    const asked = this.#forcedClosed(target);
    for (const [at, parent] of target.parents.entries()) {
      if (at + 1 >= asked || parent.since === null) continue;
      const pauseMs = openForMs(this.settings, parent.failedProbes, this.jitter);
      parent.probe = { call, leaseUntil: this.now + leaseMs, pauseMs };
    }
    for (const [at, scope] of [target, ...target.parents].entries()) {
      let permit = at >= asked ? scope.breaker.bypass() : scope.breaker.acquire(leaseMs);
      if (typeof permit === 'string') {
        if (target.shadow === null || at > 0) throw new Error('It was not to be let through.');
        target.shadow.rejected += 1;
        permit = scope.breaker.bypass();
      }
      call.permits.push({ scope, permit });
    }
    this.calls.push(call);
    return call;
  }

  lastResort(target: ModelTarget): void {
    const permits = [target, ...target.parents].map((scope) => ({ scope, permit: scope.breaker.bypass() }));
    this.calls.push({ target, permits, settled: false });
  }

  settle(call: ModelCall, result: Result): void {
    if (call.settled) return;
    call.settled = true;
    const { target } = call;
    const verdict = verdictOf(result);
    // A call that lost to a faster one before it was heard of says something about its own target alone.
    for (const parent of target.parents) this.#hear(parent, call, result === 'lost' ? 'none' : verdict);
    const [leaf, endpoint, provider] = call.permits;
    if (leaf === undefined || endpoint === undefined || provider === undefined) throw new Error('Three.');
    const was = target.breaker.state;
    target.breaker.settle(leaf.permit, result === 'lost' && leaf.permit.probe ? 'none' : verdict);
    if (was === 'closed' && target.breaker.state === 'open') {
      this.#order += 1;
      target.trips.push({ at: this.now, order: this.#order });
      if (target.shadow !== null) target.shadow.opened += 1;
    }
    for (const parent of target.parents) this.#observe(parent);
    const edges = endpoint.scope.breaker.edges.length;
    const outageSince = endpoint.scope.breaker.outageSince;
    endpoint.scope.breaker.settle(endpoint.permit, reachOf(result));
    const edge = endpoint.scope.breaker.edges[edges];
    if (edge?.reason === 'probes_succeeded') {
      this.#rampChildren(target.parents[0], this.now - outageSince);
    }
    provider.scope.breaker.settle(provider.permit, 'none');
  }

  reset(kind: ScopeKind, id: string): void {
    const scope = this.#scope(kind, id);
    scope.breaker.reset();
    if (!('children' in scope)) for (const parent of scope.parents) this.#observe(parent);
    else this.#sign(scope, 'operator_reset');
  }

  probeNow(kind: ScopeKind, id: string): void {
    const scope = this.#scope(kind, id);
    scope.breaker.probeNow();
    if (!('children' in scope) || scope.since === null) return;
    scope.pausedUntil = Number.NEGATIVE_INFINITY;
    for (const child of this.dark(scope)) child.breaker.probeNow();
  }

  configured(): void {
    for (const parent of this.parents) this.#observe(parent);
  }

  #parent(kind: 'endpoint' | 'provider', id: string): ModelParent {
    const known = this.parents.find((parent) => parent.kind === kind && parent.id === id);
    if (known !== undefined) return known;
    const parent: ModelParent = {
      kind,
      id,
      breaker: new BreakerModel(this.now, this.settings, this.jitter),
      children: [],
      signs: [],
      since: null,
      edges: [],
      probe: null,
      failedProbes: 0,
      pausedUntil: Number.NEGATIVE_INFINITY,
    };
    this.parents.push(parent);
    return parent;
  }

  #scope(kind: ScopeKind, id: string): ModelTarget | ModelParent {
    const found =
      kind === 'target'
        ? this.targets.find(({ slug }) => slug === id)
        : this.parents.find((parent) => parent.kind === kind && parent.id === id);
    if (found === undefined) throw new Error(`No ${kind} ${id}.`);
    return found;
  }

  /** How many of the three scopes, from the narrowest, have a say: a forced-closed one silences itself and the wider. */
  #forcedClosed(target: ModelTarget): number {
    const at = [target, ...target.parents].findIndex(({ breaker }) => breaker.forced() === 'forced_closed');
    return at < 0 ? 3 : at;
  }

  #derivedWord(parent: ModelParent): { reason: string; dueAt: number } | null {
    if (!this.holds(parent)) return null;
    if (parent.probe !== null) return { reason: 'probing', dueAt: parent.probe.leaseUntil };
    const dueAt = this.probeAt(parent);
    return dueAt > this.now ? { reason: 'breaker_open', dueAt } : null;
  }

  /** A call through the parent has its result. */
  #hear(parent: ModelParent, call: ModelCall, verdict: Verdict): void {
    const slowness = this.dark(parent).some(({ breaker }) => breaker.openedBySlowness);
    const answered = verdict === 'ok' || (verdict === 'slow' && !slowness);
    if (parent.probe?.call === call) {
      if (answered || verdict === 'none') parent.probe = null;
      else this.#failedProbe(parent, this.now);
    }
    if (!answered) return;
    const { since } = parent;
    this.#sign(parent, 'child_succeeded');
    if (since === null) return;
    for (const child of this.dark(parent)) child.breaker.hasten(this.now + this.jitter * 5_000);
    if (parent.kind === 'provider') {
      for (const inner of this.parents) {
        if (inner.children.some((child) => parent.children.includes(child)))
          inner.pausedUntil = Number.NEGATIVE_INFINITY;
      }
    }
    this.#rampChildren(parent, this.now - since);
  }

  #sign(parent: ModelParent, reason: string): void {
    this.#order += 1;
    parent.signs.push(this.#order);
    this.#observe(parent, reason);
  }

  #rampChildren(parent: ModelParent | undefined, outageMs: number): void {
    for (const child of parent?.children ?? []) child.breaker.ramp(outageMs);
  }

  #failedProbe(parent: ModelParent, at: number): void {
    parent.pausedUntil = at + (parent.probe?.pauseMs ?? 0);
    parent.failedProbes += 1;
    parent.probe = null;
  }

  #observe(parent: ModelParent, reason = 'children_recovered'): void {
    const holds = this.holds(parent);
    if (holds === (parent.since !== null)) return;
    parent.edges.push({
      to: holds ? 'derived_open' : 'closed',
      reason: holds ? 'children_open' : reason,
      at: this.now,
    });
    parent.since = holds ? this.now : null;
    if (holds) return;
    parent.probe = null;
    parent.failedProbes = 0;
    parent.pausedUntil = Number.NEGATIVE_INFINITY;
  }
}

function ownWord(breaker: BreakerModel): { reason: string; dueAt: number } | null {
  if (breaker.state === 'open') return { reason: 'breaker_open', dueAt: breaker.openUntil };
  return breaker.probe === null ? null : { reason: 'probing', dueAt: breaker.probe.leaseUntil };
}

function openForMs(settings: BreakerSettings, failedProbes: number, jitter: number): number {
  const whole = Math.min(settings.openSeconds * 2 ** failedProbes, settings.maxOpenSeconds);
  return Math.ceil(whole * 1000 * (1 - 0.3 * jitter));
}

function reachOf(result: Result): Verdict {
  if (result === 'refused') return 'failure';
  return result === 'aborted' || result === 'lost' ? 'none' : 'ok';
}

function verdictOf(result: Result): Verdict {
  if (result === 'lost') return 'slow';
  if (result === 'ok' || result === 'slow') return result;
  return result === 'server error' || result === 'refused' ? 'failure' : 'none';
}
