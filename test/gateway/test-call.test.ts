import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { TestCall, TestResult } from '#lib/contract/test-call.ts';
import { startSimulator } from '#lib/simulator/simulator.ts';
import {
  answers,
  type Behaviour,
  FakeUpstream,
  fails,
  keepsSilent,
  replies,
} from '#test/support/fake-upstream.ts';
import { snapshotOf, TestGateway } from './support.ts';

const SECRET = 'q7Zt0vV2mK9secret';
const AWS_KEYS = 'AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function startGateway(): Promise<TestGateway> {
  const gateway = await TestGateway.start();
  open.push({ close: () => gateway.worker.stop() });
  return gateway;
}

async function startUpstream(...behaviours: Behaviour[]): Promise<FakeUpstream> {
  const upstream = await FakeUpstream.start(...behaviours);
  open.push(upstream);
  return upstream;
}

const CALL: TestCall = {
  kind: 'openai',
  baseUrl: 'http://127.0.0.1:1',
  region: null,
  credential: SECRET,
  model: null,
  deployment: null,
};

async function tried(gateway: TestGateway, call: Partial<TestCall>): Promise<TestResult> {
  gateway.tell({ type: 'test-call', commandId: 't1', call: { ...CALL, ...call } });
  return gateway.until((messages) => {
    const found = messages.find((message) => message.type === 'test-result' && message.commandId === 't1');
    return found?.type === 'test-result' ? found.result : undefined;
  });
}

const FORMATS = [
  ['openai', 'openai', 'openai', SECRET],
  ['openai-compatible', 'openai', 'openai-compatible', SECRET],
  ['anthropic', 'anthropic', 'anthropic', SECRET],
  ['google', 'gemini', 'google', SECRET],
  ['azure-openai', 'azure', 'azure-openai', SECRET],
  ['bedrock', 'bedrock', 'bedrock', AWS_KEYS],
] as const;

describe('a test call', () => {
  it.each(FORMATS)('lists the models of %s', async (_, format, kind, credential) => {
    const endpoint = { provider: 'p', endpoint: 'e', format, port: 0, models: ['small', 'large'] };
    const simulator = await startSimulator(
      { controlPort: 0, controlToken: 't', endpoints: [endpoint], traffic: null },
      { timing: 'instant' },
    );
    onTestFinished(() => simulator.stop());
    const baseUrl = simulator.endpoints[0]?.url ?? '';
    const call = { kind, baseUrl, credential, region: 'us-east-1' };
    const result = await tried(await startGateway(), call);
    expect(result).toMatchObject({ ok: true, how: 'list', listable: true, failure: null });
    expect(result.models.map(({ id }) => id)).toEqual(['small', 'large']);
  });

  it('asks the model itself where one is named, and counts for nobody', async () => {
    const upstream = await startUpstream(answers('OK'));
    const gateway = await startGateway();
    gateway.tell({
      type: 'snapshot',
      commandId: null,
      snapshot: snapshotOf({ targets: { only: { origin: upstream.origin } } }),
    });
    const result = await tried(gateway, { baseUrl: upstream.origin, model: 'gpt-4o' });
    expect(result).toMatchObject({ ok: true, how: 'completion', failure: null });
    expect(upstream.calls.map(({ path }) => path)).toEqual(['/v1/chat/completions']);
    const states = gateway.messages.filter(({ type }) => type === 'breakers' || type === 'records');
    expect(states).toEqual([]);
  });

  it('says for a vendor without a list that a model has to be named', async () => {
    const result = await tried(await startGateway(), {
      kind: 'vertex',
      baseUrl: 'https://europe-west4-aiplatform.googleapis.com',
      region: 'europe-west4',
      credential: 'AIzaSomeKey',
    });
    expect(result).toMatchObject({ ok: false, how: null, listable: false, failure: { code: 'no_list' } });
  });

  it.each([
    ['a refused key', fails(401, { code: 'invalid_api_key', message: `No ${SECRET}` }), 'auth', 401],
    ['a used-up quota', fails(429, { code: 'insufficient_quota', message: 'Pay' }), 'quota_exhausted', 429],
    ['a key without that right', fails(403, { message: 'permission denied' }), 'permission', 403],
    ['no such path', replies(404, 'Not Found', {}), 'model_not_found', 404],
    [
      'a web page',
      replies(200, '<html>Hello</html>', { 'content-type': 'text/html' }),
      'protocol_violation',
      200,
    ],
    ['a redirect', replies(302, '', { location: 'http://127.0.0.1:1' }), 'protocol_violation', 302],
    ['a failing vendor', fails(500, { message: 'Oops' }), 'server_error', 500],
  ] as const)('tells %s', async (_, behaviour, failureClass, status) => {
    const upstream = await startUpstream(behaviour);
    const gateway = await startGateway();
    const result = await tried(gateway, { baseUrl: upstream.origin });
    expect(result).toMatchObject({ ok: false, models: [], failure: { class: failureClass, status } });
    expect(upstream.calls).toHaveLength(1);
    expect(`${JSON.stringify(gateway.messages)} ${gateway.logged}`).not.toContain(SECRET);
  });

  it('tells a port that nobody listens at', async () => {
    const gateway = await startGateway();
    const refused = await tried(gateway, { baseUrl: 'http://127.0.0.1:1' });
    expect(refused.failure).toMatchObject({ class: 'connection', code: 'ECONNREFUSED' });
  });

  it('knows what cannot be a key without sending it', async () => {
    const upstream = await startUpstream(keepsSilent);
    const result = await tried(await startGateway(), { baseUrl: upstream.origin, credential: 'two words' });
    expect(result.failure).toMatchObject({ class: 'auth', code: 'unreadable_credential' });
    expect(upstream.calls).toEqual([]);
  });

  it("takes Azure's resource for good where its deployments are not listed", async () => {
    const upstream = await startUpstream(
      replies(404, '{"error":{"code":"404","message":"Resource not found"}}'),
      replies(200, '{"data":[{"id":"gpt-4o"}]}'),
    );
    const result = await tried(await startGateway(), { kind: 'azure-openai', baseUrl: upstream.origin });
    expect(result).toMatchObject({ ok: true, listable: false, models: [] });
    expect(upstream.calls.map(({ path }) => path.split('?')[0])).toEqual([
      '/openai/deployments',
      '/openai/models',
    ]);
  });
});
