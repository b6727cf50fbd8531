import { defineConfig } from 'prisma/config';

/** Only for Prisma's own CLI: the product opens its database in lib/store/client.ts and migrates it in lib/store/migrate.ts. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
