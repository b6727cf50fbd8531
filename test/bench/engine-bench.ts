import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ConsecutiveBreaker, circuitBreaker, handleAll, SamplingBreaker } from 'cockatiel';
import { Breaker } from '#lib/engine/breaker.ts';
import { Cooldowns } from '#lib/engine/cooldowns.ts';
import { Engine } from '#lib/engine/engine.ts';
import { Registry } from '#lib/engine/registry.ts';
import { ScopePermit } from '#lib/engine/scopes.ts';
import { planChain } from '#lib/engine/select-plan.ts';
import { makeConfig, makeFlow, makeRequest, makeTarget, SETTINGS } from '../engine/factories.ts';
import { median } from './statistics.ts';

/** What the product is held to; the last is a ratio to the faster of the two libraries. */
export const ENGINE_TARGETS = {
  scopeNs: 150,
  rejectionNs: 300,
  decisionNs: 1_500,
  timesFaster: 4,
  keptBytes: 200_000,
} as const;

export interface EngineBench {
  node: string;
  rounds: number;
  calls: number;
  /** Medians over the rounds, ns per operation. */
  ns: Record<Measured, number>;
  /** The faster library's whole healthy `execute` against one scope's acquire and settle: the median of each round's own ratio. */
  ratio: number;
  /** Growth of the heap over a million healthy calls through three scopes, after collection, bytes. */
  keptBytes: number;
  targets: typeof ENGINE_TARGETS;
}

export const MEASURED = [
  'scope',
  'threeScopes',
  'rejection',
  'decision',
  'run',
  'cockatielConsecutive',
  'cockatielSampling',
  'cockatielRejection',
  'opossum',
  'opossumRejection',
] as const;
export type Measured = (typeof MEASURED)[number];

type Work = (times: number) => void | Promise<void>;

/** A whole run takes microseconds, so a twentieth of the calls will do. */
const callsFor = (name: Measured, calls: number) => (name === 'run' ? Math.ceil(calls / 20) : calls);

/** Times every piece in turn, round after round, so that a busy machine disturbs all of them alike. */
export async function benchEngine(options: {
  rounds: number;
  calls: number;
  progress: (line: string) => void;
}): Promise<EngineBench> {
  const { rounds, calls, progress } = options;
  const { works, stop } = await makeWorks();
  const times = perMeasure<number[]>(() => []);
  for (const name of MEASURED) await works[name](callsFor(name, calls));
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of MEASURED) times[name].push(await timed(works[name], callsFor(name, calls)));
    progress(`round ${round} of ${rounds}`);
  }
  stop();
  const ratios = times.scope.map((scope, round) => {
    const rivals = [times.cockatielConsecutive, times.cockatielSampling, times.opossum];
    return Math.min(...rivals.map((rival) => rival[round] ?? Number.NaN)) / scope;
  });
  return {
    node: process.version.slice(1),
    rounds,
    calls,
    ns: perMeasure((name) => median(times[name])),
    ratio: median(ratios),
    keptBytes: await kept(works.threeScopes),
    targets: ENGINE_TARGETS,
  };
}

function perMeasure<T>(value: (name: Measured) => T): Record<Measured, T> {
  return Object.fromEntries(MEASURED.map((name) => [name, value(name)])) as Record<Measured, T>;
}

/** ns per operation. */
async function timed(work: Work, times: number): Promise<number> {
  const before = process.hrtime.bigint();
  await work(times);
  return Number(process.hrtime.bigint() - before) / times;
}

async function kept(work: Work): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  await work(10_000);
  collect();
  const before = process.memoryUsage().heapUsed;
  await work(1_000_000);
  collect();
  return process.memoryUsage().heapUsed - before;
}

async function makeWorks(): Promise<{ works: Record<Measured, Work>; stop: () => void }> {
  const libraries = await makeLibraries();
  return { works: { ...makeBreakerWorks(), ...makeEngineWorks(), ...libraries.works }, stop: libraries.stop };
}

function makeBreakerWorks() {
  const closed = new Breaker({ settings: SETTINGS, random: Math.random, now: 0 });
  const open = new Breaker({
    settings: { ...SETTINGS, openSeconds: 3600, maxOpenSeconds: 3600 },
    random: () => 0,
    now: 0,
  });
  for (let failure = 0; failure < SETTINGS.consecutiveFailures; failure += 1) {
    const permit = open.tryAcquire(0);
    if (typeof permit === 'number') open.settle(permit, 'failure', 0);
  }
  let now = 0;
  return {
    scope: (times: number) => {
      for (let call = 0; call < times; call += 1) {
        now += 1;
        const permit = closed.tryAcquire(now);
        if (typeof permit === 'number') closed.settle(permit, 'ok', now);
      }
    },
    rejection: (times: number) => {
      let turned = 0;
      for (let call = 0; call < times; call += 1) if (typeof open.tryAcquire(1_000) !== 'number') turned += 1;
      if (turned !== times) throw new Error('The open breaker let a call through.');
    },
  };
}

function makeEngineWorks() {
  const targets = [makeTarget('a.east.big'), makeTarget('a.west.big'), makeTarget('b.eu.small')];
  const flow = makeFlow(targets);
  const registry = new Registry(Math.random, new Cooldowns(), () => undefined);
  registry.configure(makeConfig(targets, flow), 0, 0);
  const chain = registry.target('a-east-big')?.chain;
  if (chain === undefined) throw new Error('The bench has no primary.');
  const engine = new Engine({ clock: systemClock(), random: Math.random });
  engine.configure(makeConfig(targets, flow));
  const needs = { tools: false, vision: false, jsonSchema: false };
  let now = 0;
  const pass = () => {
    const permit = chain.tryAcquire(now);
    if (permit instanceof ScopePermit) permit.settle('ok', now, null, null);
  };
  return {
    threeScopes: (times: number) => {
      for (let call = 0; call < times; call += 1) {
        now += 1;
        pass();
      }
    },
    decision: (times: number) => {
      for (let call = 0; call < times; call += 1) {
        now += 1;
        const plan = planChain({
          flow,
          target: (slug) => registry.target(slug)?.target,
          blocked: (target) => {
            const resolved = registry.target(target.slug);
            return resolved === undefined ? null : registry.blocked(resolved, now);
          },
          needs,
          stakes: null,
          rampShare: (target) => registry.target(target.slug)?.chain.rampShare(now) ?? 1,
          random: Math.random,
        });
        if (plan.primary !== null) pass();
      }
    },
    run: async (times: number) => {
      for (let call = 0; call < times; call += 1) {
        const outcome = await engine.run(makeRequest(flow, performance.now()), async ({ target }) => {
          return { kind: 'committed', value: target.slug, firstTokenMs: 1 };
        });
        if (outcome.kind === 'served') outcome.finish(null);
      }
    },
  };
}

function systemClock() {
  return {
    now: () => performance.now(),
    wall: () => Date.now(),
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      }),
  };
}

async function makeLibraries(): Promise<{
  works: Record<Extract<Measured, `cockatiel${string}` | `opossum${string}`>, Work>;
  stop: () => void;
}> {
  // opossum has no types of its own.
  const { default: Opossum } = (await import('opossum' as string)) as { default: OpossumClass };
  const answer = async () => 1;
  const healthy = new Opossum(answer, { timeout: false });
  const broken = new Opossum(answer, { timeout: false });
  broken.open();
  const consecutive = circuitBreaker(handleAll, {
    halfOpenAfter: 10_000,
    breaker: new ConsecutiveBreaker(5),
  });
  const sampling = circuitBreaker(handleAll, {
    halfOpenAfter: 10_000,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: 60_000 }),
  });
  const isolated = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) });
  isolated.isolate();
  const repeated = (once: () => Promise<unknown>): Work => {
    return async (times) => {
      for (let call = 0; call < times; call += 1) await once().catch(() => undefined);
    };
  };
  return {
    works: {
      cockatielConsecutive: repeated(() => consecutive.execute(answer)),
      cockatielSampling: repeated(() => sampling.execute(answer)),
      cockatielRejection: repeated(() => isolated.execute(answer)),
      opossum: repeated(() => healthy.fire()),
      opossumRejection: repeated(() => broken.fire()),
    },
    stop: () => {
      healthy.shutdown();
      broken.shutdown();
    },
  };
}

interface OpossumClass {
  new (
    action: () => Promise<unknown>,
    options: { timeout: false },
  ): {
    fire(): Promise<unknown>;
    open(): void;
    shutdown(): void;
  };
}
