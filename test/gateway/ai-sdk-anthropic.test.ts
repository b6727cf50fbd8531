import { createAnthropic } from '@ai-sdk/anthropic';
import { APICallError, generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  anthropicError,
  BEGIN,
  END_OF_BLOCK,
  end,
  message,
  says,
  TEXT_BLOCK,
  TOOL_EVENTS,
  text,
} from '#test/support/fake-anthropic.ts';
import { cuts, FakeUpstream, fails, streams } from '#test/support/fake-upstream.ts';
import { KEY, TestGateway } from './support.ts';

let upstream: FakeUpstream;
let gateway: TestGateway;
let anthropic: ReturnType<typeof createAnthropic>;

beforeAll(async () => {
  upstream = await FakeUpstream.start();
  gateway = await TestGateway.start({
    targets: { primary: { origin: upstream.origin, kind: 'anthropic', model: 'claude-sonnet-4-5' } },
    aliases: ['claude-sonnet-4-5'],
    policy: { retry: { maxPerTarget: 0 }, midStream: 'error' },
  });
  anthropic = createAnthropic({ apiKey: KEY, baseURL: `${gateway.url}/v1` });
});
beforeEach(() => {
  upstream.calls.length = 0;
  gateway.tell({ type: 'breaker', commandId: 'c', action: 'reset', scope: 'target', id: 'primary' });
  gateway.tell({ type: 'clear-cooldown', commandId: 'c', target: 'primary' });
});
afterAll(async () => {
  await gateway.worker.stop();
  await upstream.close();
});

const model = () => anthropic('claude-sonnet-4-5');
const weather = tool({
  description: 'The weather in a city',
  inputSchema: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }),
  execute: ({ city }) => `Rain in ${city}`,
});
const TOOL_USE = { type: 'tool_use', id: 'toolu_01', name: 'weather', input: { city: 'Oslo' } };

async function errorOf(call: PromiseLike<unknown>): Promise<APICallError> {
  const thrown = await Promise.resolve(call).then(
    () => null,
    (error: unknown) => error,
  );
  if (!APICallError.isInstance(thrown)) throw new Error(`not a call's error: ${String(thrown)}`);
  return thrown;
}

describe("the AI SDK's Anthropic provider", () => {
  it('generates a text', async () => {
    upstream.behave(says('Hello'));
    const result = await generateText({ model: model(), prompt: 'Hi' });
    expect(result.text).toBe('Hello');
    expect(result.finishReason).toBe('stop');
    expect(result.usage).toMatchObject({ inputTokens: 12, outputTokens: 5 });
    expect(result.response.headers?.['x-switchyard-served-by']).toBe('p-primary/main/claude-sonnet-4-5');
  });

  it('streams a text to its end', async () => {
    upstream.behave(streams(BEGIN, TEXT_BLOCK, text('Hel'), text('lo'), END_OF_BLOCK, end()));
    const result = streamText({ model: model(), prompt: 'Hi' });
    let got = '';
    for await (const piece of result.textStream) got += piece;
    expect(got).toBe('Hello');
    expect(await result.finishReason).toBe('stop');
  });

  it('calls a tool and goes on with what it returned, whole and streamed', async () => {
    const ask = { model: model(), prompt: 'Weather in Oslo?', tools: { weather }, stopWhen: stepCountIs(3) };
    upstream.behave(message([TOOL_USE], 'tool_use'), says('It rains.'));
    expect((await generateText(ask)).text).toBe('It rains.');
    expect(upstream.calls[1]?.body).toContain('Rain in Oslo');
    upstream.behave(
      streams(...TOOL_EVENTS),
      streams(BEGIN, TEXT_BLOCK, text('It rains.'), END_OF_BLOCK, end()),
    );
    expect(await streamText(ask).text).toBe('It rains.');
  });

  it('is answered by a vendor of another dialect when its own is down', async () => {
    const other = await FakeUpstream.start(
      streams(
        'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt","choices":[{"index":0,"delta":{"role":"assistant","content":"From another"},"finish_reason":null}]}\n\n',
        'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
        'data: [DONE]\n\n',
      ),
    );
    const down = await FakeUpstream.start(fails(500, { message: 'down' }));
    const both = await TestGateway.start({
      targets: {
        primary: { origin: down.origin, kind: 'anthropic' },
        backup: { origin: other.origin, kind: 'openai' },
      },
      policy: { retry: { maxPerTarget: 0 } },
    });
    const provider = createAnthropic({ apiKey: KEY, baseURL: `${both.url}/v1` });
    const result = streamText({ model: provider('chat'), prompt: 'Hi' });
    expect(await result.text).toBe('From another');
    expect((await result.response).headers?.['x-switchyard-degraded']).toBe('true');
    await both.worker.stop();
    await Promise.all([other.close(), down.close()]);
  });

  it("reads the vendor's own error about its request, and does not repeat it", async () => {
    const words = 'tools.0.custom.input_schema: JSON schema is invalid';
    upstream.behave(anthropicError(400, 'invalid_request_error', words));
    const error = await errorOf(generateText({ model: model(), prompt: 'Hi' }));
    expect(error).toMatchObject({ statusCode: 400, isRetryable: false, message: words });
    expect(upstream.calls).toHaveLength(1);
  });

  it('shows the graceful words when nobody can serve', async () => {
    upstream.behave(anthropicError(529, 'overloaded_error', 'Overloaded'));
    const error = await errorOf(generateText({ model: model(), prompt: 'Hi', maxRetries: 0 }));
    expect(error).toMatchObject({ statusCode: 503, message: 'Try again in a moment.' });
    expect(error.responseHeaders?.['x-should-retry']).toBe('false');
  });

  it('is told that a stream broke', async () => {
    upstream.behave(cuts(BEGIN, TEXT_BLOCK, text('Hel')));
    const errors: unknown[] = [];
    const result = streamText({
      model: model(),
      prompt: 'Hi',
      onError: ({ error }) => void errors.push(error),
    });
    await result.consumeStream();
    expect(JSON.stringify(errors)).toContain('broke off');
  });
});
