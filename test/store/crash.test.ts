import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '#lib/store/store.ts';

const WRITER = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
const ENOUGH = 40;

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'switchyard-crash-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

/** Runs the writer until it has acknowledged enough changes, then kills it in the middle of the next one. */
async function writeAndKill(from: number): Promise<number> {
  const child: ChildProcess = fork(WRITER, [dataDir, String(from)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let acknowledged = from;
  return new Promise((resolve, reject) => {
    child.on('message', (n: number) => {
      acknowledged = n;
      if (n >= from + ENOUGH) child.kill('SIGKILL');
    });
    child.on('exit', (_code, signal) =>
      signal === 'SIGKILL' ? resolve(acknowledged) : reject(new Error('The writer ended by itself.')),
    );
  });
}

it('kill -9 while writing: the database opens at once and holds every acknowledged change, whole', async () => {
  let acknowledged = 0;
  for (let round = 0; round < 3; round++) {
    acknowledged = await writeAndKill(acknowledged);
    const store = await openStore({ dataDir });
    const counter = (await store.settings.get<number>('counter'))?.value ?? 0;
    const { items } = await store.audit.list({ before: null, limit: 1000 });
    await store.close();
    expect(counter).toBeGreaterThanOrEqual(acknowledged);
    // Each change is a counter and an entry in one transaction: neither is ever there without the other.
    expect(items.map(({ entityId }) => Number(entityId))).toEqual(
      Array.from({ length: counter }, (_, at) => counter - at),
    );
    acknowledged = counter;
  }
}, 60_000);
