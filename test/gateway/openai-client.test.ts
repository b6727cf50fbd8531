import { once } from 'node:events';
import { connect } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunk, cuts, DONE, FakeUpstream, fails, ROLE, STOP, streams } from '#test/support/fake-upstream.ts';
import { KEY, TestGateway } from './support.ts';

let upstream: FakeUpstream;
let gateway: TestGateway;
let client: OpenAI;
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

beforeAll(async () => {
  upstream = await FakeUpstream.start();
  gateway = await TestGateway.start({
    targets: { primary: { origin: upstream.origin } },
    policy: { retry: { maxPerTarget: 0 } },
  });
  client = new OpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1` });
});
afterAll(async () => {
  await gateway.worker.stop();
  await upstream.close();
});

describe('the official client', () => {
  it('streams an answer to its end', async () => {
    upstream.behave(streams(ROLE, chunk({ content: 'Hel' }), chunk({ content: 'lo' }), STOP, DONE));
    const stream = client.chat.completions.stream({ model: 'chat', messages: MESSAGES });
    expect((await stream.finalChatCompletion()).choices[0]?.message.content).toBe('Hello');
  });

  it('is told that a stream broke, and does not take it for a whole one', async () => {
    upstream.behave(cuts(ROLE, chunk({ content: 'Hel' })));
    const stream = await client.chat.completions.create({ model: 'chat', messages: MESSAGES, stream: true });
    const read = async () => {
      for await (const _ of stream);
    };
    await expect(read()).rejects.toThrow(OpenAI.APIError);
  });

  it('does not retry what the gateway has tried already', async () => {
    upstream.behave(fails(500, { message: 'down' }));
    const before = upstream.calls.length;
    await expect(client.chat.completions.create({ model: 'chat', messages: MESSAGES })).rejects.toThrow(
      'Try again in a moment.',
    );
    expect(upstream.calls.length - before).toBe(1);
  });

  it('finds the flows among the models', async () => {
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['chat']);
  });
});

it('a client of HTTP/1.0 gets a stream without chunk framing, ended by the connection', async () => {
  upstream.behave(streams(ROLE, chunk({ content: 'Hi' }), STOP, DONE));
  const body = JSON.stringify({ model: 'chat', messages: MESSAGES, stream: true });
  const socket = connect(gateway.port, '127.0.0.1');
  socket.write(
    `POST /v1/chat/completions HTTP/1.0\r\nauthorization: Bearer ${KEY}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  await once(socket, 'end');
  expect(text).not.toMatch(/transfer-encoding/i);
  expect(text).toMatch(/\n\r\ndata: \{.*data: \[DONE\]\n\n$/s);
});
