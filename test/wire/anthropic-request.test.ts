import { describe, expect, it } from 'vitest';
import type { Adapter } from '#lib/contract/config.ts';
import { buildUpstream } from '#lib/wire/upstream.ts';
import { chatRequest, HELLO, upstreamTarget } from './support.ts';

function translate(body: object, adapter: Adapter | null = null): Record<string, unknown> {
  const built = buildUpstream(chatRequest({ ...HELLO, ...body }), upstreamTarget('anthropic', { adapter }));
  if (!built.ok) throw new Error(built.failure.message);
  return JSON.parse(Buffer.from(built.request.body).toString());
}

function refusal(body: object): string {
  const built = buildUpstream(chatRequest({ ...HELLO, ...body }), upstreamTarget('anthropic'));
  if (built.ok) throw new Error('accepted');
  expect(built.failure.class).toBe('unsupported_feature');
  return built.failure.message;
}

const text = (value: string): object => ({ type: 'text', text: value });
const tool = {
  type: 'function',
  function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } },
};

describe('a chat request for Anthropic', () => {
  it('goes to /v1/messages with its own headers', () => {
    for (const baseUrl of ['https://api.test', 'https://api.test/v1']) {
      const built = buildUpstream(chatRequest(HELLO), upstreamTarget('anthropic', { baseUrl }));
      expect(built).toMatchObject({
        request: {
          url: 'https://api.test/v1/messages',
          headers: { 'x-api-key': 'sk-secret-of-the-gateway', 'anthropic-version': '2023-06-01' },
        },
      });
    }
    const open = buildUpstream(chatRequest(HELLO), upstreamTarget('anthropic', { credential: null }));
    expect(open.ok && open.request.headers).not.toHaveProperty('x-api-key');
  });

  it('is as small as the one it came from', () => {
    expect(translate({})).toEqual({
      model: 'real-model',
      max_tokens: 8192,
      messages: [{ role: 'user', content: [text('Hello')] }],
    });
  });

  it('keeps limits, sampling, stops, user and streaming', () => {
    expect(
      translate({
        max_tokens: 9,
        max_completion_tokens: 5,
        temperature: 1.7,
        stop: 'END',
        user: 'u1',
        stream: true,
      }),
    ).toMatchObject({
      max_tokens: 5,
      temperature: 1,
      stop_sequences: ['END'],
      metadata: { user_id: 'u1' },
      stream: true,
    });
    expect(translate({ top_p: 0.9, stop: ['a', 'b'] })).toMatchObject({
      top_p: 0.9,
      stop_sequences: ['a', 'b'],
    });
    expect(translate({ top_p: 0.9, temperature: 0 })).not.toHaveProperty('top_p');
  });

  it('has system and developer messages apart', () => {
    const messages = [
      { role: 'system', content: 'One.' },
      { role: 'user', content: 'Hi' },
      { role: 'developer', content: [text('Two.'), text('Three.')] },
    ];
    expect(translate({ messages })).toMatchObject({
      system: 'One.\n\nTwo.\n\nThree.',
      messages: [{ role: 'user', content: [text('Hi')] }],
    });
    expect(translate({ messages }, { systemPrefix: 'Zero.', systemSuffix: 'Four.' }).system).toBe(
      'Zero.\n\nOne.\n\nTwo.\n\nThree.\n\nFour.',
    );
    expect(translate({}, { systemPrefix: 'Zero.' }).system).toBe('Zero.');
  });

  it('merges neighbours of one role and leaves out empty text', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'user', content: [text('b'), text('')] },
      { role: 'assistant', content: '' },
      { role: 'user', content: 'c' },
      { role: 'assistant', content: 'Well: ' },
    ];
    expect(translate({ messages }).messages).toEqual([
      { role: 'user', content: [text('a'), text('b'), text('c')] },
      { role: 'assistant', content: [text('Well:')] },
    ]);
  });

  it('starts with a turn of the user', () => {
    const messages = [{ role: 'assistant', content: 'How can I help?' }];
    expect(translate({ messages }).messages).toMatchObject([{ role: 'user' }, { role: 'assistant' }]);
  });

  it('brings images as data or by URL', () => {
    const image = (url: string): object => ({ type: 'image_url', image_url: { url, detail: 'low' } });
    const content = [image('data:image/PNG;base64,AAAA'), image('https://x.test/a.jpg')];
    expect(translate({ messages: [{ role: 'user', content }] }).messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          { type: 'image', source: { type: 'url', url: 'https://x.test/a.jpg' } },
        ],
      },
    ]);
    expect(refusal({ messages: [{ role: 'user', content: [image('file:///etc/passwd')] }] })).toContain(
      'messages[0].content[0]',
    );
  });

  it('brings tool calls and their results, results of one turn together', () => {
    const call = (id: string, args: string): object => ({
      id,
      type: 'function',
      function: { name: 'look', arguments: args },
    });
    const messages = [
      { role: 'user', content: 'Look' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [call('t1', '{"a":1}'), call('t2', ''), call('t3', '{"cut')],
      },
      { role: 'tool', tool_call_id: 't1', content: 'seen' },
      { role: 'tool', tool_call_id: 't2', content: [text('nothing')] },
      { role: 'user', content: 'And?' },
    ];
    expect(translate({ messages, tools: [tool] }).messages).toEqual([
      { role: 'user', content: [text('Look')] },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 't1', name: 'look', input: { a: 1 } },
          { type: 'tool_use', id: 't2', name: 'look', input: {} },
          { type: 'tool_use', id: 't3', name: 'look', input: { arguments: '{"cut' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', content: [text('seen')] },
          { type: 'tool_result', tool_use_id: 't2', content: [text('nothing')] },
          text('And?'),
        ],
      },
    ]);
  });

  it.each([
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    ['required', { type: 'any' }],
    [
      { type: 'function', function: { name: 'look' } },
      { type: 'tool', name: 'look' },
    ],
  ])('brings tools with the choice %j', (choice, expected) => {
    const { tools, tool_choice } = translate({ tools: [tool], tool_choice: choice });
    expect(tools).toEqual([{ name: 'look', description: 'Looks.', input_schema: { type: 'object' } }]);
    expect(tool_choice).toEqual(expected);
  });

  it('asks for one tool call at a time when the client does', () => {
    expect(translate({ tools: [tool], parallel_tool_calls: false }).tool_choice).toEqual({
      type: 'auto',
      disable_parallel_tool_use: true,
    });
    expect(translate({ tool_choice: 'auto', parallel_tool_calls: false })).not.toHaveProperty('tool_choice');
  });

  it('asks in words for the JSON that the client wants', () => {
    const format = {
      type: 'json_schema',
      json_schema: { name: 'x', schema: { type: 'object', required: ['a'] } },
    };
    expect(translate({ response_format: format }).system).toContain('{"type":"object","required":["a"]}');
    expect(translate({ response_format: { type: 'json_object' } }).system).toContain('JSON object');
    expect(translate({ response_format: { type: 'text' } })).not.toHaveProperty('system');
  });

  it.each([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['audio', { modalities: ['text', 'audio'] }],
    ['functions', { functions: [{ name: 'f' }] }],
    ['stop', { stop: '\n' }],
    ['tools[0]', { tools: [{ type: 'custom', custom: { name: 'x' } }] }],
    ['tool_choice', { tools: [tool], tool_choice: { type: 'allowed_tools' } }],
    [
      'messages[0].content[0]',
      { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] },
    ],
    ['messages[0].role', { messages: [{ role: 'function', name: 'f', content: 'x' }] }],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }],
  ])('is refused, naming `%s`, rather than changed', (field, body) => {
    expect(refusal(body)).toContain(`\`${field}\``);
  });
});
