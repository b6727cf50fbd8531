import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiErrorSchema } from '#lib/contract/errors.ts';
import { setRuntime } from '#lib/runtime/accessor.ts';
import { type CallOptions, call } from './call.ts';
import { type ControlUnderTest, startControl } from './control-under-test.ts';

let control: ControlUnderTest;

beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

async function refusal(path: string, options: CallOptions) {
  const response = await call(path, options);
  return { status: response.status, ...apiErrorSchema.parse(await response.json()).error };
}

const raw = (text: string, type = 'application/json') => ({ method: 'PUT', raw: { type, text } });

describe('a call that cannot be', () => {
  test.each([
    ['', 'it is empty'],
    ['{"flows": [', 'it ends too early'],
    ['{"flows": tru', 'it ends too early'],
    ['{"flows":\n  [,]}', 'line 2, column 4'],
    ['{"secret": "abc" "x"}', 'line 1, column 18'],
  ])('JSON with a fault is a 400 that says where: %s', async (text, where) => {
    const refused = await refusal('/api/v1/config', raw(text));
    expect(refused).toMatchObject({ status: 400, code: 'invalid_json' });
    expect(refused.message).toContain(where);
    expect(refused.message).not.toContain('abc');
  });

  test('YAML with a fault is one too', async () => {
    const refused = await refusal('/api/v1/config', raw('flows: [', 'application/yaml'));
    expect(refused).toMatchObject({ status: 400, code: 'invalid_json' });
  });

  test('YAML whose alias leads nowhere says so, without the name', async () => {
    const refused = await refusal('/api/v1/config', raw('flows: *sk-secret', 'application/yaml'));
    expect(refused.message).toContain('alias');
    expect(refused.message).not.toContain('sk-secret');
  });

  test.each(['k: |sk-secret\n  x', 'k: !sk-secret!x 1', 'k: "\\xsk-secret"'])(
    'the fault of %j is told without quoting it',
    async (text) => {
      const refused = await refusal('/api/v1/config', raw(text, 'application/yaml'));
      expect(refused.message).toMatch(/^The body is not valid YAML: .* at line 1, column \d+\.$/);
      expect(refused.message).not.toContain('secret');
    },
  );

  test.each([201, 5_000, 100_000])('a body that is %i levels deep is refused in words', async (depth) => {
    const text = `{"flows":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    const refused = await refusal('/api/v1/config', raw(text));
    expect(refused).toMatchObject({ status: 400, code: 'invalid_json' });
    expect(refused.message).toBe('The body is not valid JSON: it is nested deeper than 200 levels.');
  });

  test('a body over 25 MB is refused, whether or not it admits its size', async () => {
    const refused = await refusal('/api/v1/config', raw(`"${'x'.repeat(25 * 1024 * 1024)}"`));
    expect(refused).toMatchObject({ status: 413, code: 'payload_too_large' });
  });

  test('every fault of a document is named by its path, and nothing has changed', async () => {
    const before = await (await call('/api/v1/config')).json();
    const document = {
      providers: [{ slug: 'No Slug', name: 'x', kind: 'wrong', endpoints: [] }],
      targets: [{ slug: 'small', provider: 'nobody', endpoint: 'main', model: '' }],
      flows: [
        { slug: 'a', name: 'A', chain: [], policy: { mode: 'sometimes' } },
        { slug: 'b', name: 'B', chain: ['small', 'nowhere'], aliases: ['a'] },
      ],
    };
    const refused = await refusal('/api/v1/config', { method: 'PUT', body: document });
    expect(refused).toMatchObject({ status: 422, code: 'invalid' });
    expect(refused.issues.map((issue) => issue.path)).toEqual(
      expect.arrayContaining([
        'providers.0.slug',
        'providers.0.kind',
        'providers.0.endpoints',
        'flows.0.chain',
        'flows.0.policy.mode',
        'targets.0.provider',
        'targets.0.model',
        'flows.1.chain.1',
        'flows.1.aliases.0',
      ]),
    );
    expect(await (await call('/api/v1/config')).json()).toEqual(before);
  });

  test('what is missing or unknown is said in words', async () => {
    const refused = await refusal('/api/v1/api-keys', { method: 'POST', body: { nam: 'x' } });
    expect(refused.issues).toEqual(
      expect.arrayContaining([
        { path: 'name', message: 'Required: string.' },
        { path: '', message: 'Not known here: nam.' },
      ]),
    );
  });

  test.each(['?limit=0', '?limit=many', '?unknown=1', '?cursor=abc'])(
    'a query is checked: %s',
    async (query) => {
      expect(await refusal(`/api/v1/flows${query}`, {})).toMatchObject({ status: 422 });
    },
  );

  test.each(['?from=yesterday', '?from=2&to=1', '?from=0&step=1', '?by=moon'])(
    'a range of metrics is checked: %s',
    async (query) => {
      expect(await refusal(`/api/v1/metrics${query}`, {})).toMatchObject({ status: 422 });
    },
  );
});

describe('instants', () => {
  test.each(['requests', 'events', 'metrics', 'attempts'])(
    'of %s that no calendar has are refused',
    async (list) => {
      const refused = await refusal(`/api/v1/${list}?from=99999999999999999999`, {});
      expect(refused).toMatchObject({ status: 422, issues: [{ path: 'from' }] });
    },
  );
});

describe('versions', () => {
  const body = { name: 'Renamed' };
  const path = '/api/v1/flows/support-chat';

  test('a change without If-Match is a 428', async () => {
    expect(await refusal(path, { method: 'PATCH', body })).toMatchObject({
      status: 428,
      code: 'version_required',
    });
  });

  test('a stale save is a 409 with the row as it is now, and the first save stands', async () => {
    const version = (await call(path)).headers.get('etag') ?? '';
    const save = (name: string) =>
      call(path, { method: 'PATCH', body: { name }, headers: { 'if-match': version } });
    expect((await save('First')).status).toBe(200);
    const second = await save('Second');
    expect(second.status).toBe(409);
    const { error } = await second.json();
    expect(error.code).toBe('stale_version');
    expect(error.current).toMatchObject({ slug: 'support-chat', name: 'First' });
    expect(error.current.version).toBeGreaterThan(Number(version.replaceAll('"', '')));
  });
});

describe('overrides', () => {
  const path = '/api/v1/breakers/provider/openai-sim/override';

  test('one without a reason is a 422 at that field', async () => {
    const refused = await refusal(path, { method: 'PUT', body: { kind: 'forced_open' } });
    expect(refused.issues[0]).toMatchObject({ path: 'reason' });
  });

  test('a scope that does not exist is a 404', async () => {
    const nowhere = '/api/v1/breakers/target/nowhere/override';
    const body = { kind: 'forced_open', reason: 'a reason of enough words' };
    expect(await refusal(nowhere, { method: 'PUT', body })).toMatchObject({ status: 404 });
  });

  test('the call answers only once the gateway acts on it, and a silent gateway is a 504', async () => {
    const body = { kind: 'forced_open', reason: 'a reason of enough words', acknowledge: 'no-target' };
    const done = await call(path, { method: 'PUT', body });
    expect((await done.json()).effective).toBe('forced_open');
    expect(control.gateway.overrides).toMatchObject([{ scope: 'provider', id: 'openai-sim' }]);
    control.gateway.silent = true;
    const silent = await refusal(path, { method: 'DELETE' });
    control.gateway.silent = false;
    expect(silent).toMatchObject({ status: 504, code: 'gateway_timeout' });
  });

  test('while the gateway is away an override is kept for it and a reset is a 503', async () => {
    control.parts.link.receive({ type: 'gateway-up', up: false });
    const reset = await refusal('/api/v1/breakers/target/gpt-4o-us/reset', { method: 'POST' });
    expect([503, 504]).toContain(reset.status);
    control.parts.link.receive({ type: 'gateway-up', up: true });
  });
});

test('a bug of ours is a 500 without a trace of it', async () => {
  const { runtime } = control;
  setRuntime({ ...runtime, perform: () => Promise.reject(new Error('secret detail at /some/path')) });
  const refused = await refusal('/api/v1/flows', {});
  setRuntime(runtime);
  expect(refused).toMatchObject({ status: 500, code: 'internal' });
  expect(JSON.stringify(refused)).not.toMatch(/secret|path|at /);
});
