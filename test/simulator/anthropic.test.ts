import { describe, expect, test } from 'vitest';
import { ANTHROPIC, arrived, ask, CLAUDE, contentOf, simulatedWorld, urlOf } from './simulated-world.ts';

const TOOL = {
  name: 'find_order',
  input_schema: { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] },
};

describe('the Messages API', () => {
  test('answers whole with a message that names its model, and with usage', async () => {
    const simulator = await simulatedWorld();
    const reply = await ask(simulator, ANTHROPIC);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('request-id')).toMatch(/^req_/);
    expect(reply.headers.get('anthropic-ratelimit-requests-remaining')).toBe('3999');
    expect(await reply.json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: CLAUDE,
      content: [{ type: 'text', text: expect.stringMatching(/^This is claude-sonnet-4-5 \(simulated\)\./) }],
      stop_reason: 'end_turn',
      usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
    });
  });

  test('streams the same words in the order of events that the vendor documents', async () => {
    const simulator = await simulatedWorld();
    const whole: { content: { text: string }[] } = await (await ask(simulator, ANTHROPIC)).json();
    const { text, end } = await arrived(await ask(simulator, ANTHROPIC, { stream: true }));
    expect(end).toBe('clean');
    expect(contentOf(text)).toBe(whole.content[0]?.text);
    const names = [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1]);
    expect([...new Set(names)]).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  test('calls a tool, whole and streamed', async () => {
    const simulator = await simulatedWorld();
    const extra = { tools: [TOOL], tool_choice: { type: 'any' } };
    const whole = await (await ask(simulator, ANTHROPIC, { extra })).json();
    expect(whole).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', name: 'find_order', input: { topic: 'parcel' } }],
    });
    const { text } = await arrived(await ask(simulator, ANTHROPIC, { extra, stream: true }));
    const json = [...text.matchAll(/"partial_json":("(?:[^"\\]|\\.)*")/g)].map((part) =>
      JSON.parse(part[1] ?? ''),
    );
    expect(JSON.parse(json.join(''))).toEqual({ topic: 'parcel' });
    expect(text).toContain('"stop_reason":"tool_use"');
  });

  test('takes a bearer token instead of x-api-key', async () => {
    const simulator = await simulatedWorld();
    const headers = { authorization: 'Bearer simulated', 'anthropic-version': '2023-06-01' };
    expect((await ask(simulator, { ...ANTHROPIC, headers })).status).toBe(200);
  });

  test.each([
    ['without a key', { 'anthropic-version': '2023-06-01' }, {}, 401, 'authentication_error'],
    [
      'with a wrong key',
      { 'x-api-key': 'invalid', 'anthropic-version': '2023-06-01' },
      {},
      401,
      'authentication_error',
    ],
    ['without anthropic-version', { 'x-api-key': 'simulated' }, {}, 400, 'invalid_request_error'],
    ['with an unknown model', ANTHROPIC.headers, { model: 'claude-9' }, 404, 'not_found_error'],
    ['without max_tokens', ANTHROPIC.headers, { max_tokens: undefined }, 400, 'invalid_request_error'],
  ])('refuses a call %s in its own error shape', async (_what, headers, extra, status, type) => {
    const simulator = await simulatedWorld();
    const reply = await ask(simulator, { ...ANTHROPIC, headers: { ...headers } }, { extra });
    expect(reply.status).toBe(status);
    const body = await reply.json();
    expect(body).toMatchObject({ type: 'error', error: { type, message: expect.any(String) } });
    expect(body.request_id).toBe(reply.headers.get('request-id'));
  });

  test('lists its models', async () => {
    const simulator = await simulatedWorld();
    const url = `${urlOf(simulator, 'anthropic-sim')}/v1/models`;
    const list = await (await fetch(url, { headers: ANTHROPIC.headers })).json();
    expect(list).toMatchObject({ data: [{ type: 'model', id: CLAUDE }], has_more: false });
  });
});
