import type { EngineCooldown } from '#lib/engine/types.ts';
import type { Prisma } from './generated/client.ts';

export function cooldownRepository(db: Prisma.TransactionClient) {
  return {
    async list(): Promise<EngineCooldown[]> {
      const rows = await db.cooldown.findMany({ orderBy: { key: 'asc' } });
      return rows.map((row) => ({
        key: row.key,
        untilWallMs: row.until.getTime(),
        // Written from the engine's union only.
        class: row.class as EngineCooldown['class'],
        message: row.message,
        setAtWallMs: row.setAt.getTime(),
        level: row.level,
      }));
    },
    /** The gateway owns the list: it is replaced whole. */
    async replaceAll(cooldowns: readonly EngineCooldown[]): Promise<void> {
      await db.cooldown.deleteMany();
      await db.cooldown.createMany({
        data: cooldowns.map((cooldown) => ({
          key: cooldown.key,
          until: new Date(cooldown.untilWallMs),
          class: cooldown.class,
          message: cooldown.message,
          setAt: new Date(cooldown.setAtWallMs),
          level: cooldown.level,
        })),
      });
    },
  };
}
