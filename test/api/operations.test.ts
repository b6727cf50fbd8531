import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATION_IDS, type OperationId, operation } from '#lib/contract/operations.ts';
import type { RequestRecord } from '#lib/contract/records.ts';
import { type CallOptions, call } from './call.ts';
import { type ControlUnderTest, startControl } from './control-under-test.ts';

const upstream = createServer((request, response) => {
  response.writeHead(200, {
    'content-type': 'application/json',
    'x-switchyard-flow': 'support-chat',
    'x-internal': 'secret',
  });
  request.pipe(response);
});
let control: ControlUnderTest;

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  control = await startControl({ GATEWAY_PORT: String(port) });
  await control.gateway.simulator;
  await control.parts.simulator.refresh();
  control.parts.persister.addRequests([record]);
  await control.parts.persister.flush();
});
afterAll(async () => {
  await control.stop();
  upstream.close();
});

const record: RequestRecord = {
  id: 'req_1',
  atWallMs: 1_700_000_000_000,
  flow: 'support-chat',
  flowVersion: 1,
  apiKeyId: null,
  face: 'chat',
  stream: false,
  stakes: null,
  outcome: 'failed',
  status: 503,
  servedBy: null,
  degraded: false,
  reason: null,
  badge: false,
  durationMs: 12,
  firstTokenMs: null,
  usage: null,
  attempts: [],
  skips: [],
  denials: [],
  malformedEvents: 0,
  simulated: true,
};

const provider = {
  slug: 'extra',
  name: 'Extra',
  kind: 'openai-compatible',
  endpoints: [{ slug: 'main', baseUrl: 'http://127.0.0.1:9' }],
};
const target = { slug: 'extra-small', provider: 'extra', endpoint: 'main', model: 'small' };
const flow = { slug: 'extra-flow', name: 'Extra flow', chain: ['extra-small'] };
const draftPath = '/api/v1/flows/extra-flow/draft';
const draft = { chain: ['gpt-4o-us'], policy: {}, basedOn: 3 };
const reason = 'a reason of enough words';
const breaker = '/api/v1/breakers/target/gpt-4o-us';
const fault = { provider: 'groq-sim', fault: 'server_error' };

/** In an order in which each finds what it needs. `version`: sends If-Match with the version that a GET of that path has. */
const CALLS: [OperationId, string, CallOptions & { version?: string; after?: 'key' | 'fault' }][] = [
  ['health.get', '/api/health', { as: 'nobody' }],
  ['openapi.get', '/api/openapi.json', {}],
  ['status.get', '/api/v1/status', {}],
  ['config.get', '/api/v1/config', {}],
  ['config.put', '/api/v1/config?dryRun=true', { body: { flows: [] } }],
  ['configFile.get', '/api/v1/config/file', {}],
  ['providers.list', '/api/v1/providers', {}],
  ['providers.create', '/api/v1/providers', { body: provider }],
  ['providers.get', '/api/v1/providers/extra', {}],
  [
    'providers.update',
    '/api/v1/providers/extra',
    { body: { name: 'Other' }, version: '/api/v1/providers/extra' },
  ],
  ['targets.list', '/api/v1/targets?limit=2', {}],
  ['targets.create', '/api/v1/targets', { body: target }],
  ['targets.get', '/api/v1/targets/extra-small', {}],
  [
    'targets.update',
    '/api/v1/targets/extra-small',
    { body: { enabled: false }, version: '/api/v1/targets/extra-small' },
  ],
  ['targets.drainPreview', '/api/v1/targets/extra-small/drain', {}],
  ['targets.drain', '/api/v1/targets/extra-small/drain', { body: { reason: 'a reason of enough words' } }],
  ['targets.test', '/api/v1/targets/extra-small/test', {}],
  ['targets.resume', '/api/v1/targets/extra-small/resume', {}],
  ['providers.test', '/api/v1/test-calls', { body: { provider: 'extra' } }],
  [
    'providers.rotate',
    '/api/v1/providers/groq-sim/rotate',
    { body: { credential: { apiKey: 'another' } }, version: '/api/v1/providers/groq-sim' },
  ],
  [
    'providers.endOverlap',
    '/api/v1/providers/groq-sim/rotate/end',
    { body: {}, version: '/api/v1/providers/groq-sim' },
  ],
  [
    'providers.onboard',
    '/api/v1/onboarding',
    {
      body: {
        provider: { ...provider, slug: 'whole' },
        targets: [{ slug: 'whole-small', endpoint: 'main', model: 'small' }],
        flow: { slug: 'whole-flow', name: 'Whole', chain: ['whole-small'] },
      },
    },
  ],
  ['flows.list', '/api/v1/flows', {}],
  ['flows.create', '/api/v1/flows', { body: flow }],
  ['flows.get', '/api/v1/flows/extra-flow', {}],
  [
    'flows.update',
    '/api/v1/flows/extra-flow',
    { body: { policy: { badge: { on: true } }, reason }, version: '/api/v1/flows/extra-flow' },
  ],
  [
    'flows.putChain',
    '/api/v1/flows/extra-flow/chain',
    { body: { chain: ['extra-small', 'gpt-4o-us'], reason }, version: '/api/v1/flows/extra-flow' },
  ],
  ['flows.putDraft', draftPath, { body: draft, version: draftPath }],
  ['flows.getDraft', draftPath, {}],
  ['flows.deleteDraft', draftPath, { version: draftPath }],
  ['flows.putDraft', draftPath, { body: draft, version: draftPath }],
  [
    'flows.publish',
    '/api/v1/flows/extra-flow/publish',
    { body: { draftVersion: 2, reason }, version: '/api/v1/flows/extra-flow' },
  ],
  ['flows.listVersions', '/api/v1/flows/extra-flow/versions?limit=2', {}],
  ['flows.getVersion', '/api/v1/flows/extra-flow/versions/2', {}],
  [
    'flows.rollback',
    '/api/v1/flows/extra-flow/versions/1/rollback',
    { body: { reason }, version: '/api/v1/flows/extra-flow' },
  ],

  [
    'flows.explain',
    '/api/v1/flows/extra-flow/explain',
    { body: { stakes: 'high', assume: [{ scope: 'provider', id: 'extra', state: 'open' }] } },
  ],
  ['flows.replay', '/api/v1/flows/extra-flow/replay', { body: { seed: 3 } }],
  ['flows.readiness', '/api/v1/flows/extra-flow/readiness', {}],
  ['readiness.list', '/api/v1/readiness', {}],
  [
    'flows.playground',
    '/api/v1/flows/extra-flow/playground',
    { body: { messages: [{ role: 'user', content: 'hi' }] } },
  ],
  ['flows.delete', '/api/v1/flows/extra-flow', { version: '/api/v1/flows/extra-flow' }],
  ['targets.delete', '/api/v1/targets/extra-small', { version: '/api/v1/targets/extra-small' }],
  ['providers.delete', '/api/v1/providers/extra', { version: '/api/v1/providers/extra' }],
  ['apiKeys.create', '/api/v1/api-keys', { body: { name: 'web backend' } }],
  ['apiKeys.list', '/api/v1/api-keys', {}],
  ['apiKeys.delete', '/api/v1/api-keys/{id}', { after: 'key' }],
  ['settings.get', '/api/v1/settings', {}],
  [
    'settings.update',
    '/api/v1/settings',
    { body: { breaker: { minimumCalls: 30 } }, version: '/api/v1/settings' },
  ],
  ['breakers.list', '/api/v1/breakers', {}],
  ['breakers.get', '/api/v1/breakers/endpoint/openai-sim.us-east', {}],
  ['breakers.impact', `${breaker}/impact?kind=forced_open`, {}],
  [
    'breakers.setOverride',
    `${breaker}/override`,
    { body: { kind: 'forced_open', reason: 'a reason of enough words' } },
  ],
  ['breakers.clearOverride', `${breaker}/override`, {}],
  ['breakers.reset', `${breaker}/reset`, {}],
  ['breakers.probe', `${breaker}/probe`, {}],
  ['breakers.clearCooldown', `${breaker}/cooldown`, {}],
  ['metrics.query', '/api/v1/metrics?by=flow', {}],
  ['attempts.list', '/api/v1/attempts?target=gpt-4o-us', {}],
  ['failures.list', '/api/v1/failures', {}],
  ['requests.list', '/api/v1/requests?flow=support-chat', {}],
  ['requests.get', '/api/v1/requests/req_1', {}],
  ['events.list', '/api/v1/events?scope=target', {}],
  ['audit.list', '/api/v1/audit?limit=3', {}],
  ['simulator.get', '/api/v1/simulator', {}],
  ['simulator.addFault', '/api/v1/simulator/faults', { body: fault }],
  ['simulator.clearFault', '/api/v1/simulator/faults/{id}', { after: 'fault' }],
  ['simulator.clearFaults', '/api/v1/simulator/faults', {}],
  ['live.stream', '/api/live', {}],
  ['demo.remove', '/api/v1/demo', {}],
];

/** Without these: set-up and the configuration file have tests of their own, and the traffic generator is not started here. */
const ELSEWHERE: OperationId[] = ['setup.create', 'configFile.apply', 'simulator.setTraffic'];

async function versionAt(path: string): Promise<string> {
  return (await call(path)).headers.get('etag') ?? '';
}

async function idAfter(what: 'key' | 'fault'): Promise<string> {
  if (what === 'fault') {
    const added = await call('/api/v1/simulator/faults', { method: 'POST', body: fault });
    return (await added.json()).id;
  }
  return (await (await call('/api/v1/api-keys')).json()).items[0].id;
}

describe('control API', () => {
  test.each(CALLS)('%s answers as its schema says', async (id, path, { version, after, ...options }) => {
    const one = operation(id);
    const headers: Record<string, string> =
      version === undefined ? {} : { 'if-match': await versionAt(version) };
    const where = after === undefined ? path : path.replace('{id}', await idAfter(after));
    const response = await call(where, { method: one.method, headers, ...options });
    const text = one.produces === 'text/event-stream' ? '' : await response.text();
    expect(response.status, text).toBe(one.status);
    if (one.answer !== undefined) expect(one.answer.safeParse(JSON.parse(text)).error).toBeUndefined();
    else if (one.status === 204) expect(text).toBe('');
    await response.body?.cancel().catch(() => undefined);
  });

  test('no operation is left out', () => {
    const seen = new Set<OperationId>([...CALLS.map(([id]) => id), ...ELSEWHERE]);
    expect(OPERATION_IDS.filter((id) => !seen.has(id))).toEqual([]);
  });

  test("the playground relays the gateway's answer with what says who served, and nothing of the connection", async () => {
    const response = await control.runtime.playground(
      'support-chat',
      { messages: [{ role: 'user', content: 'hi' }], stream: false },
      new AbortController().signal,
    );
    expect(await response.json()).toEqual({
      model: 'support-chat',
      messages: [{ role: 'user', content: 'hi' }],
      stream: false,
    });
    expect(response.headers.get('x-switchyard-flow')).toBe('support-chat');
    expect(response.headers.get('x-internal')).toBeNull();
  });

  test('after the demo is removed nothing simulated is left', async () => {
    const status = await (await call('/api/v1/status')).json();
    expect(status.demo).toBe(false);
    expect((await (await call('/api/v1/simulator')).json()).providers).toEqual([]);
  });
});
