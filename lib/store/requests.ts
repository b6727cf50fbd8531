import type { AttemptRecord, RequestRecord } from '#lib/contract/records.ts';
import type { Prisma } from './generated/client.ts';
import { fromJson, toJson, toNullableJson } from './json.ts';
import { type Page, pageOf } from './page.ts';

export interface RequestFilter {
  flow?: string;
  /** Served by it, or tried it. */
  target?: string;
  outcome?: string;
  fromWallMs?: number;
  toWallMs?: number;
}

/** Where a page starts: the last row of the one before. */
export interface RequestCursor {
  atWallMs: number;
  id: string;
}

export interface LatestAttempt {
  requestId: string;
  /** The start of its request. */
  atWallMs: number;
  target: string;
  status: number | null;
  message: string | null;
}

const include = { attempts: { orderBy: { n: 'asc' } } } as const;
type Loaded = Prisma.RequestRecordGetPayload<{ include: typeof include }>;

export function requestRepository(db: Prisma.TransactionClient) {
  return {
    /** Adds those that are not there yet: a batch that is delivered twice is stored once. */
    async addAll(records: readonly RequestRecord[]): Promise<number> {
      const fresh = await withoutKnown(db, records);
      await db.requestRecord.createMany({ data: fresh.map(requestColumns) });
      await db.attemptRecord.createMany({ data: fresh.flatMap(attemptRows) });
      return fresh.length;
    },
    async get(id: string): Promise<RequestRecord | null> {
      const found = await db.requestRecord.findUnique({ where: { id }, include });
      return found === null ? null : toRecord(found);
    },
    /** The newest attempt that ended in each of these ways, among requests that began in [from, to). */
    async latestOutcomes(
      outcomes: readonly string[],
      fromWallMs: number,
      toWallMs: number,
    ): Promise<Map<string, LatestAttempt>> {
      const found = new Map<string, LatestAttempt>();
      const at = { gte: new Date(fromWallMs), lt: new Date(toWallMs) };
      for (const outcome of outcomes) {
        const row = await db.attemptRecord.findFirst({
          where: { outcome, request: { at } },
          orderBy: { id: 'desc' },
          include: { request: { select: { at: true } } },
        });
        if (row !== null) found.set(outcome, latestOf(row, row.request.at));
      }
      return found;
    },
    /** Newest first. */
    async list(
      query: RequestFilter & { after: RequestCursor | null; limit: number },
    ): Promise<Page<RequestRecord>> {
      const rows = await db.requestRecord.findMany({
        where: { AND: [filterOf(query), query.after === null ? {} : olderThan(query.after)] },
        include,
        orderBy: [{ at: 'desc' }, { id: 'desc' }],
        take: query.limit + 1,
      });
      return pageOf(rows, query.limit, toRecord, (row) => `${row.at.getTime()}_${row.id}`);
    },
  };
}

function latestOf(row: Loaded['attempts'][number], at: Date): LatestAttempt {
  const { requestId, target, status, message } = row;
  return { requestId, atWallMs: at.getTime(), target, status, message };
}

async function withoutKnown(
  db: Prisma.TransactionClient,
  records: readonly RequestRecord[],
): Promise<RequestRecord[]> {
  const ids = records.map((record) => record.id);
  const known = new Set(
    (await db.requestRecord.findMany({ where: { id: { in: ids } }, select: { id: true } })).map(
      (row) => row.id,
    ),
  );
  return [...new Map(records.map((record) => [record.id, record])).values()].filter(
    (record) => !known.has(record.id),
  );
}

function filterOf(query: RequestFilter): Prisma.RequestRecordWhereInput {
  const { flow, outcome, target, fromWallMs, toWallMs } = query;
  return {
    flow,
    outcome,
    at: {
      gte: fromWallMs === undefined ? undefined : new Date(fromWallMs),
      lt: toWallMs === undefined ? undefined : new Date(toWallMs),
    },
    ...(target === undefined ? {} : { OR: [{ servedTarget: target }, { attempts: { some: { target } } }] }),
  };
}

function olderThan(cursor: RequestCursor): Prisma.RequestRecordWhereInput {
  const at = new Date(cursor.atWallMs);
  return { OR: [{ at: { lt: at } }, { at, id: { lt: cursor.id } }] };
}

function requestColumns(record: RequestRecord) {
  const { atWallMs, servedBy, usage, skips, denials, attempts: _attempts, ...rest } = record;
  return {
    ...rest,
    at: new Date(atWallMs),
    servedBy: toNullableJson(servedBy),
    servedTarget: servedBy?.target ?? null,
    usage: toNullableJson(usage),
    skips: toJson(skips),
    denials: listToJson(denials),
  };
}

function attemptRows(record: RequestRecord) {
  return record.attempts.map((attempt) => ({
    ...attempt,
    notes: listToJson(attempt.notes),
    requestId: record.id,
  }));
}

/** Nearly always empty, and then no text at all in the row. */
function listToJson(list: readonly unknown[]) {
  return toNullableJson(list.length === 0 ? null : list);
}

function toRecord(found: Loaded): RequestRecord {
  const { at, servedTarget: _servedTarget, servedBy, usage, skips, denials, attempts, ...rest } = found;
  return {
    ...rest,
    atWallMs: at.getTime(),
    // All three are written from the contract's enums only.
    face: rest.face as RequestRecord['face'],
    stakes: rest.stakes as RequestRecord['stakes'],
    outcome: rest.outcome as RequestRecord['outcome'],
    servedBy: fromJson<RequestRecord['servedBy']>(servedBy),
    usage: fromJson<RequestRecord['usage']>(usage),
    skips: fromJson<RequestRecord['skips']>(skips),
    denials: fromJson<RequestRecord['denials'] | null>(denials) ?? [],
    attempts: attempts.map(toAttempt),
  };
}

function toAttempt(row: Loaded['attempts'][number]): AttemptRecord {
  const { id: _id, requestId: _requestId, ...rest } = row;
  return {
    ...rest,
    verdict: rest.verdict as AttemptRecord['verdict'],
    resume: rest.resume as AttemptRecord['resume'],
    notes: fromJson<string[] | null>(rest.notes) ?? [],
  };
}
