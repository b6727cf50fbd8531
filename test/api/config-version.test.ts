import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from './call.ts';
import { type ControlUnderTest, startControl } from './control-under-test.ts';

let control: ControlUnderTest;
beforeEach(async () => {
  control = await startControl({ SWITCHYARD_DEMO: 'off' });
});
afterEach(() => control.stop());

const versionNow = async () => (await call('/api/v1/config')).headers.get('etag') ?? '';
const put = (body: unknown, version?: string, query = '') =>
  call(`/api/v1/config${query}`, {
    method: 'PUT',
    body,
    headers: version === undefined ? {} : { 'if-match': version },
  });
const openFor = (openSeconds: number) => ({ settings: { breaker: { openSeconds } } });
const openSeconds = async () => (await (await call('/api/v1/config')).json()).settings.breaker.openSeconds;

describe('the version of the configuration', () => {
  it('comes with every export and grows with every change', async () => {
    const before = await versionNow();
    expect(before).toMatch(/^"\d+"$/);
    expect((await call('/api/v1/config?format=yaml')).headers.get('etag')).toBe(before);
    await put(openFor(7));
    expect(await versionNow()).not.toBe(before);
  });

  it('named in a replacement refuses it when somebody else was faster, and changes nothing', async () => {
    const mine = await versionNow();
    expect((await put(openFor(7), mine)).status).toBe(200);
    const late = await put(openFor(9), mine);
    expect(late.status).toBe(409);
    const { error } = await late.json();
    expect(error.code).toBe('stale_version');
    expect(error.message).toMatch(/was changed in the meantime/);
    expect(`"${error.current.version}"`).toBe(await versionNow());
    expect(await openSeconds()).toBe(7);
    expect((await put(openFor(9), mine, '?dryRun=true')).status).toBe(409);
    expect((await put(openFor(9), await versionNow())).status).toBe(200);
  });

  it('may be left out; what is no version is refused', async () => {
    expect((await put(openFor(8))).status).toBe(200);
    const refused = await put(openFor(9), 'yesterday');
    expect(refused.status).toBe(428);
    expect(await openSeconds()).toBe(8);
  });
});

describe('the reason of a replacement', () => {
  it('stands in the audit', async () => {
    await put(openFor(7), undefined, '?reason=Probes%20came%20too%20late');
    const { items } = await (await call('/api/v1/audit?limit=1')).json();
    expect(items[0]).toMatchObject({ action: 'config.replace', reason: 'Probes came too late' });
  });

  it('is refused when it says nothing', async () => {
    const refused = await put(openFor(7), undefined, '?reason=because');
    expect(refused.status).toBe(422);
    expect((await refused.json()).error.issues[0].path).toBe('reason');
  });
});
