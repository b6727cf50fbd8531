import fc from 'fast-check';
import type { Breaker } from '#lib/engine/breaker.ts';
import type { Edge } from '#lib/engine/breaker-types.ts';
import type { BreakerSettings, OverrideKind, Verdict } from '#lib/engine/types.ts';
import { agree, is } from './breaker-agreement.ts';
import type { BreakerModel } from './breaker-model.ts';
import { makeFailure } from './factories.ts';

export const LEASE = 5_000;

export interface Real {
  breaker: Breaker;
  edges: Edge[];
  permits: number[];
  /** The generation in which each was let through. */
  generations: number[];
}
type Model = BreakerModel;

abstract class Step implements fc.Command<Model, Real> {
  check(_model: Readonly<Model>): boolean {
    return true;
  }
  run(model: Model, real: Real): void {
    this.act(model, real);
    agree(model, real.breaker);
    const held = real.permits.filter((permit) => real.breaker.isProbe(permit)).length;
    is('probes held', held, model.permits.filter((permit) => permit.probe && !permit.settled).length);
  }
  abstract act(model: Model, real: Real): void;
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
  act(model: Model): void {
    model.pass(this.ms);
  }
}

/** B1, B2, B3. */
class Acquire extends Step {
  act(model: Model, { breaker, permits, generations }: Real): void {
    const { now } = model;
    const before = breaker.snapshot(now);
    const rejection = breaker.rejection(now);
    is('asking changed something', JSON.stringify(breaker.snapshot(now)), JSON.stringify(before));
    const real = breaker.tryAcquire(now, LEASE);
    const wanted = model.acquire(LEASE);
    is('rejection', rejection?.reason ?? null, typeof wanted === 'string' ? wanted : null);
    is('asked', typeof real === 'number' ? 'let through' : real.reason, rejection?.reason ?? 'let through');
    if (before.effective === 'open') is('let through while open', typeof real === 'number', false);
    if (typeof real !== 'number' || typeof wanted === 'string') return;
    is('probe', breaker.isProbe(real), wanted.probe);
    is('bypass', breaker.isBypass(real), wanted.bypass);
    permits.push(real);
    generations.push(breaker.generation);
  }
}

/** Settles one of the permits ever given out, also those that were settled before. B6, B7, B8. */
class Settle extends Step {
  readonly pick: number;
  readonly verdict: Verdict;
  constructor(pick: number, verdict: Verdict) {
    super();
    this.pick = pick;
    this.verdict = verdict;
  }
  override check(model: Readonly<Model>): boolean {
    return model.permits.length > 0;
  }
  act(model: Model, { breaker, permits }: Real): void {
    const at = permits.length - 1 - (this.pick % permits.length);
    const permit = permits[at];
    const wanted = model.permits[at];
    if (permit === undefined || wanted === undefined) throw new Error('The lists of permits differ.');
    const { now } = model;
    const before = without(breaker, now, 'settled again changed', wanted.settled ? [] : null);
    const late = !wanted.settled && !wanted.bypass && wanted.generation !== model.generation;
    const stale = without(
      breaker,
      now,
      'a late result changed',
      late ? ['inFlight', 'changes', 'window.late'] : null,
    );
    const mute = this.verdict === 'none' || wanted.bypass;
    const none = without(
      breaker,
      now,
      'a result that says nothing changed',
      mute ? ['inFlight', 'changes', 'probe', 'window.late'] : null,
    );
    breaker.settle(permit, this.verdict, now, makeFailure('server_error'));
    for (const check of [before, stale, none]) check();
    model.settle(wanted, this.verdict);
  }
}

/** A stream that broke after its call had been settled. */
class Charge extends Step {
  readonly pick: number;
  constructor(pick: number) {
    super();
    this.pick = pick;
  }
  override check(model: Readonly<Model>): boolean {
    return model.permits.some(({ settled, bypass }) => settled && !bypass);
  }
  act(model: Model, { breaker, generations }: Real): void {
    const charged = model.permits.flatMap(({ settled, bypass }, at) => (settled && !bypass ? [at] : []));
    const at = charged[this.pick % charged.length] ?? 0;
    breaker.charge(generations[at] ?? -1, model.now, makeFailure('connection'));
    model.charge(model.permits[at]?.generation ?? -1);
  }
}

/** One whole call. */
class Call extends Step {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super();
    this.verdict = verdict;
  }
  act(model: Model, real: Real): void {
    const before = real.permits.length;
    new Acquire().act(model, real);
    if (real.permits.length > before) new Settle(0, this.verdict).act(model, real);
  }
}

class Force extends Step {
  readonly kind: OverrideKind | null;
  readonly ms: number;
  constructor(kind: OverrideKind | null, ms: number) {
    super();
    this.kind = kind;
    this.ms = ms;
  }
  act(model: Model, { breaker }: Real): void {
    const mask = this.kind === null ? null : { kind: this.kind, until: model.now + this.ms };
    breaker.setMask(mask);
    model.mask = mask;
  }
}

class Operate extends Step {
  readonly what: 'reset' | 'probeNow' | 'sweep';
  constructor(what: 'reset' | 'probeNow' | 'sweep') {
    super();
    this.what = what;
  }
  act(model: Model, { breaker }: Real): void {
    breaker[this.what](model.now);
    if (this.what !== 'sweep') model[this.what]();
  }
}

/** What happens to a target when whatever is above it recovers. */
class Above extends Step {
  readonly what: 'hasten' | 'ramp';
  readonly ms: number;
  constructor(what: 'hasten' | 'ramp', ms: number) {
    super();
    this.what = what;
    this.ms = ms;
  }
  act(model: Model, { breaker }: Real): void {
    if (this.what === 'hasten') {
      breaker.hasten(model.now, model.now + this.ms);
      model.hasten(model.now + this.ms);
    } else {
      breaker.ramp(model.now, this.ms);
      model.ramp(this.ms);
    }
  }
}

class Reconfigure extends Step {
  readonly differs: Partial<BreakerSettings>;
  constructor(differs: Partial<BreakerSettings>) {
    super();
    this.differs = differs;
  }
  act(model: Model, { breaker }: Real): void {
    model.settings = { ...model.settings, ...this.differs };
    breaker.applySettings(model.settings, model.now);
  }
  override toString(): string {
    return `Reconfigure(${JSON.stringify(this.differs)})`;
  }
}

/** Remembers the breaker but for `fields`, and complains later if the rest has changed; nothing when there are none. */
function without(breaker: Breaker, now: number, complaint: string, fields: string[] | null): () => void {
  if (fields === null) return () => undefined;
  const rest = () => {
    const snapshot = breaker.snapshot(now);
    const window = fields.includes('window.late') ? { ...snapshot.window, late: 0 } : snapshot.window;
    const left = Object.entries({ ...snapshot, window }).filter(([name]) => !fields.includes(name));
    return JSON.stringify(left);
  };
  const before = rest();
  return () => is(complaint, rest(), before);
}

export const verdicts = fc.constantFrom<Verdict>('ok', 'ok', 'slow', 'failure', 'failure', 'failure', 'none');
export const delays = fc.oneof(
  fc.constantFrom(0, 1, 100, 999, 1_000, 5_000, 10_000, 60_000, 60_001, 3_600_000),
  fc.integer({ min: 0, max: 20_000 }),
);
const call = verdicts.map((verdict) => new Call(verdict));
const settle = fc.tuple(fc.nat({ max: 8 }), verdicts).map(([pick, verdict]) => new Settle(pick, verdict));
export const steps = [
  delays.map((ms) => new Pass(ms)),
  ...[1, 2].map(() => fc.constant(new Acquire())),
  ...[1, 2].map(() => settle),
  ...[1, 2, 3].map(() => call),
  fc.nat({ max: 8 }).map((pick) => new Charge(pick)),
  fc
    .tuple(fc.constantFrom<OverrideKind | null>('forced_open', 'forced_closed', null), delays)
    .map(([kind, ms]) => new Force(kind, ms)),
  fc.constantFrom('reset', 'probeNow', 'sweep').map((what) => new Operate(what)),
  fc.tuple(fc.constantFrom('hasten', 'ramp'), delays).map(([what, ms]) => new Above(what, ms)),
  fc
    .record({
      consecutiveFailures: fc.integer({ min: 1, max: 6 }),
      openSeconds: fc.constantFrom(1, 10),
      probeSuccesses: fc.integer({ min: 1, max: 3 }),
      rampSeconds: fc.constantFrom(0, 30),
    })
    .map((differs) => new Reconfigure(differs)),
];

export const settingsArbitrary: fc.Arbitrary<BreakerSettings> = fc.record({
  consecutiveFailures: fc.integer({ min: 1, max: 6 }),
  failureRate: fc.constantFrom(0.3, 0.5, 1),
  slowRate: fc.constantFrom(0.5, 0.8, 1),
  minimumCalls: fc.integer({ min: 1, max: 6 }),
  windowSeconds: fc.constantFrom(1, 10, 60),
  openSeconds: fc.constantFrom(1, 10),
  maxOpenSeconds: fc.constantFrom(10, 30),
  probeSuccesses: fc.integer({ min: 1, max: 3 }),
  rampSeconds: fc.constantFrom(0, 1, 30),
  rampAfterSeconds: fc.constantFrom(0, 15, 60),
  rampFirstShare: fc.constantFrom(0.1, 0.3),
  rampSecondShare: fc.constantFrom(0.5, 1),
});
