import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OneConnectionLibSql } from './one-connection.ts';
import { openSchemaEngine, type SchemaEngine } from './schema-engine.ts';
import { messageOf, StoreError } from './store-error.ts';

const PRISMA_DIR = fileURLToPath(new URL('../../prisma', import.meta.url));
const EVERYTHING = { externalTables: [], externalEnums: [] };

type Connection = Awaited<ReturnType<OneConnectionLibSql['connect']>>;
type MigrationList = Parameters<SchemaEngine['applyMigrations']>[0]['migrationsList'];

/**
 * Brings the database file up to this version of the product, keeping Prisma's own table of what was applied. The work is done on a
 * copy that then takes the file's place: a process that is killed half-way leaves the old file as it was. `prismaDir` holds the
 * migrations.
 */
export async function migrateDatabase(path: string, prismaDir = PRISMA_DIR): Promise<{ applied: string[] }> {
  const list = await readMigrations(prismaDir);
  const known = list.migrationDirectories.map((directory) => directory.path);
  const copy = `${path}.migrating`;
  await removeDatabase(copy);
  if (existsSync(path) && (await copyWhenBehind(path, copy, known)) === 'up to date') return { applied: [] };
  const applied = await applyTo(copy, list);
  await rename(copy, path);
  return { applied };
}

/** SQL that leads from the migrations on disk to schema.prisma; empty when they agree. `scratch` is a file that may be written. */
export async function pendingSql(scratch: string): Promise<string> {
  const schema = await readSchema();
  const factory = new OneConnectionLibSql(scratch, []);
  try {
    const engine = await openSchemaEngine(factory, schema);
    await engine.applyMigrations({ migrationsList: await readMigrations(PRISMA_DIR), filters: EVERYTHING });
    const files = [{ path: 'schema.prisma', content: schema }];
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: PRISMA_DIR },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: EVERYTHING,
    });
    return stdout === null || stdout.includes('This is an empty migration.') ? '' : stdout;
  } finally {
    factory.closeAll();
  }
}

async function applyTo(path: string, migrationsList: MigrationList): Promise<string[]> {
  const factory = new OneConnectionLibSql(path, []);
  try {
    const engine = await openSchemaEngine(factory, await readSchema());
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: EVERYTHING });
    return appliedMigrationNames;
  } catch (error) {
    throw new StoreError(
      'migration_failed',
      `The database could not be brought up to this version and was left as it was: ${messageOf(error)}`,
      error,
    );
  } finally {
    factory.closeAll();
  }
}

/**
 * Copies a database that lacks migrations. It leaves WAL mode first: the driver may hold this connection for a while after it is
 * closed, and the last connection of a database in WAL mode deletes the log by name, which by then would be the new file's.
 */
async function copyWhenBehind(
  path: string,
  copy: string,
  known: readonly string[],
): Promise<'copied' | 'up to date'> {
  const factory = new OneConnectionLibSql(path, []);
  try {
    const connection = await factory.connect();
    const done = await appliedMigrations(connection, path);
    refuseNewer(path, done, known);
    if (known.every((name) => done.includes(name))) return 'up to date';
    // Nobody else's to read, not for a moment either.
    await writeFile(copy, '', { mode: 0o600 });
    await connection.executeScript(
      `PRAGMA journal_mode=DELETE; VACUUM INTO '${copy.replaceAll("'", "''")}';`,
    );
    return 'copied';
  } catch (error) {
    throw error instanceof StoreError ? error : corrupt(path, error);
  } finally {
    factory.closeAll();
  }
}

async function appliedMigrations(connection: Connection, path: string): Promise<string[]> {
  const plain = { args: [], argTypes: [] };
  try {
    const table = await connection.queryRaw({
      sql: "SELECT 1 FROM sqlite_schema WHERE name = '_prisma_migrations'",
      ...plain,
    });
    if (table.rows.length === 0) return [];
    const names = await connection.queryRaw({
      sql: 'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
      ...plain,
    });
    return names.rows.map((row) => String(row[0]));
  } catch (error) {
    throw corrupt(path, error);
  }
}

function refuseNewer(path: string, done: readonly string[], known: readonly string[]): void {
  const newer = done.find((name) => !known.includes(name));
  if (newer === undefined) return;
  throw new StoreError(
    'database_newer',
    `The database ${path} was written by a newer Switchyard (it has the migration ${newer}). Start that version, or use another data folder.`,
  );
}

function corrupt(path: string, error: unknown): StoreError {
  if (/locked|busy|SocketTimeout/i.test(messageOf(error))) {
    return new StoreError(
      'database_unusable',
      `The database ${path} must be brought up to this version, but another program has it open. Close that program and start again.`,
      error,
    );
  }
  return new StoreError(
    'database_corrupt',
    `The database ${path} cannot be read (${messageOf(error)}). Restore it from a backup, or move it away to start afresh.`,
    error,
  );
}

async function removeDatabase(path: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(path + suffix, { force: true });
}

async function readSchema(): Promise<string> {
  return readFile(join(PRISMA_DIR, 'schema.prisma'), 'utf8');
}

async function readMigrations(prismaDir: string): Promise<MigrationList> {
  const baseDir = join(prismaDir, 'migrations');
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const migrationDirectories = await Promise.all(
    names.map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok' as const, value: await readFile(join(baseDir, name, 'migration.sql'), 'utf8') },
      },
    })),
  );
  const lockfile = {
    path: 'migration_lock.toml',
    content: await readFile(join(baseDir, 'migration_lock.toml'), 'utf8'),
  };
  return { baseDir, lockfile, shadowDbInitScript: '', migrationDirectories };
}
