import type { Replay, ReplayInput } from '#lib/contract/replay.ts';
import { edgeOf } from '#lib/replay/from-transition.ts';
import { replay } from '#lib/replay/replay.ts';
import type { ReplayHost, ReplayPlan } from '#lib/replay/types.ts';
import type { EndingCount } from '#lib/store/rollups.ts';
import type { Store } from '#lib/store/store.ts';
import { authorise } from '../actor.ts';
import { inForce } from '../change.ts';
import { invalid } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { turn } from '../turn.ts';
import { type Log, loggedOf } from './replay-logged.ts';
import { overridesSince } from './replay-overrides.ts';
import { pastOf } from './replay-past.ts';
import { readRequests } from './replay-requests.ts';
import { replayFlow, replayWorld, uncalled } from './replay-world.ts';
import { type FlowEdit, faultsOfFlow, flowAmongAll } from './save.ts';

const HOUR_MS = 3_600_000;
const LONGEST_MS = 24 * HOUR_MS;
/** What came before the span, so that breakers and budgets begin as they were: the shortest of these with enough requests. */
const WARM_UPS_MS = [HOUR_MS / 6, HOUR_MS, 6 * HOUR_MS];
const WARM_FROM = 300;
const PAST_MS = 24 * HOUR_MS;
const MOST_EVENTS = 5_000;
/** Attempts of each flow that are looked at beside the recorded ones. */
const MOST_LOGGED = 40_000;

const replays = new OneAtATime(
  4,
  'Several replays are under way already. Wait for them to end, then ask again.',
);

/**
 * What would have happened to the flow's recorded requests of a span under another chain and policy, beside what did. Sends nothing and
 * changes nothing; the work gives the thread away between any two steps, and only one replay runs at a time.
 * @param log every attempt that this process remembers
 * @param signal ends it early, with its reason
 * @throws ControlError `not_found`; `invalid` (`draft.chain.1`, `draft.policy.…`, `fromWallMs`, `toWallMs`); `rate_limited` when several wait
 */
export async function replayFlowRequests({
  ctx,
  input,
  log,
  signal,
}: {
  ctx: ControlContext;
  input: ReplayInput & { slug: string };
  log: Log;
  signal?: AbortSignal | undefined;
}): Promise<Replay> {
  authorise(ctx);
  const startedAt = ctx.now();
  const span = spanOf(input, startedAt);
  const edit = await ctx.store.transaction((tx) => flowAmongAll(tx, input.slug));
  refuseDraft(edit, input.draft);
  return replays.run(ctx.store, async () => {
    const host = { turn, signal };
    const plan = await planOf({ ctx, log, host }, edit, input, span);
    const replayed = await replay(plan, host);
    const { slug, seed } = input;
    return { flow: slug, ...span, seed, ...replayed, tookMs: ctx.now() - startedAt };
  });
}

interface Span {
  fromWallMs: number;
  toWallMs: number;
}

function spanOf({ fromWallMs, toWallMs }: Partial<Span>, nowWallMs: number): Span {
  const to = Math.min(toWallMs ?? nowWallMs, nowWallMs);
  const from = fromWallMs ?? to - HOUR_MS;
  if (from >= to) {
    const message = 'The span must begin before it ends, and before now.';
    throw invalid([{ path: 'fromWallMs', message }]);
  }
  if (to - from > LONGEST_MS) {
    const message = 'At most 24 hours are replayed at once: choose a later start, or an earlier end.';
    throw invalid([{ path: 'fromWallMs', message }]);
  }
  return { fromWallMs: from, toWallMs: to };
}

function refuseDraft({ rows, current }: FlowEdit, draft: ReplayInput['draft']): void {
  if (draft === null) return;
  const faults = faultsOfFlow(rows, { ...current, published: draft });
  if (faults.length === 0) return;
  throw invalid(faults.map(({ path, message }) => ({ path: `draft.${path}`, message })));
}

interface Sources {
  ctx: ControlContext;
  log: Log;
  host: ReplayHost;
}

async function planOf(
  { ctx, log, host }: Sources,
  { rows, current }: FlowEdit,
  { slug, seed, draft }: ReplayInput & { slug: string },
  { fromWallMs, toWallMs }: Span,
): Promise<ReplayPlan> {
  const { store } = ctx;
  const chains = [current.published.chain, ...(draft === null ? [] : [draft.chain])];
  const world = replayWorld(rows, chains);
  const flows = [...world.flows.keys()];
  const warm = { fromWallMs: await warmFrom(store, slug, fromWallMs), toWallMs };
  const neighbours = flows.filter((one) => one !== slug);
  const requests = await readRequests({ store, signal: host.signal }, slug, neighbours, warm);
  const entries = await store.audit.overridesSince(warm.fromWallMs);
  const overrides = inForce(await store.overrides.list(), ctx.now());
  await host.turn();
  const targets = uncalled(chains, requests);
  const before = { fromWallMs: warm.fromWallMs - PAST_MS, toWallMs: warm.fromWallMs };
  const past =
    targets.length === 0 ? [] : pastOf(await store.rollups.list({ kind: 'attempt', targets, ...before }));
  await host.turn();
  const edges = await store.events.edges({ ...warm, limit: MOST_EVENTS });
  await host.turn();
  return {
    flow: slug,
    fromWallMs,
    toWallMs,
    seed,
    world: { ...world, overrides: overridesSince(overrides, entries, warm.fromWallMs) },
    draft: draft === null ? null : replayFlow(slug, draft),
    requests,
    counts: await countsOf(store, { ...warm, flows }),
    logged: loggedOf(log, flows, MOST_LOGGED),
    left: await store.pastRequests.countLeft({ flows: [slug], fromWallMs, toWallMs }),
    version: current.published.number,
    past,
    edges: edges.flatMap(edgeOf),
  };
}

async function warmFrom(store: Store, flow: string, fromWallMs: number): Promise<number> {
  for (const warmUpMs of WARM_UPS_MS) {
    const span = { flows: [flow], fromWallMs: fromWallMs - warmUpMs, toWallMs: fromWallMs };
    const there = await store.pastRequests.count({ ...span, primary: true }, WARM_FROM);
    if (there >= WARM_FROM) return span.fromWallMs;
    await turn();
  }
  return fromWallMs - 6 * HOUR_MS;
}

/** An hour at a time, and no span that is not over. */
async function countsOf(store: Store, span: Span & { flows: readonly string[] }): Promise<EndingCount[]> {
  const { toWallMs } = span;
  const counts: EndingCount[] = [];
  for (let from = span.fromWallMs; from < toWallMs; from += HOUR_MS) {
    const hour = { ...span, fromWallMs: from, toWallMs: Math.min(toWallMs, from + HOUR_MS) };
    counts.push(...(await store.rollups.endings(hour)));
    await turn();
  }
  return counts.filter(({ startWallMs, spanSeconds }) => startWallMs + spanSeconds * 1000 <= toWallMs);
}
