import OpenAI, { AzureOpenAI } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers, FakeUpstream } from '#test/support/fake-upstream.ts';
import { KEY, TestGateway } from './support.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

let upstream: FakeUpstream;
let gateway: TestGateway;
beforeAll(async () => {
  upstream = await FakeUpstream.start(answers('Hi'));
  gateway = await TestGateway.start({
    targets: { primary: { origin: upstream.origin } },
    aliases: ['claude-support'],
  });
});
afterAll(async () => {
  await gateway.worker.stop();
  await upstream.close();
});

describe('credentials', () => {
  it('in any of the three headers are enough, also beside one that is of no use here', async () => {
    const given: Record<string, string>[] = [
      { authorization: '', 'api-key': KEY },
      { authorization: '', 'x-api-key': KEY },
      { authorization: 'Bearer sk-ant-oat01-someone', 'x-api-key': KEY },
      { authorization: `Bearer ${KEY}`, 'x-api-key': 'sk-ant-of-the-vendor' },
    ];
    for (const headers of given) {
      expect((await gateway.chat({}, headers)).status).toBe(200);
    }
    const none = await gateway.chat({}, { authorization: 'Bearer a', 'x-api-key': 'b', 'api-key': 'c' });
    expect(none.status).toBe(401);
  });
});

describe("Azure's paths", () => {
  it("serve Azure's client, whose deployment names the flow", async () => {
    const client = new AzureOpenAI({
      endpoint: gateway.url,
      apiKey: KEY,
      apiVersion: '2024-10-21',
      deployment: 'chat',
    });
    const completion = await client.chat.completions.create({ model: 'gpt-4o', messages: MESSAGES });
    expect(completion.choices[0]?.message.content).toBe('Hi');
  });

  it('take the deployment as model when the body has none, and the model where the path names no flow', async () => {
    const path = (deployment: string) =>
      `/openai/deployments/${deployment}/chat/completions?api-version=2024-10-21`;
    const bare = await gateway.call(path('claude%2Dsupport'), { messages: MESSAGES });
    expect(bare.headers.get('x-switchyard-flow')).toBe('chat');
    expect(JSON.parse(upstream.calls.at(-1)?.body ?? '')).toEqual({
      model: 'primary-model',
      messages: MESSAGES,
    });
    const both = await gateway.call(path('gpt-4o'), { model: 'chat', messages: MESSAGES });
    expect(both.status).toBe(200);
    const neither = await gateway.call(path('gpt-4o'), { messages: MESSAGES });
    expect(neither.status).toBe(404);
    expect((await neither.json()).error.message).toContain('"gpt-4o"');
    expect((await gateway.call(path('chat'), {})).status).toBe(400);
  });

  it("serve OpenAI's client with Azure's newer base URL", async () => {
    const client = new OpenAI({ apiKey: KEY, baseURL: `${gateway.url}/openai/v1/` });
    const completion = await client.chat.completions.create({ model: 'chat', messages: MESSAGES });
    expect(completion.choices[0]?.message.content).toBe('Hi');
    expect((await client.models.list()).data).toHaveLength(2);
  });
});

describe('paths that vendors have and we do not', () => {
  const KNOWN: [method: string, path: string, status: number, says: RegExp][] = [
    ['POST', '/v1/completions', 501, /POST \/v1\/chat\/completions/],
    ['POST', '/v1/images/generations', 501, /Text is/],
    ['POST', '/v1/audio/speech', 501, /Text is/],
    ['GET', '/v1/responses/resp_123', 404, /stores no answers/],
    ['DELETE', '/v1/responses/resp_123', 404, /stores no answers/],
    ['POST', '/v1/files', 501, /inside the request/],
    ['POST', '/v1/batches', 501, /one by one/],
    ['POST', '/openai/deployments/chat/images/generations', 501, /Text is/],
  ];
  it.each(KNOWN)(
    "%s %s answers %i in OpenAI's dialect and says what to use",
    async (method, path, status, says) => {
      const response = await fetch(`${gateway.url}${path}`, { method });
      expect(response.status).toBe(status);
      expect(response.headers.get('x-should-retry')).toBe('false');
      expect(response.headers.get('x-request-id')).toMatch(/^req_/);
      const { error } = await response.json();
      expect(error).toMatchObject({ type: 'invalid_request_error', code: 'not_supported' });
      expect(error.message).toMatch(says);
    },
  );

  it('a base URL that is wrong by /v1 is told how to be right', async () => {
    for (const [path, right] of [
      ['/chat/completions', '/v1/chat/completions'],
      ['/v1/v1/messages', '/v1/messages'],
      ['/api/v1/responses', '/v1/responses'],
    ]) {
      const response = await gateway.call(String(path), {});
      expect(response.status).toBe(404);
      expect((await response.json()).error.message).toContain(`there is ${right}`);
    }
  });
});
