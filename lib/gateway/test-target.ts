import type { Policy } from '#lib/contract/policy.ts';
import type { TargetTestResult } from '#lib/contract/test-call.ts';
import type { RunOutcome } from '#lib/engine/run-types.ts';
import type { Failure } from '#lib/engine/types.ts';
import type { Answer } from './answer.ts';
import { createCallTarget } from './attempt.ts';
import { chatCalls } from './chat-calls.ts';
import { newRequestId } from './request-id.ts';
import { attemptsOf, type FinishedRequest } from './request-record.ts';
import type { GatewayServices } from './services.ts';
import { type FlowEntry, indexFlow, type SnapshotIndex, type TargetEntry } from './snapshot-index.ts';
import { testCall } from './test-call.ts';
import { tinyQuestion } from './tiny-question.ts';

/** How long a test waits; a model that thinks for longer is not held to be at fault. */
const PATIENCE_MS = 25_000;

/** One attempt, no retry, and no other model. Written out: the schema that fills in defaults would cost this process 10 MB. */
const POLICY: Policy = {
  mode: 'quality',
  defaultStakes: 'low',
  primaryPatience: { seconds: 0, retries: 0 },
  badge: { on: false, text: 'Answered by backup model', language: 'en' },
  degraded: { as: 'error', message: 'Try again in a moment.', retryAfterSeconds: 30 },
  timeouts: { firstTokenSeconds: 15, idleSeconds: 30, totalSeconds: 120 },
  retry: { maxPerTarget: 0, maxAttempts: 1, budgetPerSuccess: 0 },
  contentFilter: 'propagate',
  contextOverflow: 'propagate',
  hedge: { on: false, minDelaySeconds: 0.8, share: 0.05 },
  midStream: 'error',
  prefill: false,
  buffer: false,
  untranslatable: 'drop',
};

/**
 * Asks one target a tiny question through the engine, as a request that has nowhere else to go: its answer is judged, counted and
 * recorded like any other, so that it cannot disagree with what the lists show. It is let go at its first token. A disabled target
 * is called past the engine, and that counts for nothing. Never rejects.
 */
export async function testTarget(services: GatewayServices, slug: string): Promise<TargetTestResult> {
  const { index } = services;
  const target = index?.targets.get(slug);
  if (index === null || target === undefined) {
    return { ...UNTRIED, note: `The gateway has no target "${slug}".` };
  }
  return target.engine.enabled ? throughEngine(services, index, target) : pastEngine(services, target);
}

async function throughEngine(
  services: GatewayServices,
  index: SnapshotIndex,
  target: TargetEntry,
): Promise<TargetTestResult> {
  const flow = flowOver(index, target.engine.slug);
  const { clock } = services;
  const startedAt = clock.now();
  const began: Began = { id: newRequestId(), atWallMs: clock.wall(), flow };
  const calls = chatCalls(tinyQuestion(target.engine.model, true), flow, services);
  const patience = new AbortController();
  const over = new AbortController();
  clock.sleep(PATIENCE_MS, over.signal).then(
    () => patience.abort(),
    () => {},
  );
  const { signal } = patience;
  const request = { flow: flow.engine, stream: true, stakes: null, needs: calls.needs, startedAt, signal };
  const outcome = await services.engine.run(request, createCallTarget(services, flow, calls));
  if (outcome.kind === 'served') {
    if (outcome.value.kind === 'stream') outcome.value.abort();
    outcome.finish(null);
  }
  over.abort();
  const durationMs = clock.now() - startedAt;
  services.recorder.add(recordOf(began, outcome, durationMs));
  return resultOf(began.id, outcome, durationMs);
}

interface Began {
  id: string;
  atWallMs: number;
  flow: FlowEntry;
}

/** A flow of its own, which no client can name. */
function flowOver({ targets }: SnapshotIndex, target: string): FlowEntry {
  const chain = [{ target, enabled: true, adapter: null }];
  const flow = { slug: '', name: 'Test call', aliases: [], version: 0, chain, policy: POLICY };
  return indexFlow(flow, targets);
}

function recordOf(
  { id, atWallMs, flow }: Began,
  outcome: RunOutcome<Answer>,
  durationMs: number,
): FinishedRequest {
  const served = outcome.kind === 'served' ? (flow.targets.get(outcome.target.slug) ?? null) : null;
  const { trail } = outcome;
  return {
    id,
    atWallMs,
    flow,
    key: null,
    face: 'chat',
    stream: true,
    stakes: null,
    ...ENDINGS[outcome.kind],
    served,
    degraded: false,
    reason: null,
    badge: false,
    durationMs,
    usage: null,
    trail,
    malformedEvents: 0,
  };
}

const ENDINGS = {
  served: { outcome: 'primary', status: 200 },
  refused: { outcome: 'refused', status: 503 },
  failed: { outcome: 'failed', status: 502 },
  aborted: { outcome: 'aborted', status: 499 },
} as const;

function resultOf(requestId: string, outcome: RunOutcome<Answer>, durationMs: number): TargetTestResult {
  const [attempt] = attemptsOf(outcome.trail);
  const latencyMs = Math.round(attempt?.firstTokenMs ?? attempt?.durationMs ?? durationMs);
  const result = { ...UNTRIED, requestId, latencyMs };
  switch (outcome.kind) {
    case 'served':
      return { ...result, ok: true, counted: true };
    case 'failed':
      return { ...result, counted: attempt !== undefined, failure: outcome.failure };
    case 'refused':
      return attempt?.failure == null
        ? { ...result, note: `Not called. ${skipWords(outcome)}` }
        : { ...result, counted: true, failure: attempt.failure };
    case 'aborted':
      return {
        ...result,
        failure: silence(),
        note: 'It counts against nobody: some models think for longer.',
      };
    default:
      return outcome satisfies never;
  }
}

function skipWords({ trail }: RunOutcome<Answer>): string {
  const skip = trail.find((entry) => entry.kind === 'skip');
  return skip?.kind === 'skip' ? skip.text : 'Its breaker lets no call through now.';
}

function silence(): Failure {
  const message = `No answer within ${PATIENCE_MS / 1000} s.`;
  return { class: 'timeout', status: null, code: null, message, retryAfterMs: null, timeout: 'first_token' };
}

async function pastEngine(services: GatewayServices, { upstream }: TargetEntry): Promise<TargetTestResult> {
  const { kind, baseUrl, region, credential, model, deployment } = upstream;
  const tried = await testCall(services, { kind, baseUrl, region, credential, model, deployment });
  const { ok, latencyMs, failure } = tried;
  const note = 'The target is drained, so its breaker does not count this call.';
  return { ...UNTRIED, ok, latencyMs, failure, note };
}

const UNTRIED: TargetTestResult = {
  ok: false,
  counted: false,
  note: null,
  latencyMs: 0,
  requestId: null,
  failure: null,
};
