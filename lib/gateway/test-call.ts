import type { ListedModel, TestCall, TestResult } from '#lib/contract/test-call.ts';
import type { Failure } from '#lib/engine/types.ts';
import { credentialProblem } from '#lib/wire/credential-problem.ts';
import { readModelList } from '#lib/wire/listing/read.ts';
import { type ListStep, listSteps } from '#lib/wire/listing/steps.ts';
import { targetFailure } from '#lib/wire/target-failure.ts';
import type { UpstreamTarget } from '#lib/wire/types.ts';
import { buildUpstream, readCompletion } from '#lib/wire/upstream.ts';
import { protocolViolation, withoutSecret } from './failures.ts';
import { tinyQuestion } from './tiny-question.ts';
import { exchangeWhole, type WholeCallDeps } from './whole-call.ts';

/** How long a test may take, all of its calls together. */
const TEST_MS = 10_000;

type Outcome = Pick<TestResult, 'how' | 'listable' | 'models' | 'failure'>;

/**
 * Calls a provider once, past the engine: nothing of it counts for or against anybody, and no part of the key is in the result.
 * Never rejects; takes ten seconds at most.
 */
export async function testCall(deps: WholeCallDeps, call: TestCall): Promise<TestResult> {
  const { clock } = deps;
  const startedAt = clock.now();
  const target: UpstreamTarget = { ...call, model: call.model ?? '', adapter: null };
  const outcome = misconfigured(target) ?? (await tried(deps, call, target, startedAt + TEST_MS));
  const { failure } = outcome;
  return {
    ...outcome,
    ok: failure === null,
    failure: failure === null ? null : withoutSecret(failure, call.credential),
    latencyMs: Math.round(clock.now() - startedAt),
  };
}

function tried(
  deps: WholeCallDeps,
  call: TestCall,
  target: UpstreamTarget,
  deadlineAt: number,
): Promise<Outcome> | Outcome {
  if (call.model !== null) return asked(deps, target, deadlineAt);
  const steps = listSteps(target);
  if (steps !== null) return listed(deps, target, steps, deadlineAt);
  const message = 'This vendor has no list of models to ask for: name a model, and it is asked itself.';
  return {
    ...NOTHING,
    listable: false,
    failure: { ...BARE, class: 'model_not_found', code: 'no_list', message },
  };
}

/** What can be seen without a call. */
function misconfigured(target: UpstreamTarget): Outcome | null {
  const { kind, credential } = target;
  const listable = kind !== 'vertex';
  const unreadable = credential === null ? null : credentialProblem(kind, credential);
  if (unreadable !== null) {
    const failure: Failure = { ...BARE, class: 'auth', code: 'unreadable_credential', message: unreadable };
    return { ...NOTHING, listable, failure };
  }
  const failure = targetFailure(target);
  return failure === null ? null : { ...NOTHING, listable, failure };
}

async function listed(
  deps: WholeCallDeps,
  target: UpstreamTarget,
  steps: readonly ListStep[],
  deadlineAt: number,
): Promise<Outcome> {
  const models: ListedModel[] = [];
  let listable = false;
  for (const step of steps) {
    const found = await follow(deps, target, step, deadlineAt);
    if (found.failure !== null && !step.optional) return { ...NOTHING, how: 'list', failure: found.failure };
    if (found.models === null) continue;
    listable = true;
    models.push(...found.models);
  }
  return { how: 'list', listable, models, failure: null };
}

/** `models`: null where the step is not about models, or failed. */
async function follow(
  deps: WholeCallDeps,
  target: UpstreamTarget,
  step: ListStep,
  deadlineAt: number,
): Promise<{ models: ListedModel[] | null; failure: Failure | null }> {
  const reply = await exchangeWhole(deps, { ...step, body: '', method: 'GET' }, target, deadlineAt);
  if (reply.kind === 'failed') {
    const { failure } = reply;
    const absent = failure.status === 404 && step.otherwise !== null;
    return absent ? follow(deps, target, step.otherwise ?? step, deadlineAt) : { models: null, failure };
  }
  if (step.gives === 'key') return { models: null, failure: null };
  const models = readModelList(reply.body);
  const what = 'The answer is no list of models.';
  return models === null
    ? { models, failure: { ...protocolViolation(reply.status, what), code: 'no_list' } }
    : { models, failure: null };
}

async function asked(deps: WholeCallDeps, target: UpstreamTarget, deadlineAt: number): Promise<Outcome> {
  const request = tinyQuestion(target.model, false);
  const built = buildUpstream(request, target);
  const listable = listSteps(target) !== null;
  if (!built.ok) return { ...NOTHING, listable, failure: built.failure };
  const reply = await exchangeWhole(deps, built.request, target, deadlineAt);
  const outcome = { ...NOTHING, how: 'completion', listable } as const;
  if (reply.kind === 'failed') return { ...outcome, failure: reply.failure };
  const read = readCompletion(request, target, reply.body, { nowWallMs: deps.clock.wall() });
  return read.ok ? outcome : { ...outcome, failure: read.failure };
}

const BARE = { status: null, retryAfterMs: null } as const;
const NOTHING: Outcome = { how: null, listable: true, models: [], failure: null };
