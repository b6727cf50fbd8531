import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers, FakeUpstream } from '#test/support/fake-upstream.ts';
import { KEY, KEY_WITH_DEFAULT, TestGateway } from './support.ts';

let upstream: FakeUpstream;
let gateway: TestGateway;
beforeAll(async () => {
  upstream = await FakeUpstream.start(answers('Hi'));
  gateway = await TestGateway.start({
    targets: { primary: { origin: upstream.origin } },
    aliases: ['gpt-4o', 'claude-sonnet'],
  });
});
afterAll(async () => {
  await gateway.worker.stop();
  await upstream.close();
});

async function errorOf(
  response: Response,
): Promise<{ message: string; type: string; code: string | null; param: string | null }> {
  const body = JSON.parse(await response.text());
  expect(Object.keys(body.error).sort()).toEqual(['code', 'message', 'param', 'type']);
  expect(body.switchyard.requestId).toBe(response.headers.get('x-switchyard-request-id'));
  expect(response.headers.get('x-request-id')).toBe(body.switchyard.requestId);
  return body.error;
}

describe('API keys', () => {
  it('are taken as Bearer token or as x-api-key', async () => {
    expect((await gateway.chat({}, { authorization: `Bearer ${KEY}` })).status).toBe(200);
    expect((await gateway.chat({}, { authorization: '', 'x-api-key': KEY })).status).toBe(200);
  });

  it('a wrong or missing one is a 401 that is not worth retrying, before the body is read', async () => {
    for (const authorization of ['Bearer sk-wrong', '', 'Basic abc', `Bearer ${KEY}x`]) {
      const response = await gateway.chat({}, { authorization });
      expect(response.status).toBe(401);
      expect(response.headers.get('x-should-retry')).toBe('false');
      const error = await errorOf(response);
      expect(error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_api_key' });
      expect(error.message).not.toContain('sk-wrong');
    }
  });
});

describe('flows', () => {
  it('are found by slug, by alias, and by the default of the key', async () => {
    for (const model of ['chat', 'gpt-4o', 'claude-sonnet']) {
      const response = await gateway.chat({ model });
      expect(response.headers.get('x-switchyard-flow')).toBe('chat');
      await response.text();
    }
    const byDefault = await gateway.chat(
      { model: 'o9-mini' },
      { authorization: `Bearer ${KEY_WITH_DEFAULT}` },
    );
    expect(byDefault.headers.get('x-switchyard-flow')).toBe('chat');
  });

  it('an unknown one is a 404 that names those that exist', async () => {
    const response = await gateway.chat({ model: 'o9-mini' });
    expect(response.status).toBe(404);
    const error = await errorOf(response);
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model' });
    expect(error.message).toContain('chat');
  });

  it('are listed as models, with their aliases', async () => {
    const list = await (await gateway.get('/v1/models')).json();
    expect(list).toMatchObject({ object: 'list' });
    expect(list.data.map((model: { id: string }) => model.id)).toEqual(['chat', 'gpt-4o', 'claude-sonnet']);
    expect(await (await gateway.get('/v1/models/chat')).json()).toMatchObject({
      id: 'chat',
      object: 'model',
      switchyard: { flow: 'chat', aliases: ['gpt-4o', 'claude-sonnet'] },
    });
    expect((await gateway.get('/v1/models/nope')).status).toBe(404);
    expect((await gateway.get('/v1/models', {})).status).toBe(401);
  });
});

describe('bodies', () => {
  const wrong: [string, string][] = [
    ['no JSON', '{"model": "chat", '],
    ['nothing', ''],
    ['an array', '[]'],
    ['no messages', '{"model":"chat"}'],
    ['no model', '{"messages":[]}'],
    ['messages of another type', '{"model":"chat","messages":"Hello"}'],
  ];
  for (const [what, body] of wrong) {
    it(`with ${what} are a 400`, async () => {
      const response = await gateway.post(body);
      expect(response.status).toBe(400);
      expect(response.headers.get('x-should-retry')).toBe('false');
      expect((await errorOf(response)).type).toBe('invalid_request_error');
    });
  }

  it('of almost 32 MB pass', async () => {
    const content = 'x'.repeat(31 * 1024 * 1024);
    const response = await gateway.chat({ messages: [{ role: 'user', content }] });
    expect(response.status).toBe(200);
    expect(upstream.calls.at(-1)?.body.length).toBeGreaterThan(content.length);
  });

  it('above 32 MB are a 413 that reaches the client, announced or not', async () => {
    const size = 33 * 1024 * 1024;
    const announced = await gateway.post(new Uint8Array(size));
    expect(announced.status).toBe(413);
    expect((await errorOf(announced)).code).toBe('request_too_large');
    const chunked = await raw(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\ntransfer-encoding: chunked\r\n\r\n${size.toString(16)}\r\n`,
      Buffer.alloc(size, 32),
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('are not asked for when the headers alone are reason enough to refuse', async () => {
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\nauthorization: Bearer ${KEY}\r\ncontent-length: `;
    expect(await raw(`${head}${40 * 1024 * 1024}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await raw(`${head}2\r\n\r\n`, Buffer.from('{}'))).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 /,
    );
  });

  it('that are compressed are a 415', async () => {
    expect((await gateway.chat({}, { 'content-encoding': 'gzip' })).status).toBe(415);
  });
});

describe('routes', () => {
  it('a wrong method is a 405 with Allow, an unknown path a 404 that names the routes', async () => {
    const wrongMethod = await gateway.get('/v1/chat/completions');
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get('allow')).toBe('POST');
    await errorOf(wrongMethod);
    const unknown = await gateway.get('/v1/nothing');
    expect(unknown.status).toBe(404);
    expect((await errorOf(unknown)).message).toContain('/v1/chat/completions');
  });

  it('health and readiness need no key', async () => {
    expect((await gateway.get('/healthz', {})).status).toBe(200);
    expect((await gateway.get('/readyz', {})).status).toBe(200);
    expect(await (await gateway.get('/', {})).json()).toMatchObject({ product: 'Switchyard' });
    expect((await fetch(gateway.url, { method: 'HEAD' })).status).toBe(200);
  });

  it('a worker without configuration is alive, not ready, and answers calls with a 503 worth retrying', async () => {
    const empty = await TestGateway.start();
    expect((await empty.get('/healthz')).status).toBe(200);
    expect((await empty.get('/readyz')).status).toBe(503);
    const response = await empty.chat({});
    expect(response.status).toBe(503);
    expect(response.headers.get('x-should-retry')).toBeNull();
    await empty.worker.stop();
  });
});

/** Everything that comes back for these bytes until the server has said something and gone quiet. */
async function raw(head: string, body?: Buffer): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(head);
  if (body !== undefined) socket.write(body);
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  while (!/HTTP\/1\.1 [2-5]\d\d/.test(text)) await once(socket, 'data');
  socket.destroy();
  return text;
}
