import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { ask, OPENAI, simulatedWorld, urlOf } from './simulated-world.ts';

const TOOL = {
  type: 'function' as const,
  function: {
    name: 'find_order',
    parameters: {
      type: 'object',
      properties: { topic: { type: 'string' }, limit: { type: 'integer' } },
      required: ['topic'],
    },
  },
};
const user = (content: string) => [{ role: 'user' as const, content }];

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

async function client() {
  const simulator = await simulatedWorld();
  const baseURL = `${urlOf(simulator, 'openai-sim', 'us-east')}/v1`;
  return { simulator, openai: new OpenAI({ baseURL, apiKey: 'simulated', maxRetries: 0 }) };
}

describe('the official OpenAI client', () => {
  test('gets an answer that says which model speaks, that it is simulated, and what it was asked', async () => {
    const { openai } = await client();
    const answer = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages: user('Why was my invoice charged twice?'),
    });
    expect(answer.choices[0]?.message.content).toMatch(
      /^This is gpt-4o \(simulated\)\. You asked about invoice, charged and twice:/,
    );
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.usage?.completion_tokens).toBeGreaterThan(10);
    expect(answer._request_id).toMatch(/^req_/);
  });

  test('gets the same words streamed as whole, then usage when it asked for it', async () => {
    const { openai } = await client();
    const request = { model: 'gpt-4o', messages: user('Why was my invoice charged twice?') };
    const whole = await openai.chat.completions.create(request);
    const stream = await openai.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      whole.choices[0]?.message.content,
    );
    expect(chunks[0]?.choices[0]?.delta).toMatchObject({ role: 'assistant', content: '' });
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)?.choices).toEqual([]);
    expect(chunks.at(-1)?.usage).toEqual(whole.usage);
    expect(chunks[0]?.usage).toBeNull();
  });

  test('gets n answers, interleaved in a stream, each with its own end', async () => {
    const { openai } = await client();
    const stream = openai.chat.completions.stream({ model: 'gpt-4o', messages: user('Hello there'), n: 3 });
    const final = await stream.finalChatCompletion();
    expect(final.choices.map((choice) => choice.finish_reason)).toEqual(['stop', 'stop', 'stop']);
    expect(final.choices.every((choice) => (choice.message.content ?? '').includes('(simulated)'))).toBe(
      true,
    );
  });

  test.each([
    ['when the message asks for it', { messages: user('Please use the tool for my parcel') }],
    ['when tool_choice requires one', { messages: user('My parcel'), tool_choice: 'required' as const }],
    [
      'when tool_choice names it',
      {
        messages: user('My parcel'),
        tool_choice: { type: 'function' as const, function: { name: 'find_order' } },
      },
    ],
  ])('gets a tool call with arguments of the right types %s', async (_when, part) => {
    const { openai } = await client();
    const request = { model: 'gpt-4o', tools: [TOOL], ...part };
    const whole = await openai.chat.completions.create(request);
    const streamed = await openai.chat.completions.stream(request).finalChatCompletion();
    for (const answer of [whole, streamed]) {
      const call = answer.choices[0]?.message.tool_calls?.[0];
      expect(answer.choices[0]?.finish_reason).toBe('tool_calls');
      if (call?.type !== 'function') throw new Error('no function call');
      expect(call.function.name).toBe('find_order');
      expect(JSON.parse(call.function.arguments)).toEqual({ topic: expect.any(String), limit: 1 });
    }
  });

  test('gets text when tools are offered but nothing asks for one, and after a tool result', async () => {
    const { openai } = await client();
    const plain = await openai.chat.completions.create({
      model: 'gpt-4o',
      tools: [TOOL],
      messages: user('My parcel'),
    });
    expect(plain.choices[0]?.finish_reason).toBe('stop');
    const after = await openai.chat.completions.create({
      model: 'gpt-4o',
      tools: [TOOL],
      messages: [
        ...user('Please use the tool'),
        {
          role: 'assistant',
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'find_order', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'parcel found' },
      ],
    });
    expect(after.choices[0]?.finish_reason).toBe('stop');
  });

  test('is cut off at max_tokens with finish_reason length', async () => {
    const { openai } = await client();
    const answer = await openai.chat.completions.create({
      model: 'gpt-4o',
      max_tokens: 3,
      messages: user('Hello there'),
    });
    expect(answer.choices[0]?.message.content).toBe('This is gpt-4o');
    expect(answer.choices[0]?.finish_reason).toBe('length');
  });

  test('sees the models of the endpoint', async () => {
    const { openai } = await client();
    const models = await collect(await openai.models.list());
    expect(models.map((model) => model.id)).toEqual(['gpt-4o', 'gpt-4o-mini']);
  });
});

describe('OpenAI-style refusals', () => {
  test('a call without a bearer token is 401, a wrong key 401 with its code', async () => {
    const { simulator } = await client();
    const none = await ask(simulator, { ...OPENAI, headers: {} });
    expect(none.status).toBe(401);
    const wrong = await ask(simulator, { ...OPENAI, headers: { authorization: 'Bearer invalid-key' } });
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({
      error: { type: 'invalid_request_error', code: 'invalid_api_key' },
    });
  });

  test('a model that the endpoint does not have is 404 model_not_found', async () => {
    const { simulator } = await client();
    const reply = await ask(simulator, { ...OPENAI, model: 'gpt-9' });
    expect(reply.status).toBe(404);
    expect(await reply.json()).toEqual({
      error: {
        message: 'The model `gpt-9` does not exist or you do not have access to it.',
        type: 'invalid_request_error',
        param: null,
        code: 'model_not_found',
      },
    });
  });

  test('a body that is not JSON is 400, and so is one without messages, naming the parameter', async () => {
    const { simulator } = await client();
    const url = `${urlOf(simulator, 'openai-sim', 'us-east')}/v1/chat/completions`;
    const post = (body: string) => fetch(url, { method: 'POST', headers: OPENAI.headers, body });
    expect((await post('{"model": ')).status).toBe(400);
    const missing = await post('{"model":"gpt-4o"}');
    expect(missing.status).toBe(400);
    expect(await missing.json()).toMatchObject({
      error: {
        message: "Missing required parameter: 'messages'.",
        param: 'messages',
        code: 'missing_required_parameter',
      },
    });
  });

  test('every answer carries a request id and rate-limit headers', async () => {
    const { simulator } = await client();
    const reply = await ask(simulator, OPENAI);
    expect(reply.headers.get('x-request-id')).toMatch(/^req_/);
    expect(reply.headers.get('x-ratelimit-remaining-requests')).toBe('9999');
    const refused = await ask(simulator, { ...OPENAI, model: 'gpt-9' });
    expect(refused.headers.get('x-request-id')).toMatch(/^req_/);
  });
});
