import { afterEach, describe, expect, it } from 'vitest';
import {
  answers,
  chunk,
  DONE,
  FakeUpstream,
  ROLE,
  replies,
  STOP,
  streams,
} from '#test/support/fake-upstream.ts';
import { CREDENTIAL, eventsOf, KEY, TestGateway } from './support.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function setUp(...behaviours: Parameters<typeof FakeUpstream.start>) {
  const primary = await FakeUpstream.start(...behaviours);
  const gateway = await TestGateway.start({ targets: { primary: { origin: primary.origin } } });
  open.push({ close: () => gateway.worker.stop() }, primary);
  return { primary, gateway };
}

describe('a whole answer', () => {
  it('reaches the client byte for byte, but for the switchyard object behind its first brace', async () => {
    const body =
      '\n {  "id" :"x","choices":[ {"index":0,"message":{"content":"Grüße 🦉 \\u00e9"},"finish_reason":"stop","logprob":-1.0e0}],"n":1e3,"vendor_extra":{"a":1.0, "b":[ ]}}\n';
    const { gateway } = await setUp(replies(200, body));
    const response = await gateway.chat({});
    const text = await response.text();
    const inserted = /"switchyard":\{.*?\}[,]?(?= {2}"id")/.exec(text);
    expect(inserted?.[0]).toContain('"requestId"');
    expect(text.replace(inserted?.[0] ?? '', '')).toBe(body);
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
  });

  it("leaves every byte of the request alone but the model's", async () => {
    const { primary, gateway } = await setUp(answers('Hi'));
    const sent =
      '{ "temperature":1.0,\t"model" : "chat" , "seed":12345678901234567890,"x_unknown":{"k":[1e3, 1E-7]},\n"messages":[{"role":"user","content":"Zażółć \\ud83e\\udd89 \\"model\\": \\"chat\\""}]  }';
    await gateway.post(sent);
    expect(primary.calls[0]?.body).toBe(sent.replace('"model" : "chat"', '"model" : "primary-model"'));
  });

  it('sends the provider its own credential and nothing of the client', async () => {
    const { primary, gateway } = await setUp(answers('Hi'));
    await gateway.chat(
      {},
      {
        'x-api-key': KEY,
        'api-key': 'k',
        cookie: 'c=1',
        'x-switchyard-stakes': 'low',
        'x-custom': 'v',
        'openai-organization': 'o',
      },
    );
    const headers = primary.calls[0]?.headers ?? {};
    expect(headers.authorization).toBe(`Bearer ${CREDENTIAL}`);
    expect(headers['accept-encoding']).toBe('identity');
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
  });
});

describe('a streamed answer', () => {
  it('is relayed event by event with the switchyard object on the first data chunk only', async () => {
    const pieces = [ROLE, chunk({ content: 'Hel' }), ': ping\n\n', chunk({ content: 'lo' }), STOP, DONE];
    const { gateway } = await setUp(streams(...pieces));
    const response = await gateway.chat({ stream: true });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const text = await response.text();
    const inserted = /"switchyard":\{.*?\}\},|"switchyard":\{.*?null\},/.exec(text)?.[0] ?? '';
    expect(inserted).toContain('"servedBy"');
    expect(text.replace(inserted, '')).toBe(pieces.filter((piece) => !piece.startsWith(':')).join(''));
    expect(text.match(/"switchyard"/g)).toHaveLength(1);
  });

  it('gets its [DONE] also where the provider leaves it out, and is not held up by one that keeps the socket open', async () => {
    const { gateway, primary } = await setUp(streams(ROLE, chunk({ content: 'Hi' }), STOP));
    expect(await (await gateway.chat({ stream: true })).text()).toMatch(/data: \[DONE\]\n\n$/);
    primary.behave(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(ROLE + chunk({ content: 'Hi' }) + STOP + DONE);
    });
    expect(eventsOf(await (await gateway.chat({ stream: true })).text()).at(-1)).toBe('DONE');
  });

  it('carries tool calls and several choices through unchanged', async () => {
    const pieces = [
      chunk({
        role: 'assistant',
        tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }],
      }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] }),
      chunk({}, 'tool_calls'),
      DONE,
    ];
    const { gateway, primary } = await setUp(streams(...pieces));
    const events = eventsOf(
      await (
        await gateway.chat({ stream: true, tools: [{ type: 'function', function: { name: 'f' } }] })
      ).text(),
    );
    expect(events).toHaveLength(4);
    expect(events[1]).toEqual(JSON.parse(pieces[1]?.slice(6) ?? ''));

    const choice = (index: number, delta: object, finish: string | null = null) =>
      `data: {"id":"x","object":"chat.completion.chunk","choices":[${JSON.stringify({ index, delta, finish_reason: finish })}]}\n\n`;
    primary.behave(
      streams(
        choice(0, { content: 'a' }),
        choice(1, { content: 'b' }),
        choice(0, {}, 'stop'),
        choice(1, { content: 'c' }),
        choice(1, {}, 'stop'),
        DONE,
      ),
    );
    expect(eventsOf(await (await gateway.chat({ stream: true, n: 2 })).text())).toHaveLength(6);
  });

  it('leaves out events that are not JSON, and counts them', async () => {
    const { gateway } = await setUp(
      streams(ROLE, chunk({ content: 'Hi' }), 'data: {"id": oops\n\n', STOP, DONE),
    );
    const response = await gateway.chat({ stream: true });
    expect(await response.text()).not.toContain('oops');
    const record = await gateway.record(response.headers.get('x-request-id'));
    expect(record.malformedEvents).toBe(1);
    expect(record.outcome).toBe('primary');
  });
});

describe('an Anthropic provider', () => {
  it("is asked in its own format and answers in the client's", async () => {
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-x',
      content: [{ type: 'text', text: 'Good day' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 4, output_tokens: 2 },
    };
    const upstream = await FakeUpstream.start(replies(200, JSON.stringify(message)));
    const gateway = await TestGateway.start({
      targets: { primary: { origin: upstream.origin, kind: 'anthropic', model: 'claude-x' } },
    });
    open.push({ close: () => gateway.worker.stop() }, upstream);
    const response = await gateway.chat({});
    const body = await response.json();
    expect(upstream.calls[0]?.path).toBe('/v1/messages');
    expect(body).toMatchObject({
      object: 'chat.completion',
      model: 'claude-x',
      choices: [{ message: { role: 'assistant', content: 'Good day' }, finish_reason: 'stop' }],
      switchyard: { servedBy: { target: 'primary', model: 'claude-x' } },
    });
  });
});
