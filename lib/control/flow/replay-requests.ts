import { fromRecord } from '#lib/replay/from-record.ts';
import type { RecordedRequest } from '#lib/replay/types.ts';
import type { PastRequestCursor, PastRequestFilter } from '#lib/store/past-requests.ts';
import type { Store } from '#lib/store/store.ts';
import { turn } from '../turn.ts';

/** Rows a query: some ten milliseconds, in which nobody else gets the connection, nor the thread: the driver runs on it. */
const PAGE = 100;
/**
 * Requests that are read one by one. Of answers of the primary the others are filled in from the counts; of everything else each
 * that is read stands for several.
 */
const MOST = {
  own: { primary: 12_000, otherwise: 12_000 },
  neighbours: { primary: 1_500, otherwise: 4_000 },
};
/** Where there are too many, so many stretches of the span each give their share. */
const STRETCHES = 60;

export interface Reader {
  store: Pick<Store, 'pastRequests'>;
  /** Ends it early, with its reason. */
  signal?: AbortSignal | undefined;
}
type Span = Pick<PastRequestFilter, 'fromWallMs' | 'toWallMs'>;

/**
 * The recorded requests of a span that their callers did not leave, in the order of time; bounded, however many there are.
 * @param neighbours flows whose requests met the same breakers: a busy one does not crowd out the flow itself
 */
export async function readRequests(
  reader: Reader,
  flow: string,
  neighbours: readonly string[],
  span: Span,
): Promise<RecordedRequest[]> {
  const found: RecordedRequest[] = [];
  for (const [flows, most] of [[[flow], MOST.own] as const, [neighbours, MOST.neighbours] as const]) {
    if (flows.length === 0) continue;
    const primary = await readKind(reader, { ...span, flows, primary: true }, most.primary, false);
    const otherwise = await readKind(reader, { ...span, flows, primary: false }, most.otherwise, true);
    found.push(...primary, ...otherwise);
  }
  return found.sort((a, b) => a.atWallMs - b.atWallMs || (a.id < b.id ? -1 : 1));
}

async function readKind(
  reader: Reader,
  filter: PastRequestFilter,
  most: number,
  weighted: boolean,
): Promise<RecordedRequest[]> {
  const { pastRequests } = reader.store;
  const count = await pastRequests.count(filter);
  if (count <= most) return readUpTo(reader, filter, count, 1);
  const found: RecordedRequest[] = [];
  const { fromWallMs, toWallMs } = filter;
  const stretchMs = (toWallMs - fromWallMs) / STRETCHES;
  const share = most / count;
  for (let n = 0; n < STRETCHES; n += 1) {
    const from = Math.round(fromWallMs + n * stretchMs);
    const stretch = { ...filter, fromWallMs: from, toWallMs: Math.round(fromWallMs + (n + 1) * stretchMs) };
    const there = await pastRequests.count(stretch);
    if (there === 0) continue;
    const take = Math.max(1, Math.round(there * share));
    found.push(...(await readUpTo(reader, stretch, take, weighted ? there / take : 1)));
  }
  return found;
}

async function readUpTo(
  { store, signal }: Reader,
  filter: PastRequestFilter,
  most: number,
  weight: number,
): Promise<RecordedRequest[]> {
  const found: RecordedRequest[] = [];
  let after: PastRequestCursor | null = null;
  while (found.length < most) {
    signal?.throwIfAborted();
    await turn();
    const limit = Math.min(PAGE, most - found.length);
    const page = await store.pastRequests.page(filter, after, limit);
    for (const facts of page) found.push(fromRecord(facts, weight));
    after = page.at(-1) ?? null;
    if (page.length < limit) break;
  }
  return found;
}
