import { DEFAULT_BREAKER } from '#lib/contract/breaker-settings.ts';
import { type Policy, type PolicyInput, policySchema } from '#lib/contract/policy.ts';
import type { ConfigSnapshot, SnapshotTarget } from '#lib/contract/snapshot.ts';
import { loggedOf, NOTHING_LOGGED } from '#lib/control/flow/replay-logged.ts';
import { Engine, type EngineEvent } from '#lib/engine/engine.ts';
import type { AttemptContext, AttemptOutcome, RunOutcome } from '#lib/engine/run-types.ts';
import type { Failure, Stakes } from '#lib/engine/types.ts';
import { Recorder } from '#lib/gateway/recorder.ts';
import type { FinishedRequest } from '#lib/gateway/request-record.ts';
import { type FlowEntry, indexSnapshot } from '#lib/gateway/snapshot-index.ts';
import { ReplayClock } from '#lib/replay/clock.ts';
import { fromRecord } from '#lib/replay/from-record.ts';
import { edgeOf } from '#lib/replay/from-transition.ts';
import { drawFor, hashOf, seeded } from '#lib/replay/random.ts';
import type {
  BreakerEdge,
  RecordedRequest,
  ReplayFlow,
  ReplayPlan,
  ReplayWorld,
  SpanCount,
} from '#lib/replay/types.ts';
import { AttemptLog } from '#lib/telemetry/attempt-log.ts';
import { RollupBuffer } from '#lib/telemetry/rollup-buffer.ts';
import { settled } from '#test/support/virtual-clock.ts';

export const START = Date.UTC(2026, 0, 5, 12);
export const MINUTE = 60_000;
const WARM_UP_MS = 10 * MINUTE;
const SPLICE_SHARE = 0.6;

/** What a target does to one call. */
export interface Act {
  failure: Failure | null;
  /** Of a stream; null: it fails before. */
  firstTokenMs: number | null;
  /** Infinity: silence. */
  endMs: number;
}

/** @param at ms since the hour began, negative before; @param luck 0..1, new at every call */
export type Conduct = (at: number, luck: () => number) => Act;

export interface HourSetup {
  policy?: PolicyInput;
  chain?: string[];
  conduct?: Partial<Record<TargetName, Conduct>>;
  /** Requests a second. */
  perSecond?: number;
  minutes?: number;
  seed?: number;
  successesPerSecond?: number;
  /** The process has been restarted since: it remembers no attempts. */
  forgetful?: boolean;
  /** Of the engine. */
  luckSeed?: number;
  /** 0..1: share of requests that are not streamed. */
  whole?: number;
}

export interface Hour {
  setup: HourSetup;
  requests: RecordedRequest[];
  counts: SpanCount[];
  log: AttemptLog;
  left: number;
  edges: BreakerEdge[];
  /** How everything that began within the hour really ended. */
  truth: Truth;
}

export interface Truth {
  requests: number;
  answered: number;
  degraded: number;
  refused: number;
  /** Until the first token or the whole answer, ms. */
  waits: number[];
  attempts: number;
}

const TARGETS = {
  main: ['a', 'a.east', 'big'],
  twin: ['a', 'a.west', 'big'],
  spare: ['b', 'b.east', 'small'],
} as const;
export type TargetName = keyof typeof TARGETS;

export const snapshot = (policy: Policy, chain: readonly string[]): ConfigSnapshot => ({
  version: 1,
  createdAtWallMs: START,
  breaker: { ...DEFAULT_BREAKER },
  providers: ['a', 'b'].map((slug) => ({
    slug,
    name: slug,
    kind: 'openai-compatible',
    simulated: false,
    endpoints: ['east', 'west'].map((endpoint) => ({
      id: `${slug}.${endpoint}`,
      slug: endpoint,
      region: null,
      baseUrl: `http://${slug}-${endpoint}.test`,
      credential: 'key',
      credentialId: slug,
    })),
  })),
  targets: Object.entries(TARGETS).map(
    ([slug, [provider, endpointId, model]]): SnapshotTarget => ({
      slug,
      provider,
      endpointId,
      model,
      deployment: null,
      modelFamily: model,
      contextWindow: null,
      capabilities: null,
      enabled: true,
      breaker: { ...DEFAULT_BREAKER },
      metricsOnly: false,
    }),
  ),
  flows: [
    {
      slug: 'chat',
      name: 'Chat',
      aliases: [],
      version: 3,
      chain: chain.map((target) => ({ target, enabled: true, adapter: null })),
      policy,
    },
  ],
  apiKeys: [{ id: 'key-1', sha256: 'x', defaultFlow: null, use: 'application' }],
});

const ALL = Object.keys(TARGETS);

/** A healthy target: streams begin within a second, whole answers take about two. */
export const healthy: Conduct = (_at, luck) => {
  const firstTokenMs = 200 + 600 * luck() ** 2;
  return { failure: null, firstTokenMs, endMs: firstTokenMs + 500 + 2_000 * luck() };
};

/** An hour of traffic through the real engine, recorded as the gateway records it. */
export async function liveHour(setup: HourSetup): Promise<Hour> {
  const { perSecond = 2, minutes = 60, seed = 1, chain = ALL, successesPerSecond = 5, whole = 0.3 } = setup;
  const index = indexSnapshot(snapshot(policySchema.parse(setup.policy ?? {}), chain));
  const entry = index.flowList[0];
  if (entry === undefined) throw new Error('No flow.');
  const clock = new ReplayClock(START - WARM_UP_MS);
  const recorder = new Recorder({ clock, successesPerSecond });
  const edges: BreakerEdge[] = [];
  const onEvent = (event: EngineEvent) => {
    if (event.type === 'transition') edges.push(...edgeOf(event));
  };
  const engine = new Engine({ clock, random: seeded(setup.luckSeed ?? seed + 1000), onEvent });
  engine.configure(index.engine);
  const world = { clock, engine, recorder, entry, setup, seed };
  const truth: Truth = { requests: 0, answered: 0, degraded: 0, refused: 0, waits: [], attempts: 0 };
  const luck = seeded(seed);
  const endAt = START + minutes * MINUTE;
  let n = 0;
  for (let at = START - WARM_UP_MS; at < endAt; n += 1) {
    at += Math.round((-Math.log(1 - luck()) * 1000) / perSecond);
    const request = {
      id: `req_${seed}_${n}`,
      n,
      at,
      stream: luck() >= whole,
      stakes: luck() < 0.3 ? 'high' : null,
    } as const;
    if (at < endAt) clock.at(at, () => void serve(world, request, truth));
  }
  const gathered = gather(world, endAt);
  await clock.run({ turn: settled });
  return { setup, ...gathered, left: 0, edges, truth };
}

interface World {
  clock: ReplayClock;
  engine: Engine;
  recorder: Recorder;
  entry: FlowEntry;
  setup: HourSetup;
  seed: number;
}

/** Takes records and counts away once a second, as the control process gets them. */
function gather({ clock, recorder }: World, endAt: number): Pick<Hour, 'requests' | 'counts' | 'log'> {
  const requests: RecordedRequest[] = [];
  const counts: SpanCount[] = [];
  const log = new AttemptLog({ keepMs: Number.POSITIVE_INFINITY });
  const buffer = new RollupBuffer();
  const tick = (at: number) => {
    buffer.add(at, recorder.takeCells());
    const batch = recorder.takeBatch();
    if (batch !== null) log.add(batch.attempts, at);
    for (const record of batch?.requests ?? []) {
      requests.push(fromRecord({ ...record, servedTarget: record.servedBy?.target ?? null }));
    }
    for (const row of buffer.takeDue(at, at >= endAt)) if (row.kind === 'request') counts.push(row);
  };
  for (let at = START - WARM_UP_MS; at <= endAt + 3 * MINUTE; at += 1_000)
    clock.at(at + 380, () => tick(at + 380));
  return { requests, counts, log };
}

interface Asked {
  id: string;
  n: number;
  at: number;
  stream: boolean;
  stakes: Stakes | null;
}

async function serve(world: World, asked: Asked, truth: Truth): Promise<void> {
  const { clock, engine, recorder, entry } = world;
  const outcome = await engine.run<Act>(
    {
      flow: entry.engine,
      stream: asked.stream,
      stakes: asked.stakes,
      needs: { tools: false, vision: false, jsonSchema: false },
      startedAt: asked.at,
      signal: new AbortController().signal,
    },
    (attempt) => call(world, asked, attempt),
  );
  const waitMs = clock.now() - asked.at;
  const { ending, last } =
    outcome.kind === 'served' ? await relay(world, asked, outcome) : { ending: null, last: outcome };
  const served = last.kind === 'served' && ending !== null ? last : null;
  const finished: FinishedRequest = {
    id: asked.id,
    atWallMs: asked.at,
    flow: entry,
    key: { id: 'key-1', sha256: 'x', defaultFlow: null, use: 'application' },
    face: 'chat',
    stream: asked.stream,
    stakes: asked.stakes,
    outcome: ending ?? (last.kind === 'refused' ? 'refused' : 'failed'),
    status: 200,
    served: served === null ? null : (entry.targets.get(served.target.slug) ?? null),
    degraded: served?.degraded ?? last.kind === 'refused',
    reason: null,
    badge: false,
    durationMs: clock.now() - asked.at,
    usage: served === null ? null : { inputTokens: 1_000, outputTokens: 200 },
    trail: last.trail,
    malformedEvents: 0,
  };
  recorder.add(finished);
  if (asked.at < START) return;
  truth.requests += 1;
  truth.attempts += last.attempts;
  if (finished.outcome === 'refused') truth.refused += 1;
  if (served === null || finished.outcome === 'broken_stream') return;
  truth.answered += 1;
  truth.waits.push(waitMs);
  if (finished.outcome === 'backup') truth.degraded += 1;
}

type Served = Extract<RunOutcome<Act>, { kind: 'served' }>;
type Ending = 'primary' | 'alternate' | 'backup' | 'broken_stream';

async function relay(
  { clock, entry, seed }: World,
  asked: Asked,
  outcome: Served,
): Promise<{ ending: Ending; last: Served }> {
  const { policy } = entry.flow;
  const primary = entry.engine.chain.find(({ enabled }) => enabled)?.target;
  let last = outcome;
  for (;;) {
    const { failure, firstTokenMs, endMs } = last.value;
    const rest = asked.stream && !policy.buffer && firstTokenMs !== null ? endMs - firstTokenMs : 0;
    await clock.sleep(rest);
    if (rest === 0 || failure === null) {
      last.finish(null);
      const ending = last.target.slug === primary ? 'primary' : 'alternate';
      return { ending: last.degraded ? 'backup' : ending, last };
    }
    if (policy.midStream === 'error') {
      last.finish(failure);
      return { ending: 'broken_stream', last };
    }
    const certain = drawFor(seed, asked.n, 99) < SPLICE_SHARE;
    const next = await last.resume(failure, () => (certain ? 'restart' : null));
    if (next.kind !== 'served') return { ending: 'broken_stream', last };
    last = next;
  }
}

/** Whatever the policy, the nth call of a request to a target has the same luck. */
async function call(
  { clock, entry, setup, seed }: World,
  asked: Asked,
  attempt: AttemptContext,
): Promise<AttemptOutcome<Act>> {
  const { target, firstTokenBy, deadlineAt, signal, onFirstToken } = attempt;
  const conduct = setup.conduct?.[target.slug as TargetName] ?? healthy;
  const luck = seeded(Math.floor(drawFor(seed, asked.n, hashOf(target.slug), attempt.n) * 2 ** 31));
  const calledAt = clock.now();
  const act = conduct(calledAt - START, luck);
  const until = (at: number) => clock.sleep(at - clock.now(), signal);
  const timeout = async (which: 'first_token' | 'deadline'): Promise<AttemptOutcome<Act>> => {
    await until(which === 'deadline' ? deadlineAt : firstTokenBy);
    const failure = {
      class: 'timeout',
      status: null,
      code: null,
      message: '',
      retryAfterMs: null,
      timeout: which,
    } as const;
    return { kind: 'failed', failure };
  };
  const held = asked.stream && entry.flow.policy.buffer;
  if (asked.stream && act.firstTokenMs !== null) {
    if (calledAt + act.firstTokenMs > firstTokenBy) return timeout('first_token');
    await until(calledAt + act.firstTokenMs);
    if (!held) return { kind: 'committed', value: act, firstTokenMs: act.firstTokenMs };
    onFirstToken(act.firstTokenMs);
  } else if (calledAt + act.endMs > Math.min(firstTokenBy, deadlineAt)) {
    return timeout(firstTokenBy < deadlineAt ? 'first_token' : 'deadline');
  }
  await until(calledAt + act.endMs);
  if (act.failure !== null) return { kind: 'failed', failure: act.failure };
  return { kind: 'committed', value: act, firstTokenMs: act.firstTokenMs ?? act.endMs };
}

/** The hour as a replay gets it. */
export function planOf(
  hour: Hour,
  draft: { policy?: PolicyInput; chain?: string[] } | null = null,
  seed = 7,
): ReplayPlan {
  const { policy = {}, chain = ALL, minutes = 60 } = hour.setup;
  const live = flowOf(policy, chain);
  return {
    flow: 'chat',
    fromWallMs: START,
    toWallMs: START + minutes * MINUTE,
    seed,
    world: worldOf(live, policy, chain),
    draft: draft === null ? null : flowOf(draft.policy ?? policy, draft.chain ?? chain),
    requests: hour.requests.toSorted((a, b) => a.atWallMs - b.atWallMs),
    counts: hour.counts,
    logged: hour.setup.forgetful === true ? NOTHING_LOGGED : loggedOf(hour.log, ['chat'], 100_000),
    left: hour.left,
    version: 3,
    past: [],
    edges: hour.edges,
  };
}

export function flowOf(input: PolicyInput, chain: readonly string[]): ReplayFlow {
  const policy = policySchema.parse(input);
  const engine = indexSnapshot(snapshot(policy, chain)).flowList[0]?.engine;
  if (engine === undefined) throw new Error('No flow.');
  return { engine, midStream: policy.midStream, buffer: policy.buffer };
}

export function worldOf(live: ReplayFlow, policy: PolicyInput, chain: readonly string[]): ReplayWorld {
  const { targets, breaker } = indexSnapshot(snapshot(policySchema.parse(policy), chain)).engine;
  return { targets, breaker, flows: new Map([['chat', live]]), prices: new Map(), overrides: [] };
}
