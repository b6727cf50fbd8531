import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { functionCall, outputText, responds } from '#test/support/fake-responses.ts';
import {
  answers,
  type Behaviour,
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
let openai: ReturnType<typeof createOpenAI>;

beforeAll(async () => {
  upstream = await FakeUpstream.start();
  gateway = await TestGateway.start({
    targets: { primary: { origin: upstream.origin, kind: 'openai', model: 'gpt-4o-mini' } },
    policy: { retry: { maxPerTarget: 0 }, midStream: 'error' },
  });
  openai = createOpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1` });
});
beforeEach(() => {
  upstream.calls.length = 0;
  gateway.tell({ type: 'breaker', commandId: 'c', action: 'reset', scope: 'target', id: 'primary' });
});
afterAll(async () => {
  await gateway.worker.stop();
  await upstream.close();
});

const weather = tool({
  description: 'The weather in a city',
  inputSchema: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }),
  execute: ({ city }) => `Rain in ${city}`,
});

const chatCall = {
  id: 'call_1',
  type: 'function',
  function: { name: 'weather', arguments: '{"city":"Oslo"}' },
};
const chatToolAnswer: Behaviour = replies(
  200,
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o-mini',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, tool_calls: [chatCall] },
        finish_reason: 'tool_calls',
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  }),
);

interface Way {
  api: string;
  model: () => Parameters<typeof generateText>[0]['model'];
  text: (text: string) => Behaviour;
  streamed: Behaviour;
  toolCall: Behaviour;
}

const WAYS: Way[] = [
  {
    api: 'chat completions',
    model: () => openai.chat('chat'),
    text: (text) => answers(text),
    streamed: streams(ROLE, chunk({ content: 'Hel' }), chunk({ content: 'lo' }), STOP, DONE),
    toolCall: chatToolAnswer,
  },
  {
    api: 'responses',
    model: () => openai.responses('chat'),
    text: (text) => responds(outputText(text)),
    streamed: responds(outputText('Hello')),
    toolCall: responds(functionCall('weather', '{"city":"Oslo"}')),
  },
];

describe.each(WAYS)("the AI SDK's OpenAI provider on $api", ({ model, text, streamed, toolCall }) => {
  it('generates a text', async () => {
    upstream.behave(text('Hello'));
    const result = await generateText({ model: model(), prompt: 'Hi' });
    expect(result.text).toBe('Hello');
    expect(result.finishReason).toBe('stop');
    expect(result.usage).toMatchObject({ inputTokens: 3, outputTokens: 2 });
    expect(result.response.headers?.['x-switchyard-served-by']).toBe('p-primary/main/gpt-4o-mini');
  });

  it('streams a text to its end', async () => {
    upstream.behave(streamed);
    const result = streamText({ model: model(), prompt: 'Hi' });
    let got = '';
    for await (const piece of result.textStream) got += piece;
    expect(got).toBe('Hello');
    expect(await result.finishReason).toBe('stop');
  });

  it('calls a tool and goes on with what it returned', async () => {
    upstream.behave(toolCall, text('It rains.'));
    const result = await generateText({
      model: model(),
      prompt: 'Weather in Oslo?',
      tools: { weather },
      stopWhen: stepCountIs(3),
    });
    expect(result.text).toBe('It rains.');
    expect(upstream.calls).toHaveLength(2);
    expect(upstream.calls[1]?.body).toContain('Rain in Oslo');
  });

  it('does not repeat what was tried in vain, and shows the graceful words', async () => {
    upstream.behave(fails(500, { message: 'down' }));
    const thrown = await generateText({ model: model(), prompt: 'Hi', maxRetries: 0 }).catch(
      (e: unknown) => e,
    );
    if (!APICallError.isInstance(thrown)) throw new Error(`not a call's error: ${String(thrown)}`);
    expect(thrown.statusCode).toBe(503);
    expect(thrown.message).toContain('Try again in a moment.');
    expect(upstream.calls).toHaveLength(1);
  });

  it("reads the vendor's own error about its request", async () => {
    const words = 'Invalid schema for function weather';
    upstream.behave(
      fails(400, { message: words, type: 'invalid_request_error', param: 'tools', code: 'invalid_schema' }),
    );
    const thrown = await generateText({ model: model(), prompt: 'Hi' }).catch((e: unknown) => e);
    if (!APICallError.isInstance(thrown)) throw new Error(`not a call's error: ${String(thrown)}`);
    expect(thrown).toMatchObject({ statusCode: 400, isRetryable: false, message: words });
    expect(upstream.calls).toHaveLength(1);
  });
});

it("the AI SDK's OpenAI provider is told that a stream broke", async () => {
  upstream.behave(cuts(ROLE, chunk({ content: 'Hel' })));
  const errors: unknown[] = [];
  const result = streamText({
    model: openai.chat('chat'),
    prompt: 'Hi',
    onError: ({ error }) => void errors.push(error),
  });
  await result.consumeStream();
  expect(JSON.stringify(errors)).toContain('broke off');
});
