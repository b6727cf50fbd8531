import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename as move, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { listAudit } from '#lib/control/audit/list.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { getFlow } from '#lib/control/flow/get.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { updateProvider } from '#lib/control/provider/update.ts';
import { ConfigFile } from '#lib/runtime/control-config-file.ts';
import {
  ANTHROPIC_KEY,
  exampleConfig,
  openWorkspace,
  present,
  refusalOf,
  type Workspace,
} from '../control/workspace.ts';

let workspace: Workspace;
let folder: string;
let path: string;
let file: ConfigFile;

/** The example as a file, with its first flow named so. */
function named(name: string): string {
  const config = exampleConfig();
  present(config.flows?.[0]).name = name;
  return stringify(config);
}

const started = (): ConfigFile => {
  const ctx: ControlContext = { ...workspace.ctx, actor: { kind: 'system' }, via: 'system' };
  return new ConfigFile({ ctx, path, runningVersion: () => workspace.published.at(-1)?.version ?? null });
};
const onDisk = (text: string) => writeFile(path, text);
const rename = async (name: string) => {
  const { ctx } = workspace;
  const { version } = await getFlow({ ctx, input: { slug: 'support-chat' } });
  await updateFlow({ ctx, input: { slug: 'support-chat', expectedVersion: version, patch: { name } } });
};
const nameNow = async () => (await getFlow({ ctx: workspace.ctx, input: { slug: 'support-chat' } })).name;

beforeEach(async () => {
  workspace = await openWorkspace();
  folder = await mkdtemp(join(tmpdir(), 'switchyard-file-'));
  path = join(folder, 'switchyard.yaml');
  await onDisk(named('From the file'));
  file = started();
  await file.applyAtStart();
});
afterEach(async () => {
  await workspace.close();
  await rm(folder, { recursive: true });
});

describe('the notice about the configuration file', () => {
  it('is silent while the file is in force, and comes and goes with edits', async () => {
    expect(await file.notice()).toBeNull();
    await rename('By hand');
    expect(await file.notice()).toBe(
      'What is running differs from switchyard.yaml in 1 place (/flows/support-chat/name). Export it to the file, or put the file in force again.',
    );
    await rename('From the file');
    expect(await file.notice()).toBeNull();
  });

  it('takes a key that is the same in the file for the same, and shows neither where they differ', async () => {
    const { ctx } = workspace;
    const change = {
      slug: 'anthropic',
      expectedVersion: 1,
      patch: { credential: { apiKey: 'sk-ant-other' } },
    };
    await updateProvider({ ctx, input: change });
    const view = await file.view();
    expect(view.changes).toEqual([
      {
        path: '/providers/anthropic/credential',
        op: 'change',
        before: { stored: true },
        after: { stored: true },
      },
    ]);
    expect(JSON.stringify(view)).not.toMatch(new RegExp(`sk-ant-other|${ANTHROPIC_KEY}`));
    await updateProvider({
      ctx,
      input: { ...change, expectedVersion: 2, patch: { credential: { apiKey: ANTHROPIC_KEY } } },
    });
    expect((await file.view()).changes).toEqual([]);
  });

  it('looks at the disk again after half a minute, or when the file is asked for', async () => {
    await onDisk(named('New in the file'));
    workspace.clock.now += 29_000;
    expect(await file.notice()).toBeNull();
    workspace.clock.now += 1_000;
    expect(await file.notice()).toContain('has changed since Switchyard started');
    expect(await file.notice()).toContain('Apply it, or restart, to put it in force.');
    await onDisk(named('From the file'));
    expect((await file.view()).notice).toBeNull();
    expect(await file.notice()).toBeNull();
  });

  it('goes when the file has been put in force through the API', async () => {
    const { ctx } = workspace;
    await onDisk(named('New in the file'));
    const config = exampleConfig();
    present(config.flows?.[0]).name = 'New in the file';
    await replaceConfig({ ctx, input: { document: config } });
    expect((await file.view()).notice).toBeNull();
  });

  it('says why a file on the disk cannot be used, and where', async () => {
    await onDisk('flows: [');
    expect((await file.view()).notice).toMatch(/^switchyard\.yaml is neither YAML nor JSON: /);
    await onDisk(named('x').replace('- claude\n', '- nobody\n'));
    expect((await file.view()).notice).toContain('has a fault: flows.0.chain.0: No target "nobody"');
    await rm(path);
    expect(await file.view()).toMatchObject({
      sha256: null,
      changes: [],
      problem: 'switchyard.yaml cannot be read (ENOENT).',
    });
    expect(await nameNow()).toBe('From the file');
  });

  it('never quotes a file with a fault, here or in the log: it may hold a key', async () => {
    const logged: string[] = [];
    const listen = (warning: Error) => logged.push(warning.message);
    process.on('warning', listen);
    for (const text of ['k: *sk-secret', 'k: |sk-secret\n  x', 'k: !sk-secret!x 1', 'k: "\\xsk-secret"']) {
      await onDisk(text);
      const { notice } = await file.view();
      expect(notice).toMatch(/neither YAML nor JSON: .*(alias|at line 1, column \d+)/);
      expect(notice).not.toContain('secret');
    }
    await onDisk(named('x').replace('apiKey: ', 'apiKey: !mine '));
    expect((await file.view()).problem).toBeNull();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(logged).toEqual([]);
  });

  it('says what is in the place of the file, without reading it', async () => {
    await rm(path);
    execFileSync('mkfifo', [path]);
    expect((await file.view()).problem).toBe('switchyard.yaml is not a regular file.');
    await rm(path);
    await mkdir(path);
    expect((await file.view()).problem).toBe('switchyard.yaml is a folder, not a file.');
    await rm(path, { recursive: true });
    await onDisk('');
    await truncate(path, 25 * 1024 * 1024 + 1);
    expect((await file.view()).problem).toBe('switchyard.yaml is larger than 25 MB.');
    workspace.clock.now += 30_000;
    await rm(path);
    expect(await file.notice()).toContain('cannot be read (ENOENT)');
  });

  it('follows a link, as mounted files are', async () => {
    await move(path, `${path}.1`);
    await symlink(`${path}.1`, path);
    expect((await file.view()).notice).toBeNull();
  });

  it('is there after a start that left an edit alone', async () => {
    await rename('By hand');
    await onDisk(named('New in the file'));
    const second = started();
    await second.applyAtStart();
    expect(await nameNow()).toBe('By hand');
    expect(await second.notice()).toContain('in 1 place (/flows/support-chat/name)');
  });
});

describe('putting the file in force again', () => {
  it('replaces what was edited, by whoever asked for it, and is then what a restart goes by', async () => {
    await rename('By hand');
    const { sha256, configVersion } = await file.view();
    const diff = await file.apply(workspace.ctx, { sha256: present(sha256), configVersion });
    expect(diff.changes).toMatchObject([{ path: '/flows/support-chat/name', after: 'From the file' }]);
    expect(await nameNow()).toBe('From the file');
    expect(await file.view()).toMatchObject({ notice: null, edited: false, changedSinceStart: false });
    const { items } = await listAudit({ ctx: workspace.ctx, input: { limit: 1 } });
    expect(items[0]).toMatchObject({ action: 'config.apply-file', by: 'user:ana@example.com' });
    await onDisk(named('Next'));
    const second = started();
    await second.applyAtStart();
    expect(await nameNow()).toBe('Next');
  });

  it('takes what is on the disk, only as it was looked at', async () => {
    await onDisk(named('New in the file'));
    const seen = await file.view();
    await onDisk(named('Newer still'));
    const input = { sha256: present(seen.sha256), configVersion: seen.configVersion };
    expect(await refusalOf(file.apply(workspace.ctx, input))).toMatchObject({ code: 'conflict' });
    expect(await nameNow()).toBe('From the file');
    const again = await file.view();
    await file.apply(workspace.ctx, { sha256: present(again.sha256), configVersion: again.configVersion });
    expect(await nameNow()).toBe('Newer still');
  });

  it('loses no edit that was made since', async () => {
    await onDisk(named('New in the file'));
    const { sha256, configVersion } = await file.view();
    await rename('By hand');
    const refusal = await refusalOf(file.apply(workspace.ctx, { sha256: present(sha256), configVersion }));
    expect(refusal.code).toBe('stale_version');
    expect(await nameNow()).toBe('By hand');
  });
});
