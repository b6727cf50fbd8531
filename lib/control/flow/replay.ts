import type { Replay, ReplayInput } from '#lib/contract/replay.ts';
import { edgeOf } from '#lib/replay/from-transition.ts';
import { replay } from '#lib/replay/replay.ts';
import type { BreakerEdge, ReplayHost, ReplayPlan } from '#lib/replay/types.ts';
import type { Store } from '#lib/store/store.ts';
import { authorise } from '../actor.ts';
import { inForce } from '../change.ts';
import { invalid } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { turn } from '../turn.ts';
import { overridesSince } from './replay-overrides.ts';
import { pastOf } from './replay-past.ts';
import { readRequests } from './replay-requests.ts';
import { replayFlow, replayWorld, uncalled } from './replay-world.ts';
import { type FlowEdit, faultsOfFlow, flowAmongAll } from './save.ts';

const HOUR_MS = 3_600_000;
const LONGEST_MS = 24 * HOUR_MS;
/** What came before the span, so that breakers and budgets begin as they were. */
const WARM_UP_MS = 600_000;
const PAST_MS = 24 * HOUR_MS;
const EVENTS_A_PAGE = 200;
const MOST_EVENTS = 5_000;

const replays = new OneAtATime(
  4,
  'Several replays are under way already. Wait for them to end, then ask again.',
);

const host: ReplayHost = { turn };

/**
 * What would have happened to the flow's recorded requests of a span under another chain and policy, beside what did. Sends nothing and
 * changes nothing; the work gives the thread away between any two steps, and only one replay runs at a time.
 * @throws ControlError `not_found`; `invalid` (`draft.chain.1`, `draft.policy.…`, `fromWallMs`, `toWallMs`); `rate_limited` when several wait
 */
export async function replayFlowRequests({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: ReplayInput & { slug: string };
}): Promise<Replay> {
  authorise(ctx);
  const startedAt = ctx.now();
  const span = spanOf(input, startedAt);
  const edit = await ctx.store.transaction((tx) => flowAmongAll(tx, input.slug));
  refuseDraft(edit, input.draft);
  return replays.run(ctx.store, async () => {
    const plan = await planOf(ctx, edit, input, span);
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

async function planOf(
  ctx: ControlContext,
  { rows, current }: FlowEdit,
  { slug, seed, draft }: ReplayInput & { slug: string },
  { fromWallMs, toWallMs }: Span,
): Promise<ReplayPlan> {
  const { store } = ctx;
  const chains = [current.published.chain, ...(draft === null ? [] : [draft.chain])];
  const world = replayWorld(rows, chains);
  const warm = { fromWallMs: fromWallMs - WARM_UP_MS, toWallMs };
  const requests = await readRequests(store, { ...warm, flows: [...world.flows.keys()] });
  const entries = await store.audit.overridesSince(warm.fromWallMs);
  const overrides = inForce(await store.overrides.list(), ctx.now());
  const counts = await store.rollups.list({ kind: 'request', ...warm });
  const targets = uncalled(chains, requests);
  const before = { fromWallMs: warm.fromWallMs - PAST_MS, toWallMs: warm.fromWallMs };
  const past =
    targets.length === 0 ? [] : pastOf(await store.rollups.list({ kind: 'attempt', targets, ...before }));
  return {
    flow: slug,
    fromWallMs,
    toWallMs,
    seed,
    world: { ...world, overrides: overridesSince(overrides, entries, warm.fromWallMs) },
    draft: draft === null ? null : replayFlow(slug, draft),
    requests,
    counts: counts.filter(({ flow }) => world.flows.has(flow)),
    left: await store.pastRequests.countLeft({ flows: [slug], fromWallMs, toWallMs }),
    version: current.published.number,
    past,
    edges: await edgesOf(store, warm),
  };
}

/** In the order of time; of a storm, the latest. */
async function edgesOf(store: Pick<Store, 'events'>, span: Span): Promise<BreakerEdge[]> {
  const edges: BreakerEdge[][] = [];
  let read = 0;
  for (let before: number | null = null; read < MOST_EVENTS; ) {
    const page: Awaited<ReturnType<Store['events']['list']>> = await store.events.list({
      ...span,
      before,
      limit: EVENTS_A_PAGE,
    });
    await turn();
    for (const event of page.items) edges.unshift(edgeOf(event));
    read += page.items.length;
    if (page.nextCursor === null) break;
    before = Number(page.nextCursor);
  }
  return edges.flat();
}
