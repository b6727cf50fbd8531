import type { SnapshotApiKey } from '#lib/contract/snapshot.ts';
import type { ApiKey, Prisma } from './generated/client.ts';

export interface ApiKeyRow {
  id: string;
  name: string;
  /** Lower-case hex SHA-256 of the whole key. */
  sha256: string;
  hint: string;
  defaultFlow: string | null;
  use: SnapshotApiKey['use'];
  createdAtWallMs: number;
  createdBy: string;
  lastUsedAtWallMs: number | null;
}

export function apiKeyRepository(db: Prisma.TransactionClient) {
  return {
    /** Oldest first. */
    async list(): Promise<ApiKeyRow[]> {
      return (await db.apiKey.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })).map(toRow);
    },
    async get(id: string): Promise<ApiKeyRow | null> {
      const found = await db.apiKey.findUnique({ where: { id } });
      return found === null ? null : toRow(found);
    },
    async create(key: ApiKeyRow): Promise<void> {
      const { createdAtWallMs, lastUsedAtWallMs, ...rest } = key;
      await db.apiKey.create({
        data: {
          ...rest,
          createdAt: new Date(createdAtWallMs),
          lastUsedAt: lastUsedAtWallMs === null ? null : new Date(lastUsedAtWallMs),
        },
      });
    },
    async remove(id: string): Promise<void> {
      await db.apiKey.deleteMany({ where: { id } });
    },
    async setDefaultFlow(id: string, defaultFlow: string | null): Promise<void> {
      await db.apiKey.updateMany({ where: { id }, data: { defaultFlow } });
    },
    /** Remembers a use; an earlier one than is known says nothing. */
    async touch(id: string, atWallMs: number): Promise<void> {
      const at = new Date(atWallMs);
      await db.apiKey.updateMany({
        where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: at } }] },
        data: { lastUsedAt: at },
      });
    },
  };
}

function toRow(found: ApiKey): ApiKeyRow {
  return {
    id: found.id,
    name: found.name,
    sha256: found.sha256,
    hint: found.hint,
    defaultFlow: found.defaultFlow,
    // Written from this union only.
    use: found.use as ApiKeyRow['use'],
    createdAtWallMs: found.createdAt.getTime(),
    createdBy: found.createdBy,
    lastUsedAtWallMs: found.lastUsedAt?.getTime() ?? null,
  };
}
