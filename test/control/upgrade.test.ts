import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_BREAKER } from '#lib/contract/breaker-settings.ts';
import { policySchema } from '#lib/contract/policy.ts';
import { requestRecordSchema } from '#lib/contract/records.ts';
import { applyConfigFile } from '#lib/control/config/apply-file.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { listFlows } from '#lib/control/flow/list.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { getRequest } from '#lib/control/request/get.ts';
import { getSettings } from '#lib/control/settings/get.ts';
import { buildSnapshot } from '#lib/control/snapshot/build.ts';
import { listTargets } from '#lib/control/target/list.ts';
import { migrateDatabase } from '#lib/store/migrate.ts';
import { OneConnectionLibSql } from '#lib/store/one-connection.ts';
import { openStore, type Store } from '#lib/store/store.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const FIRST = fileURLToPath(new URL('./first-version', import.meta.url));
const PRISMA = fileURLToPath(new URL('../../prisma', import.meta.url));

let dataDir: string;
let workspace: Workspace;
let store: Store;
let ctx: ControlContext;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'switchyard-upgrade-'));
  await writeFirstVersion(join(dataDir, 'switchyard.db'));
  workspace = await openWorkspace();
  store = await openStore({ dataDir });
  ctx = { ...workspace.ctx, store, actor: { kind: 'system' }, via: 'config-file' };
});
afterEach(async () => {
  await store.close();
  await workspace.close();
  await rm(dataDir, { recursive: true });
});

/** The database as the first version left it: its one migration, its rows. */
async function writeFirstVersion(path: string): Promise<void> {
  const prisma = join(dataDir, 'prisma');
  await mkdir(join(prisma, 'migrations'), { recursive: true });
  for (const part of ['schema.prisma', 'migrations/migration_lock.toml', 'migrations/0001_init']) {
    await cp(join(PRISMA, part), join(prisma, part), { recursive: true });
  }
  expect((await migrateDatabase(path, prisma)).applied).toEqual(['0001_init']);
  const factory = new OneConnectionLibSql(path, []);
  await (await factory.connect()).executeScript(await readFile(join(FIRST, 'rows.sql'), 'utf8'));
  factory.closeAll();
}

const file = () => readFile(join(FIRST, 'switchyard.yaml'), 'utf8');
const apply = (text: string) => applyConfigFile({ ctx, input: { text, name: 'switchyard.yaml' } });

describe('a database of the first version', () => {
  it('keeps its requests, which have none of what came later', async () => {
    const request = await getRequest({ ctx, input: { id: 'req_1' } });
    expect(requestRecordSchema.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      face: 'chat',
      denials: [],
      durationMs: 812.5,
      skips: [{ target: 'other' }],
    });
    expect(request.attempts).toMatchObject([{ n: 1, hedge: false, resume: null, notes: [] }]);
  });

  it('keeps its policies, targets and settings, with the defaults for what came later', async () => {
    const [flow] = await listFlows({ ctx });
    expect(flow?.policy).toEqual(policySchema.parse({ mode: 'mixed', badge: { on: true } }));
    expect(flow?.chain[0]?.adapter).toEqual({ systemSuffix: 'Be brief.' });
    expect(flow).toMatchObject({ callerTimeoutSeconds: null, exceptions: {} });
    const [target] = await listTargets({ ctx });
    expect(target).toMatchObject({ metricsOnly: false, breaker: { openSeconds: 5 } });
    expect(target?.effectiveBreaker).toEqual({ ...DEFAULT_BREAKER, consecutiveFailures: 4, openSeconds: 5 });
    expect((await getSettings({ ctx })).breaker).toEqual({ ...DEFAULT_BREAKER, consecutiveFailures: 4 });
    const { snapshot } = await buildSnapshot({ ctx });
    expect(snapshot.breaker).toEqual({ ...DEFAULT_BREAKER, consecutiveFailures: 4 });
    expect(snapshot.targets[0]?.breaker.rampSeconds).toBe(DEFAULT_BREAKER.rampSeconds);
  });

  it('is not taken for edited: its configuration file is still the one in force', async () => {
    expect((await apply(await file())).outcome).toBe('unchanged');
    expect((await apply((await file()).replace('Be brief.', 'Be kind.'))).outcome).toBe('applied');
  });

  it('that sets something new differs from the file that it came from', async () => {
    const input = {
      slug: 'support-chat',
      expectedVersion: 1,
      patch: { policy: { buffer: true }, reason: 'hold the answers' },
    };
    await updateFlow({ ctx, input });
    expect((await apply(await file())).outcome).toBe('kept');
  });
});
