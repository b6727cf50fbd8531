import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OneConnectionLibSql } from './one-connection.ts';
import { openSchemaEngine, type SchemaEngine } from './schema-engine.ts';
import { messageOf, StoreError } from './store-error.ts';

const PRISMA_DIR = fileURLToPath(new URL('../../prisma', import.meta.url));
const EVERYTHING = { externalTables: [], externalEnums: [] };

type MigrationList = Parameters<SchemaEngine['applyMigrations']>[0]['migrationsList'];

/**
 * Brings the database file up to this version of the product, keeping Prisma's own table of what was applied. The work is done on a
 * copy that then takes the file's place: a process that is killed half-way leaves the old file as it was.
 */
export async function migrateDatabase(path: string): Promise<{ applied: string[] }> {
  const list = await readMigrations();
  const known = list.migrationDirectories.map((directory) => directory.path);
  const done = existsSync(path) ? await appliedMigrations(path) : [];
  const newer = done.find((name) => !known.includes(name));
  if (newer !== undefined) {
    throw new StoreError(
      'database_newer',
      `The database ${path} was written by a newer Switchyard (it has the migration ${newer}). Start that version, or use another data folder.`,
    );
  }
  if (known.every((name) => done.includes(name))) return { applied: [] };
  const copy = `${path}.migrating`;
  await removeDatabase(copy);
  if (existsSync(path)) await copyDatabase(path, copy);
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
    await engine.applyMigrations({ migrationsList: await readMigrations(), filters: EVERYTHING });
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

async function appliedMigrations(path: string): Promise<string[]> {
  const factory = new OneConnectionLibSql(path, []);
  try {
    const connection = await factory.connect();
    const plain = { args: [], argTypes: [] };
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
    throw new StoreError(
      'database_corrupt',
      `The database ${path} cannot be read (${messageOf(error)}). Restore it from a backup, or move it away to start afresh.`,
      error,
    );
  } finally {
    factory.closeAll();
  }
}

/** VACUUM INTO takes a consistent copy, write-ahead log included; the log is then emptied so that it cannot outlive its file. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const factory = new OneConnectionLibSql(from, []);
  try {
    const connection = await factory.connect();
    await connection.executeScript(
      `VACUUM INTO '${to.replaceAll("'", "''")}'; PRAGMA wal_checkpoint(TRUNCATE);`,
    );
  } finally {
    factory.closeAll();
  }
}

async function removeDatabase(path: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(path + suffix, { force: true });
}

async function readSchema(): Promise<string> {
  return readFile(join(PRISMA_DIR, 'schema.prisma'), 'utf8');
}

async function readMigrations(): Promise<MigrationList> {
  const baseDir = join(PRISMA_DIR, 'migrations');
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
