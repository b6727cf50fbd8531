import type { PrismaClient } from './generated/client.ts';

export interface RetentionBounds {
  requestDays: number;
  requestRows: number;
  rollupDays: number;
  /** Transitions of breakers: an outage of days writes thousands. */
  eventDays: number;
  eventRows: number;
  /** Rows a statement: the connection is free for others in between. */
  batch: number;
}

/** How many rows went. */
export interface Swept {
  requests: number;
  rollups: number;
  events: number;
}

export interface Retention {
  /** Deletes what is over the bounds, in batches, and sessions that have ended. The audit is kept. */
  sweep(nowWallMs: number, bounds?: RetentionBounds): Promise<Swept>;
}

export const RETENTION: RetentionBounds = {
  requestDays: 7,
  requestRows: 200_000,
  rollupDays: 30,
  eventDays: 90,
  eventRows: 100_000,
  batch: 500,
};

const DAY_MS = 24 * 3600 * 1000;

export function retentionOf(prisma: PrismaClient): Retention {
  return {
    async sweep(nowWallMs, bounds = RETENTION) {
      const byAge = await inBatches(bounds.batch, (take) =>
        deleteRequests(prisma, take, new Date(nowWallMs - bounds.requestDays * DAY_MS)),
      );
      const over = Math.max(0, (await prisma.requestRecord.count()) - bounds.requestRows);
      let left = over;
      while (left > 0) {
        const deleted = await deleteRequests(prisma, Math.min(left, bounds.batch), null);
        if (deleted === 0) break;
        left -= deleted;
      }
      const oldest = new Date(nowWallMs - bounds.rollupDays * DAY_MS);
      const rollups = await inBatches(bounds.batch, (take) => deleteRollups(prisma, take, oldest));
      const events = await sweepEvents(prisma, nowWallMs, bounds);
      await prisma.session.deleteMany({ where: { expiresAt: { lt: new Date(nowWallMs) } } });
      return { requests: byAge + over - left, rollups, events };
    },
  };
}

async function sweepEvents(
  prisma: PrismaClient,
  nowWallMs: number,
  { eventDays, eventRows, batch }: RetentionBounds,
): Promise<number> {
  // Their numbers rise with time: what lies below the newest so many is too many.
  const [edge] = await prisma.breakerEvent.findMany({
    orderBy: { id: 'desc' },
    skip: eventRows,
    take: 1,
    select: { id: true },
  });
  const old = { at: { lt: new Date(nowWallMs - eventDays * DAY_MS) } };
  const where = edge === undefined ? old : { OR: [old, { id: { lte: edge.id } }] };
  return inBatches(batch, async (take) => {
    const rows = await prisma.breakerEvent.findMany({
      where,
      orderBy: { id: 'asc' },
      take,
      select: { id: true },
    });
    if (rows.length === 0) return 0;
    const { count } = await prisma.breakerEvent.deleteMany({
      where: { id: { in: rows.map((row) => row.id) } },
    });
    return count;
  });
}

async function inBatches(batch: number, deleteSome: (take: number) => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = await deleteSome(batch);
    total += deleted;
    if (deleted < batch) return total;
  }
}

/** The oldest, at most `take`; their attempts go with them. */
async function deleteRequests(prisma: PrismaClient, take: number, before: Date | null): Promise<number> {
  const rows = await prisma.requestRecord.findMany({
    where: before === null ? {} : { at: { lt: before } },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    take,
    select: { id: true },
  });
  if (rows.length === 0) return 0;
  const { count } = await prisma.requestRecord.deleteMany({
    where: { id: { in: rows.map((row) => row.id) } },
  });
  return count;
}

async function deleteRollups(prisma: PrismaClient, take: number, before: Date): Promise<number> {
  const rows = await prisma.metricRollup.findMany({
    where: { bucket: { lt: before } },
    orderBy: { bucket: 'asc' },
    take,
    select: { id: true },
  });
  if (rows.length === 0) return 0;
  const { count } = await prisma.metricRollup.deleteMany({
    where: { id: { in: rows.map((row) => row.id) } },
  });
  return count;
}
