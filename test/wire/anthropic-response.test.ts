import { describe, expect, it } from 'vitest';
import type { CompletionResult } from '#lib/wire/types.ts';
import { readCompletion } from '#lib/wire/upstream.ts';
import { chatRequest, HELLO, NOW, upstreamTarget } from './support.ts';

function read(message: object): CompletionResult {
  const whole = {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    model: 'claude-x',
    stop_reason: 'end_turn',
    ...message,
  };
  const body = Buffer.from(JSON.stringify(whole));
  return readCompletion(chatRequest(HELLO), upstreamTarget('anthropic'), body, { nowWallMs: NOW });
}

function completion(message: object) {
  const result = read(message);
  if (!result.ok) throw new Error(result.failure.message);
  return JSON.parse(Buffer.from(result.bytes).toString());
}

const text = { type: 'text', text: 'Hi' };

describe("Anthropic's message as a completion", () => {
  it('has text, ids, model, time and usage, cached tokens counted in', () => {
    const usage = {
      input_tokens: 10,
      cache_read_input_tokens: 4,
      cache_creation_input_tokens: 2,
      output_tokens: 3,
    };
    expect(completion({ content: [text, { type: 'text', text: '!' }], usage })).toEqual({
      id: 'msg_1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'claude-x',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi!', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 16,
        completion_tokens: 3,
        total_tokens: 19,
        prompt_tokens_details: { cached_tokens: 4 },
      },
    });
    expect(read({ content: [text], usage })).toMatchObject({
      usage: { inputTokens: 16, outputTokens: 3 },
      model: 'claude-x',
    });
  });

  it('has thinking as reasoning_content and tools as tool_calls; blocks of its own are left out', () => {
    const content = [
      { type: 'thinking', thinking: 'Hm', signature: 's' },
      { type: 'redacted_thinking', data: 'x' },
      { type: 'tool_use', id: 't1', name: 'look', input: { a: 1 } },
    ];
    expect(completion({ content, stop_reason: 'tool_use' }).choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: null,
        reasoning_content: 'Hm',
        tool_calls: [{ id: 't1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }],
      },
    });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
    ['something_new', 'stop'],
  ])('ends with %s as %s', (reason, finish) => {
    expect(completion({ content: [text], stop_reason: reason }).choices[0].finish_reason).toBe(finish);
  });

  it('has the words with which the vendor explains that the model declined', () => {
    const stop_details = { type: 'refusal', category: null, explanation: 'This could enable harm.' };
    expect(completion({ content: [], stop_reason: 'refusal', stop_details }).choices[0]).toMatchObject({
      message: { content: null, refusal: 'This could enable harm.' },
      finish_reason: 'content_filter',
    });
  });

  it('is a violation unless it is a finished message with something in it', () => {
    const violation = { ok: false, failure: { class: 'protocol_violation' } };
    expect(read({ content: [text], stop_reason: null })).toMatchObject(violation);
    expect(read({ content: 'Hi' })).toMatchObject(violation);
    expect(read({ content: [], usage: { output_tokens: 0 } })).toMatchObject({ failure: { code: 'empty' } });
    expect(read({ content: [], usage: { output_tokens: 2 } }).ok).toBe(true);
    expect(read({ content: [], stop_reason: 'refusal', usage: { output_tokens: 0 } }).ok).toBe(true);
  });
});
