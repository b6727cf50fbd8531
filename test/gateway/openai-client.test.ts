import { once } from 'node:events';
import { connect } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chunk,
  cuts,
  DONE,
  FakeUpstream,
  fails,
  ROLE,
  replies,
  STOP,
  streams,
} from '#test/support/fake-upstream.ts';
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

  it('gets a tool call, streamed and whole', async () => {
    const tools = [
      {
        type: 'function' as const,
        function: { name: 'weather', parameters: { type: 'object', properties: {} } },
      },
    ];
    const call = (index: number, piece: object) => chunk({ tool_calls: [{ index, ...piece }] });
    const head = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } };
    upstream.behave(
      streams(
        ROLE,
        call(0, head),
        call(0, { function: { arguments: '{"city":' } }),
        call(0, { function: { arguments: '"Oslo"}' } }),
        chunk({}, 'tool_calls'),
        DONE,
      ),
    );
    const stream = client.chat.completions.stream({ model: 'chat', messages: MESSAGES, tools });
    const streamed = (await stream.finalChatCompletion()).choices[0];
    expect(streamed?.finish_reason).toBe('tool_calls');
    expect(streamed?.message.tool_calls?.[0]).toMatchObject({ function: { arguments: '{"city":"Oslo"}' } });
    const message = { role: 'assistant', content: null, tool_calls: [head] };
    const body = {
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
    };
    upstream.behave(replies(200, JSON.stringify(body)));
    const whole = await client.chat.completions.create({ model: 'chat', messages: MESSAGES, tools });
    expect(whole.choices[0]?.message.tool_calls).toMatchObject([{ id: 'call_1' }]);
  });

  it("throws its own kinds of error, here and with the vendor's own words", async () => {
    const ask = (model: string) => client.chat.completions.create({ model, messages: MESSAGES });
    await expect(ask('nope')).rejects.toThrow(OpenAI.NotFoundError);
    const stranger = new OpenAI({ apiKey: 'sk-wrong', baseURL: `${gateway.url}/v1` });
    await expect(stranger.models.list()).rejects.toThrow(OpenAI.AuthenticationError);
    const error = {
      message: 'Too long',
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
      param: 'messages',
    };
    upstream.behave(fails(400, error));
    const thrown = await ask('chat').catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(OpenAI.BadRequestError);
    expect(thrown).toMatchObject({ status: 400, error, requestID: expect.stringMatching(/^req_/) });
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
