import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '#lib/contract/config.ts';
import type { Failure } from '#lib/engine/types.ts';
import type { CompletionResult } from '#lib/wire/types.ts';
import { readCompletion } from '#lib/wire/upstream.ts';
import { chatRequest, HELLO, NOW, upstreamTarget } from './support.ts';

function read(body: string | object, kind: ProviderKind = 'openai'): CompletionResult {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return readCompletion(chatRequest(HELLO), upstreamTarget(kind), bytes, { nowWallMs: NOW });
}

function failure(body: string | object, kind: ProviderKind = 'openai'): Failure {
  const result = read(body, kind);
  if (result.ok) throw new Error('accepted');
  return result.failure;
}

const answer = (message: object, finish: string, usage?: object): object => ({
  model: 'gpt-x',
  choices: [{ index: 0, message, finish_reason: finish }],
  usage,
});

describe('a whole answer', () => {
  it('is relayed byte for byte, with its usage and model known', () => {
    const body =
      '{ "choices":[{"message":{"content":"Hi"},"finish_reason":"eos"}], "usage":{"prompt_tokens":3,"completion_tokens":1},"model":"m"}';
    const result = read(body);
    if (!result.ok) throw new Error(result.failure.message);
    expect(Buffer.from(result.bytes).toString()).toBe(body);
    expect(result).toMatchObject({ usage: { inputTokens: 3, outputTokens: 1 }, model: 'm' });
  });

  it.each([
    '',
    '   ',
    '<html>Sign in</html>',
    '{"choices":[',
    '[]',
    '"ok"',
    '{}',
    '{"choices":[]}',
    '{"choices":[null]}',
  ])('is a violation of the protocol: %j', (body) => {
    expect(failure(body).class).toBe('protocol_violation');
    expect(failure(body, 'anthropic').class).toBe('protocol_violation');
  });

  it('is an error where its finish says that the vendor gave up', () => {
    expect(failure(answer({ content: 'Hal' }, 'insufficient_system_resource')).class).toBe('overloaded');
    expect(failure(answer({ content: 'Hal' }, 'abort')).class).toBe('server_error');
  });

  it('is an error where it reports one under status 200', () => {
    expect(failure({ error: { message: 'x', code: 'rate_limit_exceeded' } }).class).toBe('rate_limited');
    expect(failure({ error: { message: 'x', code: 502 }, choices: [] })).toMatchObject({
      class: 'server_error',
      status: 502,
    });
    expect(
      failure({ object: 'error', message: 'maximum context length is 10 tokens', code: 400 }).class,
    ).toBe('context_length_exceeded');
    expect(
      failure({ choices: [{ message: {}, finish_reason: 'error', error: { code: 503, message: 'x' } }] })
        .class,
    ).toBe('overloaded');
    expect(
      failure({ type: 'error', error: { type: 'overloaded_error', message: 'x' } }, 'anthropic').class,
    ).toBe('overloaded');
  });

  it('is empty only when it stopped normally, said nothing and spent nothing', () => {
    expect(failure(answer({ content: '' }, 'stop', { completion_tokens: 0 })).code).toBe('empty');
    expect(failure(answer({ content: null }, 'stop')).code).toBe('empty');
    expect(read(answer({ content: '' }, 'stop', { completion_tokens: 7 })).ok).toBe(true);
    expect(read(answer({ content: '' }, 'length', { completion_tokens: 0 })).ok).toBe(true);
    expect(read(answer({ content: null }, 'content_filter')).ok).toBe(true);
    expect(read(answer({ content: null, tool_calls: [{ id: 't' }] }, 'stop')).ok).toBe(true);
    expect(read(answer({ content: null, refusal: 'No.' }, 'stop')).ok).toBe(true);
  });
});
