import { type Assumption, assumed, type ViewLookup } from './assume.ts';
import { blockedByViews } from './blocked.ts';
import { seconds } from './breaker-state.ts';
import { ending, reasonOfSkip } from './ending.ts';
import { type Awaited, awaited } from './explain-patience.ts';
import type { Unfit } from './run-types.ts';
import { allowsBackup, type ChainPlan, type PlanStep, planChain, type Skip } from './select-plan.ts';
import type { EngineFlow, EngineTarget, RequestNeeds, ScopeKind, SkipReason, Stakes } from './types.ts';

export type { Assumption, ViewLookup } from './assume.ts';

/** A request that nobody has to send. */
export interface HypotheticalRequest {
  stakes: Stakes | null;
  stream: boolean;
  needs: RequestNeeds;
  /** Length of the prompt, tokens; absent or null: not known, so no target is too small for it. */
  inputTokens?: number | null;
  /** What is taken for granted about scopes, whatever their views say. */
  assume?: readonly Assumption[];
}

export interface ExplainInput {
  flow: EngineFlow;
  target: (slug: string) => EngineTarget | undefined;
  /** A scope as it was last seen; undefined: not reported yet, which blocks nothing. */
  view: ViewLookup;
  nowWallMs: number;
  request: HypotheticalRequest;
}

export interface ExplainedStep {
  target: string;
  verdict: 'chosen' | 'standby' | 'skipped';
  /** Of the primary's model family, and not the primary itself. */
  alternate: boolean;
  /** Why it is passed over, as in a trail's skips; null: it is not. */
  reason: SkipReason | null;
  /** The scope that decided. */
  scope: ScopeKind | null;
  scopeId: string | null;
  text: string;
  /** When it may be called again by itself; null: waiting does not help, or need not. */
  dueAtWallMs: number | null;
}

export interface Explanation {
  /** Whether such a request may be answered by a backup model. */
  servesBackup: boolean;
  primary: string | null;
  /** Called first; null: nobody is. */
  chosen: string | null;
  /** The chosen one, when it is called only because everything is open. */
  lastResort: string | null;
  /** The chain in its order, each target once. */
  steps: ExplainedStep[];
  /** What the caller would get, in a sentence or two. */
  answer: string;
}

/** Where a recovering target takes only some of the requests, the question is about the middle one of a hundred. */
const MIDDLE = 0.5;

/**
 * Who such a request would be sent to now, why not to the others, and what its caller would get. Pure: it is the plan that the
 * failover loop would make, from views instead of live scopes, told in words.
 */
export function explain(input: ExplainInput): Explanation {
  const { flow, request, nowWallMs } = input;
  const view = assumed(input.view, request.assume ?? [], input.target, flow, nowWallMs);
  const plan = planChain({
    flow,
    target: input.target,
    blocked: (target) => blockedByViews(target, view, nowWallMs),
    needs: request.needs,
    stakes: request.stakes,
    unfit: (target) => tooSmall(target, request.inputTokens ?? null),
    rampShare: (target) => view('target', target.slug)?.ramp?.share ?? 1,
    random: () => MIDDLE,
  });
  const first = plan.steps.find((step) => step.kind === 'candidate')?.target ?? plan.lastResort;
  const chosen = typeof first === 'string' ? null : first;
  const waits = awaited(plan, chosen, flow, input.target, nowWallMs);
  const called = waits?.target ?? chosen;
  const probe = called !== null && isProbe(called, view);
  const spoken =
    waits === null ? answer(plan, chosen, probe, input) : patient(waits, probe, plan, chosen, input);
  return {
    servesBackup: allowsBackup(flow, request.stakes),
    primary: plan.primary?.slug ?? null,
    chosen: called?.slug ?? null,
    lastResort: waits === null ? (plan.lastResort?.slug ?? null) : null,
    steps: steps(plan, called, waits, probe, input.target),
    answer: [spoken, ...recovering(plan, view)].join(' '),
  };
}

function steps(
  plan: ChainPlan,
  chosen: EngineTarget | null,
  waits: Awaited | null,
  probe: boolean,
  target: ExplainInput['target'],
): ExplainedStep[] {
  const told = new Map<string, ExplainedStep>();
  for (const step of plan.steps) {
    const slug = step.kind === 'candidate' ? step.target.slug : step.target;
    const { primary } = plan;
    const sameModel = primary !== null && target(slug)?.modelFamily === primary.modelFamily;
    const alternate = sameModel && slug !== primary.slug;
    // A recovering target that was passed over comes twice; that it was is the news.
    if (!told.has(slug))
      told.set(slug, { target: slug, alternate, ...verdictOf(step, slug === chosen?.slug, waits, probe) });
  }
  return [...told.values()];
}

function verdictOf(
  step: PlanStep,
  chosen: boolean,
  waits: Awaited | null,
  probe: boolean,
): Omit<ExplainedStep, 'target' | 'alternate'> {
  if (step.kind === 'skip') {
    const { reason, scope, scopeId, dueAt } = step;
    const how =
      waits === null ? 'Called as the last resort.' : 'Waited for, before a backup model is called.';
    const text = chosen ? `${how} ${step.text}` : step.text;
    return { verdict: chosen ? 'chosen' : 'skipped', reason, scope, scopeId, text, dueAtWallMs: dueAt };
  }
  const text = chosen
    ? probe
      ? 'This call would be the probe that finds out whether it is back.'
      : 'Nothing keeps calls from it.'
    : 'Asked if nobody before it answers.';
  const verdict = chosen ? 'chosen' : 'standby';
  return { verdict, reason: null, scope: null, scopeId: null, text, dueAtWallMs: null };
}

function answer(plan: ChainPlan, chosen: EngineTarget | null, probe: boolean, input: ExplainInput): string {
  const { primary } = plan;
  if (chosen === null || primary === null) return nobody(plan, input);
  const { slug } = chosen;
  const marked = chosen.modelFamily !== primary.modelFamily;
  if (plan.lastResort !== null) {
    const badge = marked ? ' Its answer is marked as degraded because it is a backup model.' : '';
    return `${slug} is called as the last resort, since every target of this flow is held to be down.${badge} If it fails, ${graceful(input)}.`;
  }
  const called = `${slug} ${probe ? 'is asked as a probe, and answers if it is back' : 'answers'}`;
  if (slug === primary.slug) return `${called}.`;
  return marked
    ? `${called}, marked as degraded because it is a backup model.`
    : `${called} in place of ${primary.slug}: the same model, so nothing is marked.`;
}

/** The flow waits for its primary's family first. */
function patient(
  { target, waitMs, probing }: Awaited,
  probe: boolean,
  plan: ChainPlan,
  chosen: EngineTarget | null,
  input: ExplainInput,
): string {
  const { slug } = target;
  const patienceMs = input.flow.policy.patience?.ms ?? 0;
  const called = probing
    ? `${slug} is waited for, ${seconds(patienceMs)} at most: its probe is out, and it is called if that goes well`
    : `${slug} is ${waitMs > 0 ? `waited for and called in ${seconds(waitMs)}` : 'called'}${probe ? ' as a probe' : ''}`;
  const otherwise = chosen === null ? graceful(input) : answer(plan, chosen, false, input);
  return `${called}. If it does not answer, ${otherwise.replace(/\.$/, '')}.`;
}

function recovering({ steps }: ChainPlan, view: ViewLookup): string[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'skip' || step.reason !== 'ramp') return [];
    const share = view('target', step.target)?.ramp?.share ?? 1;
    return [`While it recovers, ${step.target} takes ${Math.round(share * 100)} % of such requests.`];
  });
}

/** How such a request ends when nobody is called, by the loop's own rule. */
function nobody(plan: ChainPlan, input: ExplainInput): string {
  const { nowWallMs, flow } = input;
  const skips = plan.steps.filter((step) => step.kind === 'skip');
  const first = skips.find(({ target }) => target === plan.primary?.slug);
  const end = ending({
    trail: [],
    attempts: 0,
    failures: [],
    skips,
    primary: plan.primary,
    backups: allowsBackup(flow, input.request.stakes),
    reason: first === undefined ? null : reasonOfSkip(first.reason, first.class),
    comebacks: comebacks(skips),
    now: nowWallMs,
    degradedRetryAfterMs: flow.policy.degradedRetryAfterMs,
  });
  if (end.kind === 'failed') return `Nobody is called: the caller gets an error. ${end.failure.message}`;
  const back = end.kind === 'refused' ? `, and is told to come back in ${seconds(end.retryAfterMs)}` : '';
  return `Nobody is called: ${graceful(input)}${back}.`;
}

function comebacks(skips: readonly Skip[]): number[] {
  return skips.flatMap(({ dueAt }) => dueAt ?? []);
}

function graceful({ flow }: ExplainInput): string {
  return `the caller gets the graceful message of ${flow.slug}`;
}

function tooSmall({ slug, contextWindow }: EngineTarget, inputTokens: number | null): Unfit | null {
  if (inputTokens === null || contextWindow === null || inputTokens <= contextWindow) return null;
  const text = `The request's ${inputTokens} tokens do not fit into the ${contextWindow} that ${slug} takes.`;
  return { reason: 'context_window', text };
}

/** Whether a call that nothing keeps out would be let through on probation only. */
function isProbe({ slug, endpointId, provider }: EngineTarget, view: ViewLookup): boolean {
  const scopes = [view('target', slug), view('endpoint', endpointId), view('provider', provider)];
  const bypassed = scopes.findIndex((scope) => scope?.effective === 'forced_closed');
  return scopes.slice(0, bypassed < 0 ? scopes.length : bypassed).some((scope) => {
    if (scope === undefined || scope.shadow !== null) return false;
    return scope.state !== 'closed' || scope.derived !== null;
  });
}
