import type { Override } from '#lib/contract/breaker-view.ts';
import type { Prisma, Override as Row } from './generated/client.ts';

type Scope = Override['scope'];

export function overrideRepository(db: Prisma.TransactionClient) {
  return {
    /** Oldest first; expired ones included until they are swept. */
    async list(): Promise<Override[]> {
      return (await db.override.findMany({ orderBy: { id: 'asc' } })).map(toOverride);
    },
    async get(scope: Scope, id: string): Promise<Override | null> {
      const found = await db.override.findUnique({ where: { scope_scopeId: { scope, scopeId: id } } });
      return found === null ? null : toOverride(found);
    },
    /** Replaces the scope's override. */
    async put(override: Override): Promise<void> {
      const { scope, id: scopeId, setAtWallMs, expiresAtWallMs, kind, reason, by } = override;
      const data = {
        kind,
        reason,
        by,
        setAt: new Date(setAtWallMs),
        expiresAt: expiresAtWallMs === null ? null : new Date(expiresAtWallMs),
      };
      await db.override.upsert({
        where: { scope_scopeId: { scope, scopeId } },
        create: { scope, scopeId, ...data },
        update: data,
      });
    },
    async remove(scope: Scope, id: string): Promise<void> {
      await db.override.deleteMany({ where: { scope, scopeId: id } });
    },
  };
}

function toOverride(row: Row): Override {
  return {
    // Both are written from the contract's enums only.
    scope: row.scope as Scope,
    kind: row.kind as Override['kind'],
    id: row.scopeId,
    reason: row.reason,
    by: row.by,
    setAtWallMs: row.setAt.getTime(),
    expiresAtWallMs: row.expiresAt?.getTime() ?? null,
  };
}
