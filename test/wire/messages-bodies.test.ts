import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { messagesFace } from '#lib/wire/anthropic/messages-face.ts';
import type { FaceError } from '#lib/wire/types.ts';
import { readCompletion } from '#lib/wire/upstream.ts';
import { faceRequest, NOW, upstreamTarget } from './support.ts';

const switchyard = {
  requestId: 'req_1',
  flow: 'support-chat',
  servedBy: null,
  attempts: 2,
  degraded: true,
  degradedReason: 'breaker_open',
};
const failed = (more: Partial<FaceError>): FaceError => ({
  status: 502,
  message: 'No provider could answer.',
  type: 'upstream_error',
  code: null,
  param: null,
  ...more,
});
const asked = { model: 'claude-x', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hi' }] };

function client(body: string, init: ResponseInit): Anthropic {
  return new Anthropic({
    apiKey: 'x',
    maxRetries: 0,
    fetch: () => Promise.resolve(new Response(body, init)),
  });
}

describe("errors in Anthropic's form", () => {
  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [413, 'request_too_large'],
    [422, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [502, 'api_error'],
    [503, 'overloaded_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ])('have for status %s the type %s', (status, type) => {
    expect(messagesFace.errorBody(failed({ status }), null, 'req_1')).toEqual({
      type: 'error',
      error: { type, message: 'No provider could answer.' },
      request_id: 'req_1',
    });
  });

  it('keep a code, and carry the switchyard object', () => {
    expect(messagesFace.errorBody(failed({ code: 'upstream_timeout' }), switchyard, 'req_1')).toMatchObject({
      error: { code: 'upstream_timeout' },
      switchyard,
    });
  });

  it('say of a prompt that is too long what Anthropic’s clients know it by', () => {
    const error = failed({
      status: 400,
      code: 'context_length_exceeded',
      message: 'Your input exceeds the window.',
    });
    expect(messagesFace.errorBody(error, null, 'r')).toMatchObject({
      error: { type: 'invalid_request_error', message: 'prompt is too long: Your input exceeds the window.' },
    });
    const known = { ...error, message: 'prompt is too long: 9 tokens > 8 maximum' };
    expect(messagesFace.errorBody(known, null, 'r')).toMatchObject({ error: { message: known.message } });
  });

  it('are understood by Anthropic’s client', async () => {
    const body = JSON.stringify(messagesFace.errorBody(failed({ status: 429 }), switchyard, 'req_1'));
    const call = client(body, { status: 429, headers: { 'request-id': 'req_1' } }).messages.create(asked);
    await expect(call).rejects.toMatchObject({
      constructor: Anthropic.RateLimitError,
      requestID: 'req_1',
      type: 'rate_limit_error',
    });
  });

  it('end a broken stream, which Anthropic’s client then throws', async () => {
    const bytes = Buffer.from(messagesFace.streamError(failed({}), switchyard, 'req_1', null)).toString();
    expect(bytes).toMatch(/^event: error\ndata: \{"type":"error","error":\{"type":"api_error",/);
    expect(bytes).toMatch(/"request_id":"req_1","switchyard":\{.*\}\}\n\n$/);
    const stream = client(bytes, { headers: { 'content-type': 'text/event-stream' } }).messages.stream(asked);
    await expect(stream.finalMessage()).rejects.toMatchObject({ type: 'api_error' });
  });
});

describe('a graceful refusal', () => {
  it('is an error that says when it is one', () => {
    expect(messagesFace.degradedBody('Try again in a moment.', switchyard)).toEqual({
      type: 'error',
      error: { type: 'overloaded_error', message: 'Try again in a moment.', status: 'degraded' },
      request_id: 'req_1',
      switchyard,
    });
  });

  const answer = { id: 'abc', created: 1, model: 'support-chat', message: 'We are back soon.', switchyard };

  it('is a message of its own', async () => {
    const body = messagesFace.degradedWhole(answer);
    expect(body.switchyard).toEqual(switchyard);
    const message = await client(JSON.stringify(body), {
      status: 200,
      headers: { 'content-type': 'application/json' },
    }).messages.create(asked);
    expect(message).toMatchObject({
      id: 'msg_abc',
      role: 'assistant',
      model: 'support-chat',
      content: [{ type: 'text', text: 'We are back soon.' }],
      stop_reason: 'end_turn',
    });
  });

  it('is a stream of its own', async () => {
    const bytes = messagesFace.degradedStream(answer, true);
    expect(bytes).toContain('event: message_start\ndata: {"type":"message_start","switchyard":{');
    const stream = client(bytes, { headers: { 'content-type': 'text/event-stream' } }).messages.stream(asked);
    expect(await stream.finalMessage()).toMatchObject({
      content: [{ type: 'text', text: 'We are back soon.' }],
      stop_reason: 'end_turn',
    });
  });
});

describe('what keeps a client waiting', () => {
  it('is a ping, which Anthropic’s client passes over, before the first event too', async () => {
    const ping = Buffer.from(messagesFace.keepAlive).toString();
    const bytes =
      ping +
      messagesFace.degradedStream({ id: 'a', created: 1, model: 'm', message: 'Hi', switchyard }, true) +
      ping;
    const stream = client(bytes, { headers: { 'content-type': 'text/event-stream' } }).messages.stream(asked);
    expect((await stream.finalMessage()).content).toMatchObject([{ text: 'Hi' }]);
  });

  it('ends cleanly with the event that Anthropic ends with', () => {
    expect(Buffer.from(messagesFace.terminator ?? []).toString()).toBe(
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    );
  });
});

describe('a whole chat completion, as a message', () => {
  const read = (completion: object, body: object = {}) => {
    const whole = { id: 'c1', model: 'gpt-x', ...completion };
    const request = faceRequest('messages', { ...asked, ...body });
    return readCompletion(request, upstreamTarget('openai'), Buffer.from(JSON.stringify(whole)), {
      nowWallMs: NOW,
    });
  };
  const message = (completion: object, body: object = {}) => {
    const result = read(completion, body);
    if (!result.ok) throw new Error(result.failure.message);
    return JSON.parse(Buffer.from(result.bytes).toString());
  };
  const choice = (given: object, finish_reason = 'stop') => ({
    choices: [{ index: 0, message: given, finish_reason }],
  });

  it('has words, calls, usage and the reason of its end', () => {
    const tool_calls = [{ id: 't1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }];
    const usage = {
      prompt_tokens: 24,
      completion_tokens: 7,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 3 },
    };
    expect(message({ ...choice({ content: 'Hi', tool_calls }, 'tool_calls'), usage })).toEqual({
      id: 'c1',
      type: 'message',
      role: 'assistant',
      model: 'gpt-x',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'tool_use', id: 't1', name: 'look', input: { a: 1 } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: {
        input_tokens: 20,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 4,
        output_tokens: 7,
        output_tokens_details: { thinking_tokens: 3 },
      },
    });
  });

  it('keeps arguments that were cut short, and reasoning for a client that asked for it', () => {
    const tool_calls = [{ id: 't1', function: { name: 'look', arguments: '{"cut' } }];
    expect(message(choice({ content: null, tool_calls }, 'length'))).toMatchObject({
      content: [{ input: { arguments: '{"cut' } }],
      stop_reason: 'max_tokens',
    });
    const reasoned = choice({ content: 'So.', reasoning_content: 'Hm' });
    expect(message(reasoned).content).toEqual([{ type: 'text', text: 'So.' }]);
    expect(message(reasoned, { thinking: { type: 'adaptive' } }).content).toMatchObject([
      { thinking: 'Hm' },
      { text: 'So.' },
    ]);
  });

  it('is refused where a completion is none', () => {
    const failure = (completion: object) => {
      const result = read(completion);
      return result.ok ? null : result.failure.class;
    };
    expect(failure({ choices: [] })).toBe('protocol_violation');
    expect(failure({ choices: [{ message: { content: 'Hi' } }] })).toBe('protocol_violation');
    expect(failure(choice({ content: '' }))).toBe('protocol_violation');
    expect(failure({ error: { message: 'x', code: 'rate_limit_exceeded' } })).toBe('rate_limited');
  });
});
