import type { Prisma } from './generated/client.ts';
import { fromJson, toJson } from './json.ts';

export function settingRepository(db: Prisma.TransactionClient) {
  return {
    /** The caller names the type that it wrote under this key; null: never written. */
    async get<T>(key: string): Promise<{ value: T; version: number } | null> {
      const found = await db.setting.findUnique({ where: { key } });
      return found === null ? null : { value: fromJson<T>(found.value), version: found.version };
    },
    async put(key: string, value: unknown): Promise<void> {
      const json = toJson(value);
      await db.setting.upsert({
        where: { key },
        create: { key, value: json, version: 1 },
        update: { value: json, version: { increment: 1 } },
      });
    },
    async remove(key: string): Promise<void> {
      await db.setting.deleteMany({ where: { key } });
    },
  };
}
