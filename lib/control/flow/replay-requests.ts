import { fromRecord } from '#lib/replay/from-record.ts';
import type { RecordedRequest } from '#lib/replay/types.ts';
import type { PastRequestCursor, PastRequestFilter } from '#lib/store/past-requests.ts';
import type { Store } from '#lib/store/store.ts';
import { turn } from '../turn.ts';

/** Rows a query: some ten milliseconds, in which nobody else gets the connection or the thread. */
const PAGE = 250;
/** Answers of the primary that are read one by one; the others are filled in from the counts. */
const MOST_PRIMARY = 15_000;
/** Of everything else; above it, each that is read stands for several. */
const MOST_OTHERS = 12_000;
/** Where there are too many, so many stretches of the span each give their share. */
const STRETCHES = 60;

type Reader = Pick<Store, 'pastRequests'>;
type Span = Omit<PastRequestFilter, 'primary'>;

/** The recorded requests of a span that their callers did not leave, in the order of time; bounded, however many there are. */
export async function readRequests(store: Reader, span: Span): Promise<RecordedRequest[]> {
  const primary = await readKind(store, { ...span, primary: true }, MOST_PRIMARY, false);
  const others = await readKind(store, { ...span, primary: false }, MOST_OTHERS, true);
  return [...primary, ...others].sort((a, b) => a.atWallMs - b.atWallMs || (a.id < b.id ? -1 : 1));
}

async function readKind(
  store: Reader,
  filter: PastRequestFilter,
  most: number,
  weighted: boolean,
): Promise<RecordedRequest[]> {
  const count = await store.pastRequests.count(filter);
  if (count <= most) return readUpTo(store, filter, count, 1);
  const found: RecordedRequest[] = [];
  const { fromWallMs, toWallMs } = filter;
  const stretchMs = (toWallMs - fromWallMs) / STRETCHES;
  const share = most / count;
  for (let n = 0; n < STRETCHES; n += 1) {
    const from = Math.round(fromWallMs + n * stretchMs);
    const stretch = { ...filter, fromWallMs: from, toWallMs: Math.round(fromWallMs + (n + 1) * stretchMs) };
    const there = await store.pastRequests.count(stretch);
    if (there === 0) continue;
    const take = Math.max(1, Math.round(there * share));
    found.push(...(await readUpTo(store, stretch, take, weighted ? there / take : 1)));
  }
  return found;
}

async function readUpTo(
  store: Reader,
  filter: PastRequestFilter,
  most: number,
  weight: number,
): Promise<RecordedRequest[]> {
  const found: RecordedRequest[] = [];
  let after: PastRequestCursor | null = null;
  while (found.length < most) {
    const limit = Math.min(PAGE, most - found.length);
    const page = await store.pastRequests.page(filter, after, limit);
    await turn();
    for (const facts of page) found.push(fromRecord(facts, weight));
    after = page.at(-1) ?? null;
    if (page.length < limit) break;
  }
  return found;
}
