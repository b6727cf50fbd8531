import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrateDatabase, pendingSql } from '#lib/store/migrate.ts';
import { OneConnectionLibSql } from '#lib/store/one-connection.ts';
import { openStore, type Store } from '#lib/store/store.ts';
import { isStoreError, type StoreError } from '#lib/store/store-error.ts';

let dataDir: string;
const opened: Store[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'switchyard-store-'));
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(dataDir, { recursive: true });
});

async function open(dir = dataDir): Promise<Store> {
  const store = await openStore({ dataDir: dir });
  opened.push(store);
  return store;
}

async function refusalOf(action: Promise<unknown>): Promise<StoreError> {
  const outcome = await action.then(
    () => 'it worked',
    (error: unknown) => error,
  );
  if (isStoreError(outcome)) return outcome;
  throw new Error(`Expected a StoreError, but: ${String(outcome)}`);
}

async function sql(path: string, script: string): Promise<void> {
  const factory = new OneConnectionLibSql(path, []);
  await (await factory.connect()).executeScript(script);
  factory.closeAll();
}

async function rowsOf(path: string, query: string): Promise<unknown[][]> {
  const factory = new OneConnectionLibSql(path, []);
  const { rows } = await (await factory.connect()).queryRaw({ sql: query, args: [], argTypes: [] });
  factory.closeAll();
  return rows;
}

/** One sentence or two for an operator: no stack, no line break. */
const READABLE = /^[A-Z][^\n]+\.$/;

describe('the data folder', () => {
  it('has no file that others may read, also where the folder and an older database are open to them', async () => {
    await chmod(dataDir, 0o755);
    await (await openStore({ dataDir })).close();
    await chmod(join(dataDir, 'switchyard.db'), 0o644);
    await open();
    const files = ['switchyard.db', 'switchyard.db-wal', 'switchyard.db-shm', 'secret.key'];
    const modes = await Promise.all(
      files.map(async (file) => (await stat(join(dataDir, file))).mode & 0o777),
    );
    expect(modes).toEqual(files.map(() => 0o600));
  });
});

describe('the migrations', () => {
  it('add up to schema.prisma', async () => {
    expect(await pendingSql(join(dataDir, 'scratch.db'))).toBe('');
  });

  it('are applied once', async () => {
    const path = join(dataDir, 'switchyard.db');
    expect((await migrateDatabase(path)).applied[0]).toBe('0001_init');
    expect(await migrateDatabase(path)).toEqual({ applied: [] });
  });

  it('that are newer than this product are refused, and the database is left alone', async () => {
    const store = await open();
    await store.prisma.$executeRawUnsafe(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '9999_future', '2030-01-01')`,
    );
    await opened.splice(0)[0]?.close();
    const refusal = await refusalOf(openStore({ dataDir }));
    expect(refusal.code).toBe('database_newer');
    expect(refusal.message).toMatch(READABLE);
    expect(refusal.message).toContain('9999_future');
  });

  it('that were interrupted are started over: a half-written copy does not count', async () => {
    await writeFile(join(dataDir, 'switchyard.db.migrating'), 'half a database');
    const store = await open();
    expect(await store.users.count()).toBe(0);
    expect(existsSync(join(dataDir, 'switchyard.db.migrating'))).toBe(false);
  });

  it('keep what an older database holds', async () => {
    const path = join(dataDir, 'switchyard.db');
    await migrateDatabase(path);
    await sql(path, `INSERT INTO "Setting" ("key", "value") VALUES ('kept', '7')`);
    const newer = join(dataDir, 'prisma');
    await cp(fileURLToPath(new URL('../../prisma', import.meta.url)), newer, { recursive: true });
    await mkdir(join(newer, 'migrations', '9999_more'));
    await writeFile(
      join(newer, 'migrations', '9999_more', 'migration.sql'),
      'CREATE TABLE "More" ("id" TEXT);',
    );
    expect(await migrateDatabase(path, newer)).toEqual({ applied: ['9999_more'] });
    expect(await rowsOf(path, 'SELECT value FROM "Setting"')).toEqual([[7]]);
    expect(await rowsOf(path, 'SELECT count(*) FROM "More"')).toEqual([[0]]);
  });

  it('that fail leave the database as it was', async () => {
    const path = join(dataDir, 'switchyard.db');
    await sql(path, 'CREATE TABLE "Provider" (x); INSERT INTO "Provider" VALUES (7);');
    const before = await readFile(path);
    const refusal = await refusalOf(openStore({ dataDir }));
    expect(refusal.code).toBe('migration_failed');
    expect(refusal.message).toContain('left as it was');
    expect((await readFile(path)).equals(before)).toBe(true);
  });
});

describe('opening', () => {
  it('a folder that another running instance uses is refused in words', async () => {
    await open();
    const refusal = await refusalOf(openStore({ dataDir }));
    expect(refusal.code).toBe('already_running');
    expect(refusal.message).toMatch(READABLE);
    expect(refusal.message).toContain(dataDir);
  });

  it('works again once the other has closed, with everything in place', async () => {
    const first = await open();
    await first.settings.put('a', 1);
    await opened.splice(0)[0]?.close();
    expect(await (await open()).settings.get('a')).toEqual({ value: 1, version: 1 });
  });

  it('a folder that cannot be made is refused in words', async () => {
    await writeFile(join(dataDir, 'file'), '');
    const refusal = await refusalOf(openStore({ dataDir: join(dataDir, 'file', 'data') }));
    expect(refusal.code).toBe('data_dir_not_writable');
    expect(refusal.message).toMatch(READABLE);
  });

  it('a file that is no database is refused in words and stays', async () => {
    const path = join(dataDir, 'switchyard.db');
    await writeFile(path, 'not a database, whatever its name says. '.repeat(200));
    const refusal = await refusalOf(openStore({ dataDir }));
    expect(refusal.code).toBe('database_corrupt');
    expect(refusal.message).toMatch(READABLE);
    expect((await stat(path)).size).toBe(8000);
  });

  it('keeps the data folder to its owner', async () => {
    const fresh = join(dataDir, 'fresh');
    await open(fresh);
    expect((await stat(fresh)).mode & 0o077).toBe(0);
    expect((await stat(join(fresh, 'secret.key'))).mode & 0o777).toBe(0o600);
  });
});

describe('using it', () => {
  it('a transaction that throws leaves nothing behind', async () => {
    const store = await open();
    const failing = store.transaction(async (tx) => {
      await tx.settings.put('a', 1);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await store.settings.get('a')).toBeNull();
  });

  it('a transaction that breaks a reference is refused at its end, and the next one works', async () => {
    const store = await open();
    const target = {
      slug: 't',
      provider: 'nobody',
      endpoint: 'e',
      model: 'm',
      deployment: null,
      modelFamily: null,
      contextWindow: null,
      capabilities: null,
      enabled: true,
      breaker: null,
      metricsOnly: false,
      prices: null,
    };
    const failing = store.transaction(async (tx) => {
      await tx.providers.deferReferences();
      await tx.targets.create(target);
    });
    await expect(failing).rejects.toThrow();
    await store.transaction((tx) => tx.settings.put('a', 1));
    expect(await store.targets.list()).toEqual([]);
    expect(await store.settings.get('a')).not.toBeNull();
  });

  it('a hundred transactions and readings at once never meet a locked database, and lose no update', async () => {
    const store = await open();
    const add = () =>
      store.transaction(async (tx) => {
        const now = (await tx.settings.get<number>('n'))?.value ?? 0;
        await tx.settings.put('n', now + 1);
      });
    const work = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? add() : store.settings.get('n')));
    await Promise.all(work);
    expect((await store.settings.get<number>('n'))?.value).toBe(50);
  });

  it('the settings that durability rests on hold after many transactions', async () => {
    const store = await open();
    for (let i = 0; i < 5; i++) await store.transaction((tx) => tx.settings.put('n', i));
    const pragma = async (name: string) =>
      (await store.prisma.$queryRawUnsafe<object[]>(`PRAGMA ${name}`))[0];
    expect(await pragma('journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(await pragma('synchronous')).toEqual({ synchronous: 2 });
    expect(await pragma('foreign_keys')).toEqual({ foreign_keys: 1 });
  });
});
