import { join } from 'node:path';
import { OneConnectionLibSql } from './one-connection.ts';
import { driverCode, messageOf, StoreError } from './store-error.ts';

const PATIENCE_MS = 3_000;

/**
 * One running instance per data folder. The lock is SQLite's own file lock on a file of its own: the operating system lets go of it
 * when the process dies, however it dies, so there is no stale lock to clean up, and the database itself stays readable to tools.
 */
export async function lockInstance(dataDir: string): Promise<() => Promise<void>> {
  const factory = new OneConnectionLibSql(join(dataDir, 'switchyard.lock'), [
    `PRAGMA busy_timeout=${PATIENCE_MS}`,
  ]);
  const run = async (sql: string) => {
    await connection.executeRaw({ sql, args: [], argTypes: [] });
  };
  const connection = await connect(factory, dataDir);
  try {
    await run('BEGIN EXCLUSIVE');
  } catch (error) {
    factory.closeAll();
    const busy = /locked|busy|SocketTimeout/i.test(`${messageOf(error)} ${driverCode(error)}`);
    if (busy) {
      throw new StoreError(
        'already_running',
        `Another Switchyard is already using the data folder ${dataDir}. Stop it first, or give this one its own with DATA_DIR.`,
        error,
      );
    }
    throw unusable(dataDir, error);
  }
  return async () => {
    // Closing alone would keep the lock until the driver's statements are collected.
    await run('ROLLBACK');
    factory.closeAll();
  };
}

async function connect(factory: OneConnectionLibSql, dataDir: string) {
  try {
    return await factory.connect();
  } catch (error) {
    throw unusable(dataDir, error);
  }
}

function unusable(dataDir: string, error: unknown): StoreError {
  return new StoreError(
    'data_dir_not_writable',
    `The data folder ${dataDir} cannot be used: ${messageOf(error)}. Choose another with DATA_DIR.`,
    error,
  );
}
