import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { EVERY_FIELD_KEYS, everyField } from '../support/every-field.ts';
import { call } from './call.ts';
import { type ControlUnderTest, startControl } from './control-under-test.ts';

let folder: string;
let path: string;
let control: ControlUnderTest;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-file-'));
  path = join(folder, 'switchyard.yaml');
  await writeFile(path, stringify(everyField()));
  control = await startControl({ SWITCHYARD_CONFIG: path });
});
afterEach(async () => {
  await control.stop();
  await rm(folder, { recursive: true });
});

const notice = async () => (await (await call('/api/v1/status')).json()).configNotice;
const fileNow = async () => (await (await call('/api/v1/config/file')).json()).file;
const edit = async (openSeconds: number) => {
  const { headers } = await call('/api/v1/settings');
  const body = { breaker: { ...everyField().settings?.breaker, openSeconds } };
  const done = await call('/api/v1/settings', {
    method: 'PATCH',
    body,
    headers: { 'if-match': headers.get('etag') ?? '' },
  });
  expect(done.status).toBe(200);
};
const applyFile = (sha256: string, version: number) =>
  call('/api/v1/config/file/apply', {
    method: 'POST',
    body: { sha256 },
    headers: { 'if-match': `"${version}"` },
  });

describe('a start with a configuration file', () => {
  it('says in the status how what is running differs from it, after every change', async () => {
    expect(await notice()).toBeNull();
    expect(control.lines.join('\n')).not.toContain('differs');
    await edit(9);
    expect(await notice()).toContain(
      'differs from switchyard.yaml in 1 place (/settings/breaker/openSeconds)',
    );
    await edit(7);
    expect(await notice()).toBeNull();
  });

  it('shows the differences, never a key, and puts the file in force again', async () => {
    await edit(9);
    const file = await fileNow();
    expect(file).toMatchObject({
      name: 'switchyard.yaml',
      edited: true,
      problem: null,
      changes: [{ path: '/settings/breaker/openSeconds', op: 'change', before: 9, after: 7 }],
    });
    for (const key of EVERY_FIELD_KEYS) expect(JSON.stringify(file)).not.toContain(key);
    expect((await applyFile(file.sha256, file.configVersion - 1)).status).toBe(409);
    expect((await applyFile('0'.repeat(64), file.configVersion)).status).toBe(409);
    const applied = await applyFile(file.sha256, file.configVersion);
    expect((await applied.json()).changes).toHaveLength(1);
    expect(await notice()).toBeNull();
    expect(control.gateway.snapshot?.breaker.openSeconds).toBe(7);
  });
});

it('without a file there is none to show or to apply', async () => {
  await control.stop();
  control = await startControl({ SWITCHYARD_DEMO: 'off' });
  expect(await fileNow()).toBeNull();
  expect((await applyFile('0'.repeat(64), 1)).status).toBe(404);
});
