import type { PolicyInput } from '#lib/contract/policy.ts';
import { NOTHING_LOGGED } from '#lib/control/flow/replay-logged.ts';
import type { RecordedAttempt, RecordedRequest, ReplayPlan } from '#lib/replay/types.ts';
import { flowOf, MINUTE, START, worldOf } from './hour.ts';

/** A call that was answered at once. */
export function attempt(target: string, differs: Partial<RecordedAttempt> = {}): RecordedAttempt {
  return {
    target,
    startedMs: 0,
    waitedMs: 0,
    durationMs: 1_000,
    firstTokenMs: 300,
    outcome: 'ok',
    verdict: 'ok',
    status: 200,
    retryAfterMs: null,
    connect: false,
    probe: false,
    lastResort: false,
    hedge: false,
    resume: false,
    ...differs,
  };
}

/** A call that failed at once. */
export function failure(
  target: string,
  outcome: string,
  differs: Partial<RecordedAttempt> = {},
): RecordedAttempt {
  const told = { outcome, durationMs: 100, firstTokenMs: null, verdict: 'failure', status: 503 } as const;
  return attempt(target, { ...told, ...differs });
}

let made = 0;

/** A streamed request that the primary answered. @param second when it came */
export function request(second: number, differs: Partial<RecordedRequest> = {}): RecordedRequest {
  made += 1;
  return {
    id: `req_${made}`,
    atWallMs: START + second * 1_000,
    weight: 1,
    flow: 'chat',
    flowVersion: 3,
    embeddings: false,
    stream: true,
    stakes: null,
    outcome: 'primary',
    durationMs: 1_000,
    firstTokenMs: 300,
    served: 'main',
    usage: { inputTokens: 1_000, outputTokens: 100 },
    attempts: [attempt('main')],
    skips: [],
    ...differs,
  };
}

/** One that comes every second, for as many seconds. */
export function steady(seconds: number, differs: Partial<RecordedRequest> = {}, from = 0): RecordedRequest[] {
  return Array.from({ length: seconds }, (_, at) => request(from + at, differs));
}

export interface PlanSetup {
  policy?: PolicyInput;
  chain?: string[];
  draft?: { policy?: PolicyInput; chain?: string[] };
}

/** These requests within one hour, over the three targets of `hour.ts`. */
export function planWith(
  requests: readonly RecordedRequest[],
  { policy = {}, chain = ['main', 'twin', 'spare'], draft }: PlanSetup = {},
): ReplayPlan {
  const live = flowOf(policy, chain);
  return {
    flow: 'chat',
    fromWallMs: START,
    toWallMs: START + 60 * MINUTE,
    seed: 1,
    world: worldOf(live, policy, chain),
    draft: draft === undefined ? null : flowOf({ ...policy, ...draft.policy }, draft.chain ?? chain),
    requests: requests.toSorted((a, b) => a.atWallMs - b.atWallMs),
    counts: [],
    logged: NOTHING_LOGGED,
    left: 0,
    version: 3,
    past: [],
    edges: [],
  };
}
