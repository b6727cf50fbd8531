import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { askAt } from '#lib/cli/ask.ts';
import { call } from '../api/call.ts';
import { ADMIN_TOKEN, type ControlUnderTest, startControl } from '../api/control-under-test.ts';
import { everyField } from '../support/every-field.ts';
import { type ServedControl, serveControl } from './served-control.ts';

const ROOT = join(import.meta.dirname, '../..');

let control: ControlUnderTest;
let served: ServedControl;
let folder: string;
let file: string;

beforeAll(async () => {
  control = await startControl({ SWITCHYARD_DEMO: 'off' });
  served = await serveControl();
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'));
  file = join(folder, 'switchyard.yaml');
  await writeFile(file, stringify(everyField()));
});
afterAll(async () => {
  await served.close();
  await control.stop();
  await rm(folder, { recursive: true });
});

function run(command: string, args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, SWITCHYARD_URL: served.url, SWITCHYARD_ADMIN_TOKEN: ADMIN_TOKEN };
  return new Promise((resolve) => {
    execFile(command, [...args], { cwd: ROOT, env }, (error, out, err) => {
      const code = error === null ? 0 : Number(error.code ?? -1);
      resolve({ code, out, err });
    });
  });
}

const npm = (...args: string[]) => run('npm', ['run', '--silent', 'config', '--', ...args]);

describe('npm run config', () => {
  it('finds, applies and exports a configuration, and tells by its exit code how it went', async () => {
    expect((await npm('diff', file)).code).toBe(1);
    const applied = await npm('apply', file, '--yes');
    expect(applied, applied.err).toMatchObject({ code: 0 });
    expect(await npm('diff', file)).toMatchObject({ code: 0, err: '' });
    const exported = await npm('export');
    expect(parse(exported.out)).toEqual(await (await call('/api/v1/config')).json());
    const failed = await npm('apply', join(folder, 'none.yaml'));
    expect(failed).toMatchObject({ code: 2, out: '' });
    expect(failed.err).toContain('There is no file');
  });

  it('is the command switchyard-config as well', async () => {
    const named = await run('npx', ['--no-install', 'switchyard-config', 'diff', file]);
    expect(named).toMatchObject({ code: 0, err: '' });
  });

  it('ends quietly when whoever reads its output stops early', async () => {
    const script = 'set -o pipefail; node scripts/config.mjs export | true';
    expect(await run('bash', ['-c', script])).toEqual({ code: 0, out: '', err: '' });
  });
});

describe('a question at a terminal', () => {
  it.each([
    ['y\r', 'y'],
    ['\u0003', ''],
    ['\u0004', ''],
  ])('that is answered with %j means "%s"', async (typed, expected) => {
    const input = new PassThrough();
    const answer = askAt(input, new PassThrough(), 'Put it in force? [y/N] ');
    input.write(typed);
    expect(await answer).toBe(expected);
  });
});
