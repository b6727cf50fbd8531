import { type Gap, gapsOf } from './gaps.ts';
import { drawFor, hashOf } from './random.ts';
import { keep, lowerBound, oneNear } from './search.ts';
import { inSteps } from './steps.ts';
import type { RecordedRequest, ReplayPlan } from './types.ts';
import { unrecorded } from './unrecorded.ts';

/** More requests than this are not replayed one by one: plain ones of quiet times then stand for several. */
export const MAX_ARRIVALS = 30_000;
/** A request that is filled in looks like one of so many recorded ones nearby. */
const LIKE_ONE_OF = 8;
/** Around trouble every request counts: breakers go by the calls that they see. */
const TROUBLE_MARGIN_MS = 90_000;

/** One request of the replay. */
export interface Arrival {
  /** Its own number, for draws. */
  key: number;
  atWallMs: number;
  /** How many requests it stands for. */
  weight: number;
  /** True: a plain success that was not recorded; `request` is a recorded one like it. */
  filled: boolean;
  request: RecordedRequest;
}

export interface Arrivals {
  /** In the order of time. */
  list: Arrival[];
  /** Requests that were counted but are like none that was recorded. */
  unlike: number;
}

/** The recorded requests, and between them the plain successes that were not recorded: from the log, else as many as were counted. */
export async function arrivalsOf(
  plan: ReplayPlan,
  turn: () => Promise<void>,
  most = MAX_ARRIVALS,
): Promise<Arrivals> {
  const list: Arrival[] = [];
  await inSteps(plan.requests, turn, (request) => {
    const { id, atWallMs, weight } = request;
    list.push({ key: hashOf(id), atWallMs, weight, filled: false, request });
  });
  const { logged, seed } = plan;
  const templates = templatesOf(plan.requests);
  const exact = await unrecorded(logged.attempts, plan.requests, templates, turn);
  const gaps = gapsOf(plan.counts, plan.requests).filter(
    ({ startWallMs, spanSeconds }) => startWallMs + spanSeconds * 500 < logged.sinceWallMs,
  );
  const troubles = plan.requests.filter(isTrouble).map(({ atWallMs }) => atWallMs);
  await turn();
  const share = shares(gaps, exact, troubles, Math.max(0, most - list.length));
  await inSteps(exact, turn, (arrival) => {
    const kept = share(arrival.atWallMs, arrival.atWallMs);
    if (kept >= 1) list.push(arrival);
    else if (drawFor(seed, arrival.key, 3) < kept) list.push({ ...arrival, weight: 1 / kept });
  });
  let unlike = 0;
  await inSteps(gaps, turn, (gap) => {
    const like = templates.get(`${gap.flow}\n${gap.target}`);
    const kept = share(gap.startWallMs, gap.startWallMs + gap.spanSeconds * 1000);
    if (like === undefined) unlike += gap.missing;
    else fill(list, gap, like, Math.max(1, Math.round(gap.missing * kept)), seed);
  });
  list.sort((a, b) => a.atWallMs - b.atWallMs || a.key - b.key);
  return { list, unlike };
}

function isPlain(request: RecordedRequest): boolean {
  return request.outcome === 'primary' && request.attempts.length === 1;
}

function isTrouble(request: RecordedRequest): boolean {
  return !isPlain(request) && request.outcome !== 'caller_error';
}

/** Plain successes by flow and target, in the order of time. */
function templatesOf(requests: readonly RecordedRequest[]): Map<string, RecordedRequest[]> {
  const found = new Map<string, RecordedRequest[]>();
  for (const request of requests) {
    if (!isPlain(request)) continue;
    keep(found, `${request.flow}\n${request.served}`, request);
  }
  return found;
}

/** Which share of the unrecorded requests of a time is replayed, so that not more than `room` are: quiet times give way first. */
function shares(
  gaps: readonly Gap[],
  exact: readonly Arrival[],
  troubles: readonly number[],
  room: number,
): (fromWallMs: number, toWallMs: number) => number {
  let [near, quiet] = [0, 0];
  const add = (fromWallMs: number, toWallMs: number, count: number) => {
    if (isNearTrouble(fromWallMs, toWallMs, troubles)) near += count;
    else quiet += count;
  };
  for (const gap of gaps) add(gap.startWallMs, gap.startWallMs + gap.spanSeconds * 1000, gap.missing);
  for (const { atWallMs } of exact) add(atWallMs, atWallMs, 1);
  if (near + quiet <= room) return () => 1;
  const forNear = Math.min(near, Math.max(room * 0.8, room - quiet));
  const nearShare = near === 0 ? 1 : forNear / near;
  const quietShare = quiet === 0 ? 1 : (room - forNear) / quiet;
  return (fromWallMs, toWallMs) => (isNearTrouble(fromWallMs, toWallMs, troubles) ? nearShare : quietShare);
}

function isNearTrouble(fromWallMs: number, toWallMs: number, troubles: readonly number[]): boolean {
  const at = lowerBound(troubles, fromWallMs - TROUBLE_MARGIN_MS, (wallMs) => wallMs);
  return (troubles[at] ?? Number.POSITIVE_INFINITY) < toWallMs + TROUBLE_MARGIN_MS;
}

/** They ended within the span, as the count says; when they began follows from how long one like them took. */
function fill(
  list: Arrival[],
  gap: Gap,
  like: readonly RecordedRequest[],
  times: number,
  seed: number,
): void {
  const { startWallMs, spanSeconds, missing } = gap;
  const base = hashOf(`${gap.flow}\n${gap.target}\n${startWallMs}`);
  for (let n = 0; n < times; n += 1) {
    const endWallMs = startWallMs + drawFor(seed, base, n, 1) * spanSeconds * 1000;
    const request = oneNear(like, endWallMs, LIKE_ONE_OF, drawFor(seed, base, n, 2));
    if (request === undefined) return;
    const atWallMs = Math.round(endWallMs - request.durationMs);
    const key = hashOf(`${base}\n${n}`);
    list.push({ key, atWallMs, weight: missing / times, filled: true, request });
  }
}
