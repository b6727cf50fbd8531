import fc from 'fast-check';
import { blockedByScope, blockedByViews } from '#lib/engine/blocked.ts';
import type { Edge } from '#lib/engine/breaker-types.ts';
import { Cooldowns } from '#lib/engine/cooldowns.ts';
import type { DerivedEdge } from '#lib/engine/derived.ts';
import { Registry, type ResolvedTarget } from '#lib/engine/registry.ts';
import type { ParentScope } from '#lib/engine/scope.ts';
import { ScopePermit } from '#lib/engine/scopes.ts';
import type {
  BreakerSettings,
  EngineTarget,
  Failure,
  OverrideKind,
  ScopeKind,
  Verdict,
} from '#lib/engine/types.ts';
import { scopeView } from '#lib/engine/views.ts';
import { agree, is } from './breaker-agreement.ts';
import { DerivedModel, type ModelTarget, type Result } from './derived-model.ts';
import { makeConfig, makeFailure, makeFlow, makeTarget } from './factories.ts';

export const START = 1_000_000;
const LEASE = 5_000;
const PATHS = ['p.x.a', 'p.x.b', 'p.x.c', 'p.y.d', 'q.z.e', 'q.z.f'];

export interface Real {
  registry: Registry;
  targets: EngineTarget[];
  settings: BreakerSettings;
  permits: ScopePermit[];
  edges: { id: string; edge: Edge }[];
  derived: { id: string; edge: DerivedEdge }[];
}

export function setup(settings: BreakerSettings, jitter: number): { model: DerivedModel; real: Real } {
  const derived: Real['derived'] = [];
  const edges: Real['edges'] = [];
  const registry = new Registry(
    () => jitter,
    new Cooldowns(),
    ({ kind, id }, edge) => edges.push({ id: `${kind} ${id}`, edge }),
    ({ kind, id }, edge) => derived.push({ id: `${kind} ${id}`, edge }),
  );
  const targets = PATHS.map((path) => makeTarget(path, { breaker: settings }));
  const real = { registry, targets, settings, permits: [], edges, derived };
  configure(real, START);
  return { model: new DerivedModel(START, settings, jitter, PATHS), real };
}

function configure({ registry, targets, settings }: Real, now: number): void {
  registry.configure({ ...makeConfig(targets, makeFlow(targets)), breaker: settings }, now, now);
}

export function resolved({ registry }: Real, { slug }: ModelTarget): ResolvedTarget {
  const found = registry.target(slug);
  if (found === undefined) throw new Error(`No target ${slug}.`);
  return found;
}

/** H2: every parent, at every moment. */
function parentsAgree(model: DerivedModel, real: Real): void {
  const { now } = model;
  for (const parent of model.parents) {
    const facts = parentScope(real, parent).derived.facts(now);
    is(`${parent.id} is held to be down`, facts !== null, model.holds(parent));
    if (facts === null) continue;
    const open = model.dark(parent).map(({ slug }) => slug);
    is('open children', facts.open.join(), open.join());
    is('children in use', facts.recent, open.length + model.usedBesides(parent));
    is('since', facts.since, parent.since);
    is('next probe', facts.probeAt, parent.probe === null ? model.probeAt(parent) : null);
  }
}

/** And everything else that can be seen of any scope. */
export function allAgree(model: DerivedModel, real: Real): void {
  const { now } = model;
  parentsAgree(model, real);
  for (const { kind, id, breaker } of model.scopes()) {
    const scope = real.registry.scope(kind, id);
    if (scope === undefined) throw new Error(`No ${kind} ${id}.`);
    agree(breaker, scope.breaker);
  }
  for (const target of model.targets) {
    const { chain } = resolved(real, target);
    is('would have opened', chain.leaf.shadow?.opened, target.shadow?.opened);
    is('would have turned away', chain.leaf.shadow?.rejected, target.shadow?.rejected);
    const free = target.shadow !== null || target.breaker.forced() !== null;
    is('share', chain.rampShare(now), free ? 1 : target.breaker.share());
  }
}

function parentScope({ registry }: Real, { kind, id }: { kind: ScopeKind; id: string }): ParentScope {
  const scope = registry.scope(kind, id);
  if (scope === undefined || scope.kind === 'target') throw new Error(`No ${kind} ${id}.`);
  return scope;
}

/** Everything that there is to know of every scope. */
function everything({ registry }: Real, now: number): string {
  return JSON.stringify(
    [...registry.scopes()].map((scope) =>
      scope.kind === 'target'
        ? [scopeView(scope, null, now, 0), scope.usedAt, scope.trip]
        : [scopeView(scope, null, now, 0), scope.derived.open],
    ),
  );
}

abstract class Step implements fc.Command<DerivedModel, Real> {
  check(_model: Readonly<DerivedModel>): boolean {
    return true;
  }
  run(model: DerivedModel, real: Real): void {
    this.act(model, real);
    parentsAgree(model, real);
    for (const { kind, id, breaker } of model.scopes()) {
      is(
        `state of ${id}`,
        real.registry.scope(kind, id)?.breaker.peek(model.now),
        breaker.forced() ?? breaker.state,
      );
    }
  }
  abstract act(model: DerivedModel, real: Real): void;
  toString(): string {
    return `${this.constructor.name}(${Object.values(this).map(String).join(', ')})`;
  }
}

class Pass extends Step {
  readonly ms: number;
  constructor(ms: number) {
    super();
    this.ms = ms;
  }
  act(model: DerivedModel): void {
    model.pass(this.ms);
  }
}

/** H1, and the same words from published views as from the live scopes. */
class Acquire extends Step {
  readonly pick: number;
  constructor(pick: number) {
    super();
    this.pick = pick;
  }
  act(model: DerivedModel, real: Real): void {
    const target = model.targets[this.pick % model.targets.length];
    if (target === undefined) throw new Error('There are no targets.');
    const { now } = model;
    const found = resolved(real, target);
    const wanted = model.block(target);
    const before = wanted === null ? '' : everything(real, now);
    const got = found.chain.tryAcquire(now, LEASE);
    if (got instanceof ScopePermit) {
      is('let through', 'yes', wanted === null ? 'yes' : `no, ${wanted.id} is ${wanted.reason}`);
      model.acquire(target, LEASE);
      real.permits.push(got);
      return;
    }
    is(
      'turned down by',
      `${got.scope.kind} ${got.scope.id} ${got.reason}`,
      `${wanted?.kind} ${wanted?.id} ${wanted?.reason}`,
    );
    is('due', got.dueAt, wanted?.dueAt);
    is('everything, after it was turned down', everything(real, now), before);
    const live = blockedByScope(got, now);
    const view = (kind: ScopeKind, id: string) => {
      const scope = real.registry.scope(kind, id);
      return scope === undefined ? undefined : scopeView(scope, null, now, 0);
    };
    const preview = blockedByViews(found.target, view, now);
    is('said from views', preview?.text, live.text);
    is(
      'decided from views',
      `${preview?.scope} ${preview?.scopeId} ${preview?.reason}`,
      `${live.scope} ${live.scopeId} ${live.reason}`,
    );
  }
}

class LastResort extends Step {
  readonly pick: number;
  constructor(pick: number) {
    super();
    this.pick = pick;
  }
  act(model: DerivedModel, real: Real): void {
    const target = model.targets[this.pick % model.targets.length];
    if (target === undefined) throw new Error('There are no targets.');
    real.permits.push(resolved(real, target).chain.lastResort());
    model.lastResort(target);
  }
}

/** H3, H5. */
class Settle extends Step {
  readonly pick: number;
  readonly result: Result;
  constructor(pick: number, result: Result) {
    super();
    this.pick = pick;
    this.result = result;
  }
  override check(model: Readonly<DerivedModel>): boolean {
    return model.calls.length > 0;
  }
  act(model: DerivedModel, real: Real): void {
    const at = model.calls.length - 1 - (this.pick % model.calls.length);
    const call = model.calls[at];
    if (call === undefined) throw new Error('There is no such call.');
    const again = call.settled;
    const failure = failureOf(this.result);
    real.permits[at]?.settle(verdictOf(this.result), model.now, failure, failure);
    model.settle(call, this.result);
    if (again || this.result !== 'ok') return;
    for (const parent of call.target.parents) {
      is('held to be down after a success', parentScope(real, parent).derived.holds(model.now), false);
    }
  }
}

class Call extends Step {
  readonly pick: number;
  readonly result: Result;
  constructor(pick: number, result: Result) {
    super();
    this.pick = pick;
    this.result = result;
  }
  act(model: DerivedModel, real: Real): void {
    const before = model.calls.length;
    new Acquire(this.pick).act(model, real);
    if (model.calls.length > before) new Settle(0, this.result).act(model, real);
  }
}

class Force extends Step {
  readonly pick: number;
  readonly kind: OverrideKind | null;
  readonly ms: number;
  constructor(pick: number, kind: OverrideKind | null, ms: number) {
    super();
    this.pick = pick;
    this.kind = kind;
    this.ms = ms;
  }
  act(model: DerivedModel, real: Real): void {
    const scopes = model.scopes();
    const scope = scopes[this.pick % scopes.length];
    if (scope === undefined) throw new Error('There are no scopes.');
    const mask = this.kind === null ? null : { kind: this.kind, until: model.now + this.ms };
    scope.breaker.mask = mask;
    real.registry.scope(scope.kind, scope.id)?.breaker.setMask(mask);
  }
}

class Operate extends Step {
  readonly pick: number;
  readonly what: 'reset' | 'probeNow';
  constructor(pick: number, what: 'reset' | 'probeNow') {
    super();
    this.pick = pick;
    this.what = what;
  }
  act(model: DerivedModel, { registry }: Real): void {
    const scopes = model.scopes();
    const { kind, id } = scopes[this.pick % scopes.length] ?? { kind: 'provider', id: 'p' };
    const scope = registry.scope(kind, id);
    scope?.breaker[this.what](model.now);
    if (scope !== undefined && scope.kind !== 'target') scope.derived[this.what](model.now);
    model[this.what](kind, id);
  }
}

class Configure extends Step {
  readonly pick: number;
  readonly what: 'enabled' | 'metricsOnly';
  constructor(pick: number, what: 'enabled' | 'metricsOnly') {
    super();
    this.pick = pick;
    this.what = what;
  }
  act(model: DerivedModel, real: Real): void {
    const at = this.pick % model.targets.length;
    const target = model.targets[at];
    const before = real.targets[at];
    if (target === undefined || before === undefined) throw new Error('There are no targets.');
    if (this.what === 'enabled') target.enabled = !target.enabled;
    else target.shadow = target.shadow === null ? { opened: 0, rejected: 0 } : null;
    real.targets[at] = { ...before, enabled: target.enabled, metricsOnly: target.shadow !== null };
    configure(real, model.now);
    model.configured();
  }
}

class Sweep extends Step {
  act(model: DerivedModel, real: Real): void {
    sweep(model, real);
  }
}

export function sweep(model: DerivedModel, { registry }: Real): void {
  for (const { breaker } of registry.scopes()) breaker.sweep(model.now);
  for (const { derived } of registry.parents()) derived.update(model.now);
}

function failureOf(result: Result): Failure | null {
  switch (result) {
    case 'server error':
      return makeFailure('server_error', { status: 503 });
    case 'refused':
      return makeFailure('connection', { connect: true });
    case 'rate limited':
      return makeFailure('rate_limited', { status: 429 });
    case 'lost':
      return makeFailure('timeout');
    default:
      return null;
  }
}

function verdictOf(result: Result): Verdict {
  if (result === 'lost') return 'slow';
  if (result === 'ok' || result === 'slow') return result;
  return result === 'server error' || result === 'refused' ? 'failure' : 'none';
}

const results = fc.constantFrom<Result>(
  ...(['ok', 'slow', 'rate limited', 'aborted', 'refused', 'lost'] as const),
  ...Array<Result>(7).fill('server error'),
);
const delays = fc.oneof(
  fc.constantFrom(0, 1, 1_000, 5_000, 10_000, 30_000, 119_999, 120_001, 599_999, 600_000),
  fc.integer({ min: 0, max: 20_000 }),
);
const pick = fc.nat({ max: 59 });
const call = fc.tuple(pick, results).map(([at, result]) => new Call(at, result));
export const steps = [
  ...[1, 2].map(() => delays.map((ms) => new Pass(ms))),
  ...[1, 2, 3, 4, 5, 6].map(() => call),
  ...[1, 2].map(() => pick.map((at) => new Acquire(at))),
  ...[1, 2].map(() => fc.tuple(fc.nat({ max: 5 }), results).map(([at, result]) => new Settle(at, result))),
  pick.map((at) => new LastResort(at)),
  fc
    .tuple(pick, fc.constantFrom<OverrideKind | null>('forced_open', 'forced_closed', null), delays)
    .map(([at, kind, ms]) => new Force(at, kind, ms)),
  fc.tuple(pick, fc.constantFrom('reset', 'probeNow')).map(([at, what]) => new Operate(at, what)),
  fc.tuple(pick, fc.constantFrom('enabled', 'metricsOnly')).map(([at, what]) => new Configure(at, what)),
  fc.constant(new Sweep()),
];
