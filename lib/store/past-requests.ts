import type { RequestRecord } from '#lib/contract/records.ts';
import type { Prisma } from './generated/client.ts';
import { fromJson } from './json.ts';

/** Which recorded requests; in [fromWallMs, toWallMs). */
export interface PastRequestFilter {
  flows: readonly string[];
  fromWallMs: number;
  toWallMs: number;
  /** True: answered by the primary; false: everything else but those that their callers left. */
  primary: boolean;
}

/** Where a page starts: the last row of the one before. */
export interface PastRequestCursor {
  atWallMs: number;
  id: string;
}

export type PastRequest = ReturnType<typeof toPast>;

const select = {
  id: true,
  at: true,
  flow: true,
  flowVersion: true,
  face: true,
  stream: true,
  stakes: true,
  outcome: true,
  servedTarget: true,
  durationMs: true,
  firstTokenMs: true,
  usage: true,
  skips: true,
  attempts: {
    orderBy: { n: 'asc' },
    select: {
      target: true,
      startedMs: true,
      waitedMs: true,
      durationMs: true,
      firstTokenMs: true,
      outcome: true,
      verdict: true,
      status: true,
      retryAfterMs: true,
      message: true,
      probe: true,
      lastResort: true,
      hedge: true,
      resume: true,
    },
  },
} as const;
type Row = Prisma.RequestRecordGetPayload<{ select: typeof select }>;

/** Recorded requests with no more of each than a replay needs, in pages, so that nobody waits long for the connection. */
export function pastRequestRepository(db: Prisma.TransactionClient) {
  return {
    /** @param most counting ends there: whoever only asks whether there are enough need not wait for all */
    async count(filter: PastRequestFilter, most?: number): Promise<number> {
      return db.requestRecord.count({ where: whereOf(filter), take: most });
    },
    /** Requests that their callers left. */
    async countLeft({ flows, fromWallMs, toWallMs }: Omit<PastRequestFilter, 'primary'>): Promise<number> {
      const at = { gte: new Date(fromWallMs), lt: new Date(toWallMs) };
      return db.requestRecord.count({ where: { at, flow: { in: [...flows] }, outcome: 'aborted' } });
    },
    /** Oldest first. */
    async page(
      filter: PastRequestFilter,
      after: PastRequestCursor | null,
      limit: number,
    ): Promise<PastRequest[]> {
      const rows = await db.requestRecord.findMany({
        where: after === null ? whereOf(filter) : { AND: [whereOf(filter), newerThan(after)] },
        select,
        orderBy: [{ at: 'asc' }, { id: 'asc' }],
        take: limit,
      });
      return rows.map(toPast);
    },
  };
}

function whereOf({
  flows,
  fromWallMs,
  toWallMs,
  primary,
}: PastRequestFilter): Prisma.RequestRecordWhereInput {
  return {
    at: { gte: new Date(fromWallMs), lt: new Date(toWallMs) },
    flow: { in: [...flows] },
    outcome: primary ? 'primary' : { notIn: ['primary', 'aborted'] },
  };
}

function newerThan(cursor: PastRequestCursor): Prisma.RequestRecordWhereInput {
  const at = new Date(cursor.atWallMs);
  return { OR: [{ at: { gt: at } }, { at, id: { gt: cursor.id } }] };
}

function toPast({ at, stakes, face, outcome, usage, skips, attempts, ...rest }: Row) {
  return {
    ...rest,
    atWallMs: at.getTime(),
    // All are written from the contract's enums only.
    face: face as RequestRecord['face'],
    stakes: stakes as RequestRecord['stakes'],
    outcome: outcome as RequestRecord['outcome'],
    usage: fromJson<RequestRecord['usage']>(usage),
    skips: fromJson<RequestRecord['skips']>(skips),
    attempts: attempts.map((attempt) => ({
      ...attempt,
      verdict: attempt.verdict as RequestRecord['attempts'][number]['verdict'],
      resume: attempt.resume as RequestRecord['attempts'][number]['resume'],
    })),
  };
}
