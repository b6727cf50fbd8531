import type { AuditEntry } from '#lib/contract/api.ts';
import type { Prisma, AuditEntry as Row } from './generated/client.ts';
import { toNullableJson } from './json.ts';
import { type Page, type PageQuery, pageOf } from './page.ts';

export type NewAuditEntry = Omit<AuditEntry, 'id'>;

export function auditRepository(db: Prisma.TransactionClient) {
  return {
    async add(entry: NewAuditEntry): Promise<AuditEntry> {
      const { atWallMs, before, after, ...rest } = entry;
      const row = await db.auditEntry.create({
        data: {
          ...rest,
          at: new Date(atWallMs),
          before: toNullableJson(before),
          after: toNullableJson(after),
        },
      });
      return toEntry(row);
    },
    /** Rows that this connection has written so far: what a change compares to know whether it owes an entry. */
    async rowsWritten(): Promise<number> {
      const [row] = await db.$queryRawUnsafe<{ n: bigint | number }[]>('SELECT total_changes() AS n');
      return Number(row?.n ?? 0);
    },
    /** What was done to overrides from an instant on, newest first. */
    async overridesSince(fromWallMs: number): Promise<AuditEntry[]> {
      const rows = await db.auditEntry.findMany({
        where: { at: { gte: new Date(fromWallMs) }, action: { startsWith: 'breaker.override.' } },
        orderBy: { id: 'desc' },
      });
      return rows.map(toEntry);
    },
    /** Newest first. */
    async list(query: PageQuery & { entity?: string; entityId?: string }): Promise<Page<AuditEntry>> {
      const { entity, entityId } = query;
      const rows = await db.auditEntry.findMany({
        where: { entity, entityId, ...(query.before === null ? {} : { id: { lt: query.before } }) },
        orderBy: { id: 'desc' },
        take: query.limit + 1,
      });
      return pageOf(rows, query.limit, toEntry, (row) => String(row.id));
    },
  };
}

function toEntry(row: Row): AuditEntry {
  return {
    id: String(row.id),
    atWallMs: row.at.getTime(),
    by: row.by,
    // Written from the contract's enum only.
    via: row.via as AuditEntry['via'],
    action: row.action,
    entity: row.entity,
    entityId: row.entityId,
    summary: row.summary,
    reason: row.reason,
    before: row.before,
    after: row.after,
  };
}
