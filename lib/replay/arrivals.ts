import { type Gap, gapsOf } from './gaps.ts';
import { drawFor, hashOf } from './random.ts';
import { keep, lowerBound, oneNear } from './search.ts';
import type { RecordedRequest, ReplayPlan } from './types.ts';

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
  /** True: a plain success that was counted but not recorded; `request` is a recorded one like it. */
  filled: boolean;
  request: RecordedRequest;
}

export interface Arrivals {
  /** In the order of time. */
  list: Arrival[];
  /** Requests that were counted but are like none that was recorded. */
  unlike: number;
}

/** The recorded requests, and as many plain successes between them as were counted and not recorded. */
export function arrivalsOf(plan: ReplayPlan, most = MAX_ARRIVALS): Arrivals {
  const list: Arrival[] = plan.requests.map((request) => ({
    key: hashOf(request.id),
    atWallMs: request.atWallMs,
    weight: request.weight,
    filled: false,
    request,
  }));
  const templates = templatesOf(plan.requests);
  const gaps = gapsOf(plan.counts, plan.requests);
  const troubles = plan.requests.filter(isTrouble).map(({ atWallMs }) => atWallMs);
  const share = shares(gaps, troubles, Math.max(0, most - list.length));
  let unlike = 0;
  for (const gap of gaps) {
    const like = templates.get(`${gap.flow}\n${gap.target}`);
    if (like === undefined) unlike += gap.missing;
    else fill(list, gap, like, Math.max(1, Math.round(gap.missing * share(gap))), plan.seed);
  }
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

/** Which share of a gap's requests is replayed one by one, so that not more than `room` are: quiet times give way first. */
function shares(gaps: readonly Gap[], troubles: readonly number[], room: number): (gap: Gap) => number {
  const troubled = new Set(gaps.filter((gap) => isNearTrouble(gap, troubles)));
  let [near, quiet] = [0, 0];
  for (const gap of gaps) {
    if (troubled.has(gap)) near += gap.missing;
    else quiet += gap.missing;
  }
  if (near + quiet <= room) return () => 1;
  const forNear = Math.min(near, Math.max(room * 0.8, room - quiet));
  const nearShare = near === 0 ? 1 : forNear / near;
  const quietShare = quiet === 0 ? 1 : (room - forNear) / quiet;
  return (gap) => (troubled.has(gap) ? nearShare : quietShare);
}

function isNearTrouble({ startWallMs, spanSeconds }: Gap, troubles: readonly number[]): boolean {
  const from = startWallMs - TROUBLE_MARGIN_MS;
  const at = lowerBound(troubles, from, (wallMs) => wallMs);
  return (troubles[at] ?? Number.POSITIVE_INFINITY) < startWallMs + spanSeconds * 1000 + TROUBLE_MARGIN_MS;
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
