import OpenAI, { APIError } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RequestRecord } from '#lib/contract/records.ts';
import type { SwitchyardObject } from '#lib/contract/served-by.ts';
import type { Fault, FaultRule } from '#lib/contract/simulator.ts';
import { eventually, Product } from '#test/support/product.ts';

/** The official client against the running product, with the simulated vendors behind it. */
let product: Product;
let apiKey: string;

type WithFacts = { switchyard: SwitchyardObject };
const ask = (text: string) => [{ role: 'user' as const, content: text }];

function client(options: { apiKey?: string; maxRetries?: number } = {}): OpenAI {
  return new OpenAI({
    baseURL: `${product.gatewayUrl}/v1`,
    apiKey: options.apiKey ?? apiKey,
    maxRetries: options.maxRetries ?? 0,
  });
}

async function breakPrimary(fault: Fault, more: Partial<FaultRule> = {}): Promise<void> {
  await product.must('POST', '/api/v1/simulator/faults', {
    provider: 'openai-sim',
    endpoint: 'us-east',
    model: 'gpt-4o',
    fault,
    ...more,
  });
}

async function breakFamily(fault: Fault): Promise<void> {
  await product.must('POST', '/api/v1/simulator/faults', { provider: 'openai-sim', model: 'gpt-4o', fault });
}

function factsOf(answer: object): SwitchyardObject {
  return (answer as WithFacts).switchyard;
}

async function collect(stream: AsyncIterable<OpenAI.ChatCompletionChunk>) {
  let text = '';
  let facts: SwitchyardObject | null = null;
  let finish: string | null = null;
  for await (const chunk of stream) {
    facts ??= factsOf(chunk) ?? null;
    text += chunk.choices[0]?.delta.content ?? '';
    finish = chunk.choices[0]?.finish_reason ?? finish;
  }
  return { text, facts, finish };
}

beforeAll(async () => {
  product = await Product.start();
  await product.must('PUT', '/api/v1/simulator/traffic', { on: false });
  apiKey = await product.apiKey();
});

afterAll(() => product?.stop());

afterEach(async () => {
  await product.must('DELETE', '/api/v1/simulator/faults');
  const { items } = await product.must<{ items: { scope: string; id: string }[] }>('GET', '/api/v1/breakers');
  for (const { scope, id } of items) await product.must('POST', `/api/v1/breakers/${scope}/${id}/reset`);
  for (const { scope, id } of items) {
    if (scope === 'target') await product.must('DELETE', `/api/v1/breakers/target/${id}/cooldown`);
  }
});

describe('with every provider healthy', () => {
  test('a plain answer comes from the primary and says so in the body and the headers', async () => {
    const { data, response } = await client()
      .chat.completions.create({ model: 'support-chat', messages: ask('Where is my parcel?') })
      .withResponse();
    expect(data.choices[0]?.message.content).toBeTruthy();
    expect(factsOf(data)).toMatchObject({
      flow: 'support-chat',
      attempts: 1,
      degraded: false,
      degradedReason: null,
    });
    expect(factsOf(data).badge).toBeUndefined();
    expect(factsOf(data).servedBy).toEqual({
      target: 'gpt-4o-us',
      provider: 'openai-sim',
      endpoint: 'us-east',
      model: 'gpt-4o',
    });
    expect(response.headers.get('x-switchyard-served-by')).toBe('openai-sim/us-east/gpt-4o');
    expect(response.headers.get('x-switchyard-degraded')).toBe('false');
    expect(response.headers.get('x-switchyard-request-id')).toBe(factsOf(data).requestId);
  });

  test('a streamed answer arrives in pieces, carries the facts once and ends cleanly', async () => {
    const stream = await client().chat.completions.create({
      model: 'support-chat',
      stream: true,
      messages: ask('Tell me about returns.'),
    });
    const { text, facts, finish } = await collect(stream);
    expect(text.length).toBeGreaterThan(10);
    expect(finish).toBe('stop');
    expect(facts).toMatchObject({ flow: 'support-chat', attempts: 1, degraded: false });
  });

  test('tools travel both ways, also through the translation to Anthropic', async () => {
    const tools = [
      {
        type: 'function' as const,
        function: {
          name: 'find_clause',
          parameters: { type: 'object', properties: { topic: { type: 'string' } } },
        },
      },
    ];
    for (const model of ['support-chat', 'contract-review']) {
      const answer = await client().chat.completions.create({
        model,
        messages: ask('Use the tool to find the liability clause.'),
        tools,
        tool_choice: { type: 'function', function: { name: 'find_clause' } },
      });
      const call = answer.choices[0]?.message.tool_calls?.[0];
      expect(call?.type === 'function' && call.function.name, model).toBe('find_clause');
      expect(() => JSON.parse(call?.type === 'function' ? call.function.arguments : ''), model).not.toThrow();
    }
  });

  test('a stream through the translation to Anthropic counts its usage when asked to', async () => {
    const stream = await client().chat.completions.create({
      model: 'contract-review',
      stream: true,
      stream_options: { include_usage: true },
      messages: ask('Review the term of notice.'),
    });
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) usage = chunk.usage ?? usage;
    expect(usage?.prompt_tokens).toBeGreaterThan(0);
    expect(usage?.completion_tokens).toBeGreaterThan(0);
  });

  test('the list of models is the list of flows', async () => {
    const models = await client().models.list();
    expect(models.data.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['support-chat', 'nightly-classify', 'contract-review']),
    );
  });

  test('a client that goes away is recorded as such and charged to nobody', async () => {
    const controller = new AbortController();
    const stream = await client().chat.completions.create(
      { model: 'support-chat', stream: true, messages: ask('Tell me a long story about parcels.') },
      { signal: controller.signal },
    );
    for await (const _ of stream) {
      controller.abort();
      break;
    }
    const record = await eventually('the aborted request is in Activity', async () => {
      const { items } = await product.must<{ items: RequestRecord[] }>(
        'GET',
        '/api/v1/requests?outcome=aborted',
      );
      return items[0];
    });
    expect(record.attempts.map(({ verdict }) => verdict)).not.toContain('failure');
  });
});

describe('with the primary broken', () => {
  test.each(['server_error', 'overloaded', 'rate_limit', 'rate_limit_no_hint', 'reset'] as const)(
    '%s: the alternate of the same model answers, undegraded and without a badge',
    async (fault) => {
      await breakPrimary(fault);
      const answer = await client().chat.completions.create({
        model: 'support-chat',
        messages: ask('Where is my parcel?'),
      });
      expect(factsOf(answer)).toMatchObject({ degraded: false, servedBy: { target: 'gpt-4o-eu' } });
      expect(factsOf(answer).attempts).toBeGreaterThanOrEqual(2);
      expect(factsOf(answer).badge).toBeUndefined();
    },
  );

  test.each(['slow_first_token', 'silence'] as const)(
    '%s: the first-token limit hands the request on before the client sees a byte',
    async (fault) => {
      await breakPrimary(fault);
      const stream = await client().chat.completions.create({
        model: 'support-chat',
        stream: true,
        messages: ask('Where is my parcel?'),
      });
      const { facts, finish } = await collect(stream);
      expect(finish).toBe('stop');
      expect(facts).toMatchObject({ servedBy: { target: 'gpt-4o-eu' }, attempts: 2 });
    },
  );

  test.each(['cut_stream', 'stream_error'] as const)(
    '%s after the first token: the same model in the other region goes on with the answer',
    async (fault) => {
      await breakPrimary(fault);
      const stream = await client().chat.completions.create({
        model: 'support-chat',
        stream: true,
        messages: ask('Tell me about returns.'),
      });
      const { finish } = await collect(stream);
      expect(finish).toBe('stop');
    },
  );

  test.each(['cut_stream', 'stream_error'] as const)(
    '%s after the first token ends in an explicit error, never in a clean end, where the flow wants it so',
    async (fault) => {
      const choose = async (midStream: 'error' | 'resume') =>
        product.must(
          'PATCH',
          '/api/v1/flows/support-chat',
          { policy: { midStream }, reason: 'try the other way' },
          await ifMatch('support-chat'),
        );
      await choose('error');
      await breakPrimary(fault);
      const stream = await client().chat.completions.create({
        model: 'support-chat',
        stream: true,
        messages: ask('Tell me about returns.'),
      });
      await expect(collect(stream)).rejects.toBeInstanceOf(APIError);
      await choose('resume');
    },
  );

  test('a malformed event is left out and the answer goes on', async () => {
    await breakPrimary('malformed_event');
    const stream = await client().chat.completions.create({
      model: 'support-chat',
      stream: true,
      messages: ask('Tell me about returns.'),
    });
    const { finish, facts } = await collect(stream);
    expect(finish).toBe('stop');
    expect(facts?.servedBy?.target).toBe('gpt-4o-us');
  });
});

describe('with the whole model family broken', () => {
  test('low stakes are answered by the backup model, with the badge', async () => {
    await breakFamily('server_error');
    const { data, response } = await client()
      .chat.completions.create({ model: 'support-chat', messages: ask('Where is my parcel?') })
      .withResponse();
    expect(factsOf(data)).toMatchObject({
      degraded: true,
      servedBy: { target: 'claude-sonnet' },
      badge: 'Answered by backup model',
    });
    expect(response.headers.get('x-switchyard-degraded')).toBe('true');
    expect(response.headers.get('x-switchyard-degraded-reason')).toBeTruthy();
    expect(data.model).toContain('claude');
  });

  test('a streamed answer of the backup model carries the badge on its first chunk', async () => {
    await breakFamily('overloaded');
    const stream = await client().chat.completions.create({
      model: 'support-chat',
      stream: true,
      messages: ask('Where is my parcel?'),
    });
    const { facts, finish } = await collect(stream);
    expect(finish).toBe('stop');
    expect(facts).toMatchObject({ degraded: true, badge: 'Answered by backup model' });
  });

  test('high stakes are refused gracefully, and the official client does not retry the refusal', async () => {
    await breakFamily('server_error');
    const error = await client({ maxRetries: 2 })
      .chat.completions.create(
        { model: 'support-chat', messages: ask('May I take both pills?') },
        { headers: { 'x-switchyard-stakes': 'high' } },
      )
      .then(
        () => null,
        (reason: unknown) => reason,
      );
    expect(error).toBeInstanceOf(APIError);
    const refused = error as APIError;
    expect(refused.status).toBe(503);
    expect(refused.code).toBe('degraded');
    expect(refused.headers?.get('x-should-retry')).toBe('false');
    expect(Number(refused.headers?.get('retry-after'))).toBeGreaterThan(0);
    const highStakes = () =>
      product
        .must<{ items: RequestRecord[] }>('GET', '/api/v1/requests?outcome=refused')
        .then(({ items }) => items.filter(({ stakes }) => stakes === 'high'));
    await eventually('the refusal is in Activity', async () => (await highStakes()).length > 0);
    expect(await highStakes()).toHaveLength(1);
  });
});

describe('with a faulty caller', () => {
  test('a wrong key is a 401 in the client’s own terms', async () => {
    await expect(
      client({ apiKey: 'sy_wrong' }).chat.completions.create({
        model: 'support-chat',
        messages: ask('Hello'),
      }),
    ).rejects.toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    });
  });

  test('an unknown flow is a 404 that names the flows there are', async () => {
    await expect(
      client().chat.completions.create({ model: 'no-such-flow', messages: ask('Hello') }),
    ).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining('support-chat'),
    });
  });

  test('no message of a user and no answer of a model is stored', async () => {
    const secret = 'marmalade-7741';
    const answer = await client().chat.completions.create({
      model: 'support-chat',
      messages: ask(`Remember ${secret}.`),
    });
    expect(answer.choices[0]?.message.content).toBeTruthy();
    const everything = JSON.stringify([
      await product.must('GET', '/api/v1/requests?limit=200'),
      await product.must('GET', '/api/v1/events'),
      await product.must('GET', '/api/v1/audit'),
    ]);
    expect(everything).not.toContain(secret);
    expect(product.output).not.toContain(secret);
  });
});

async function ifMatch(flow: string): Promise<Record<string, string>> {
  const { version } = await product.must<{ version: number }>('GET', `/api/v1/flows/${flow}`);
  return { 'if-match': `"${version}"` };
}
