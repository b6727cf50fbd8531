// node prisma/make-migration.ts <name>: writes the next migration, the difference between the migrations so far and schema.prisma.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pendingSql } from '#lib/store/migrate.ts';

const name = process.argv[2];
if (name === undefined || !/^[a-z0-9_]+$/.test(name)) {
  console.error(
    'Name the migration after what it does, for example: node prisma/make-migration.ts add_drills',
  );
  process.exit(1);
}
const scratch = await mkdtemp(join(tmpdir(), 'switchyard-migration-'));
const sql = await pendingSql(join(scratch, 'scratch.db'));
await rm(scratch, { recursive: true });
if (sql === '') {
  console.log('Nothing to do: the migrations add up to schema.prisma.');
  process.exit(0);
}
const migrations = fileURLToPath(new URL('./migrations', import.meta.url));
const before = (await readdir(migrations)).filter((entry) => /^\d{4}_/.test(entry)).length;
const folder = join(migrations, `${String(before + 1).padStart(4, '0')}_${name}`);
await mkdir(folder);
await writeFile(join(folder, 'migration.sql'), sql);
console.log(`Wrote ${folder}/migration.sql. Read it, then generate the client.`);
