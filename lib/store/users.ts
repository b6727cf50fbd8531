import type { Prisma } from './generated/client.ts';

/** Accounts are made and changed by better-auth; use cases only need to know whether there are any, and who. */
export function userRepository(db: Prisma.TransactionClient) {
  return {
    async count(): Promise<number> {
      return db.user.count();
    },
    async list(): Promise<{ id: string; email: string; name: string }[]> {
      return db.user.findMany({
        select: { id: true, email: true, name: true },
        orderBy: { createdAt: 'asc' },
      });
    },
  };
}
