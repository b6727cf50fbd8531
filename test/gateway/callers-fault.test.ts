import { afterEach, describe, expect, it } from 'vitest';
import type { ProviderKind } from '#lib/contract/config.ts';
import { anthropicError } from '#test/support/fake-anthropic.ts';
import { type Behaviour, FakeUpstream, fails, replies } from '#test/support/fake-upstream.ts';
import { CREDENTIAL, TestGateway } from './support.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const ASKS = {
  chat: ['/v1/chat/completions', { model: 'chat', messages: [{ role: 'user', content: 'Hi' }] }],
  responses: ['/v1/responses', { model: 'chat', input: 'Hi' }],
  messages: ['/v1/messages', { model: 'chat', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }],
  embeddings: ['/v1/embeddings', { model: 'chat', input: 'Hi' }],
} as const;

async function ask(face: keyof typeof ASKS, kind: ProviderKind, behaviour: Behaviour) {
  const upstream = await FakeUpstream.start(behaviour);
  const gateway = await TestGateway.start({
    targets: { only: { origin: upstream.origin, kind } },
    policy: { retry: { maxPerTarget: 0 } },
  });
  open.push({ close: () => gateway.worker.stop() }, upstream);
  const [path, body] = ASKS[face];
  const response = await gateway.call(path, body);
  const text = await response.text();
  const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
  return { response, text, record, calls: upstream.calls.length };
}

const LONG = `Invalid 'messages[0].content': ${'far too much of it, '.repeat(40)}as your request shows.`;
const TAGGED = /"switchyard":\{(?:[^{}]|\{[^{}]*\})*\},?/;

describe("a provider's error about the request, in the client's own dialect", () => {
  const CASES: [face: keyof typeof ASKS, kind: ProviderKind][] = [
    ['chat', 'openai'],
    ['chat', 'openai-compatible'],
    ['chat', 'azure-openai'],
    ['responses', 'openai'],
    ['embeddings', 'openai'],
  ];
  it.each(CASES)(
    'reaches %s from %s byte for byte, with its status, whole, and told not to be repeated',
    async (face, kind) => {
      const body = `{ "error" : {"message":${JSON.stringify(LONG)},"type":"invalid_request_error","param":"x","code":null,"extra":1.0} }`;
      const { response, text, record, calls } = await ask(face, kind, replies(422, body));
      expect(response.status).toBe(422);
      expect(text.replace(TAGGED, '')).toBe(body);
      expect(JSON.parse(text).switchyard).toMatchObject({ attempts: 1, servedBy: null, degraded: false });
      expect(response.headers.get('x-should-retry')).toBe('false');
      expect(calls).toBe(1);
      expect(record).toMatchObject({ face, outcome: 'caller_error', status: 422 });
      expect(record.attempts[0]?.message?.length).toBeLessThanOrEqual(300);
    },
  );

  it('reaches a client of Messages the same way', async () => {
    const { response, text } = await ask(
      'messages',
      'anthropic',
      anthropicError(413, 'request_too_large', LONG),
    );
    expect(response.status).toBe(413);
    expect(JSON.parse(text)).toMatchObject({
      type: 'error',
      error: { type: 'request_too_large', message: LONG },
      request_id: 'req_of_the_vendor',
    });
  });

  it('is whole also when it is no JSON object', async () => {
    const body = '["Unprocessable", "messages.0"]';
    const { response, text } = await ask('chat', 'openai-compatible', replies(422, body));
    expect(response.status).toBe(422);
    expect(text).toBe(body);
  });

  it('does not hold our credential, which some providers repeat', async () => {
    const error = {
      message: `The key ${CREDENTIAL} may not use this parameter.`,
      type: 'invalid_request_error',
    };
    const { text, record } = await ask('chat', 'openai', fails(400, error));
    expect(text).toContain('The key [redacted] may not use this parameter.');
    expect(JSON.stringify(record)).not.toContain(CREDENTIAL);
  });
});

describe("a provider's error about the request, in another dialect", () => {
  it('is whole, in the words and codes that OpenAI’s clients look for', async () => {
    const words = `prompt is too long: 210000 tokens > 200000 maximum. ${LONG}`;
    for (const face of ['chat', 'responses'] as const) {
      const { response, text } = await ask(
        face,
        'anthropic',
        anthropicError(400, 'invalid_request_error', words),
      );
      expect(response.status).toBe(400);
      expect(JSON.parse(text).error).toEqual({
        message: words,
        type: 'invalid_request_error',
        param: null,
        code: 'context_length_exceeded',
      });
    }
  });

  const TOO_LONG: [says: string, words: string][] = [
    [
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 150001 tokens.",
      'prompt is too long: 150001 tokens > 128000 maximum. This model',
    ],
    [
      'The input token count (1,200,000) exceeds the maximum number of tokens allowed (1,048,576).',
      'prompt is too long: 1200000 tokens > 1048576 maximum. The input',
    ],
    [
      'Your input exceeds the context window of this model. Please adjust your input and try again.',
      'prompt is too long: Your input exceeds the context window',
    ],
  ];
  it.each(TOO_LONG)('tells Claude Code and its like that the prompt is too long: %s', async (says, words) => {
    const error = { message: says, type: 'invalid_request_error', code: 'context_length_exceeded' };
    const { response, text } = await ask('messages', 'openai', fails(400, error));
    expect(response.status).toBe(400);
    const { type, error: told } = JSON.parse(text);
    expect(type).toBe('error');
    expect(told.type).toBe('invalid_request_error');
    expect(told.message.startsWith(words)).toBe(true);
    expect(told.message).toContain(says);
  });

  it('keeps its status where that says what is wrong', async () => {
    const tooBig = await ask('messages', 'openai', fails(413, { message: 'Request entity too large' }));
    expect(tooBig.response.status).toBe(413);
    expect(JSON.parse(tooBig.text).error.type).toBe('request_too_large');
    const filtered = fails(400, { message: 'Refused.', code: 'content_policy_violation' });
    const refused = await ask('messages', 'openai', filtered);
    expect(JSON.parse(refused.text).error).toMatchObject({
      type: 'invalid_request_error',
      message: 'Refused.',
    });
  });

  it('is never a 401 or 403, which clients would take for their own key', async () => {
    const { response, text } = await ask('chat', 'anthropic', anthropicError(403, 'permission_error', 'no'));
    expect(response.status).toBe(502);
    expect(JSON.parse(text).error).toMatchObject({ type: 'upstream_error', code: 'upstream_auth' });
    expect(response.headers.get('x-should-retry')).toBe('false');
  });
});
