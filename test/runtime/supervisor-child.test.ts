import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManagedChild } from '#lib/runtime/supervisor-child.ts';

const NODE = process.execPath;
let folder: string;
let child: ManagedChild;
let greeted: Promise<unknown>;
const logged: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-child-'));
});

afterEach(() => {
  process.execPath = NODE;
  child.kill();
  rmSync(folder, { recursive: true });
  logged.length = 0;
});

/** A child that says hello once it runs; `env` is what it is started with each time. */
function manage(env: NodeJS.ProcessEnv, log: (line: string) => void): void {
  const entry = join(folder, 'child.mjs');
  writeFileSync(entry, 'process.send("hello"); setInterval(() => {}, 1000);');
  greeted = new Promise((resolve) => {
    const ignore = () => {};
    const common = { role: 'gateway', entry, env, nodeFlags: [], onFork: ignore, onExit: ignore } as const;
    child = new ManagedChild({ ...common, onMessage: resolve, log });
  });
}

describe('a child process that cannot be started', () => {
  it('is tried again when there is no program to run, as in the middle of an upgrade', async () => {
    manage({ ...process.env }, (line) => {
      logged.push(line);
      process.execPath = NODE;
    });
    process.execPath = join(folder, 'missing');
    child.start();
    expect(await greeted).toBe('hello');
    expect(logged).toHaveLength(1);
  });

  it('is tried again when the system refuses a process at once', async () => {
    const env: NodeJS.ProcessEnv = { ...process.env, TOO_LARGE: 'x'.repeat(3_000_000) };
    manage(env, (line) => {
      logged.push(line);
      delete env.TOO_LARGE;
    });
    child.start();
    expect(await greeted).toBe('hello');
    expect(logged.join()).toContain('E2BIG');
  });

  it('does not keep the supervisor from stopping', async () => {
    manage({ ...process.env }, (line) => logged.push(line));
    process.execPath = join(folder, 'missing');
    child.start();
    await new Promise((resolve) => setImmediate(resolve));
    await child.stop(1_000);
    expect(child.process).toBeNull();
  });
});
