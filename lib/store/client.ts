import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PrismaClient } from './generated/client.ts';
import { lockInstance } from './instance-lock.ts';
import { migrateDatabase } from './migrate.ts';
import { OneConnectionLibSql } from './one-connection.ts';
import { messageOf, StoreError } from './store-error.ts';

export interface Database {
  prisma: PrismaClient;
  close(): Promise<void>;
}

/**
 * WAL lets tools read while the product writes. With synchronous=FULL a commit is on the disk before it is acknowledged, so it
 * survives not only `kill -9` but a power cut; the few batched commits a second that this product makes can afford it.
 */
const PRAGMAS = [
  'PRAGMA busy_timeout=2000',
  'PRAGMA journal_mode=WAL',
  'PRAGMA synchronous=FULL',
  'PRAGMA foreign_keys=ON',
] as const;

/** Opens, locks and migrates `<dataDir>/switchyard.db`. Throws StoreError with one sentence for the operator. */
export async function openDatabase(dataDir: string): Promise<Database> {
  prepareFolder(dataDir);
  const unlock = await lockInstance(dataDir);
  try {
    const path = join(dataDir, 'switchyard.db');
    await migrateDatabase(path);
    keepPrivate(path);
    const factory = new OneConnectionLibSql(path, PRAGMAS);
    const prisma = new PrismaClient({
      adapter: factory,
      transactionOptions: { maxWait: 30_000, timeout: 60_000 },
      errorFormat: 'minimal',
    });
    await probe(prisma, path);
    return {
      prisma,
      close: async () => {
        // The driver may keep the file open until it is collected: the write-ahead log is emptied now, as far as it can be.
        await prisma.$queryRawUnsafe('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => undefined);
        await prisma.$disconnect();
        factory.closeAll();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

function prepareFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StoreError(
      'data_dir_not_writable',
      `The data folder ${dataDir} cannot be written (${messageOf(error)}). Make it writable, or choose another with DATA_DIR.`,
      error,
    );
  }
}

/**
 * Password hashes, sessions and who called what are nobody else's business, also where the folder itself is open to others. SQLite
 * gives its log and index the mode of the database. On a file of another owner, its owner's choice stands.
 */
function keepPrivate(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    try {
      chmodSync(file, 0o600);
    } catch {
      // Not there, or not ours.
    }
  }
}

async function probe(prisma: PrismaClient, path: string): Promise<void> {
  try {
    await prisma.setting.count();
  } catch (error) {
    throw new StoreError(
      'database_unusable',
      `The database ${path} cannot be used (${messageOf(error)}). Restore it from a backup, or move it away to start afresh.`,
      error,
    );
  }
}
