import { describe, expect, it } from 'vitest';
import type { CanonicalRequest } from '#lib/wire/canonical-request.ts';
import { chatRequest, HELLO } from './support.ts';

function read(body: object): CanonicalRequest {
  const result = chatRequest({ ...HELLO, ...body }).canonical();
  if (!result.ok) throw new Error(result.failure.message);
  return result.request;
}

function refusal(body: object): string {
  const result = chatRequest({ ...HELLO, ...body }).canonical();
  if (result.ok) throw new Error('read');
  expect(result.failure).toMatchObject({ class: 'unsupported_feature', status: null });
  return result.failure.message;
}

const turn = (content: unknown, role = 'user'): object => ({ messages: [{ role, content }] });
const text = (value: string) => ({ kind: 'text', text: value });
const tool = (name: string): object => ({ type: 'function', function: { name } });

describe('a chat request, read without its dialect', () => {
  it('keeps every parameter that another dialect may know', () => {
    const body = {
      max_completion_tokens: 5,
      max_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 4,
      stop: 'END',
      seed: 7,
      presence_penalty: 1,
      frequency_penalty: -1,
      user: 'u1',
      stream: true,
      stream_options: { include_usage: true },
    };
    expect(read(body)).toMatchObject({
      maxTokens: 5,
      temperature: 0.5,
      topP: 0.9,
      topK: 4,
      stop: ['END'],
      seed: 7,
      presencePenalty: 1,
      frequencyPenalty: -1,
      user: 'u1',
      stream: true,
      includeUsage: true,
      dropped: [],
    });
  });

  it('names what has no counterpart, and passes over what says nothing', () => {
    const dropped = { logit_bias: { 1: 2 }, metadata: { a: 'b' }, prediction: {}, brand_new: 1 };
    const silent = {
      store: false,
      service_tier: 'auto',
      verbosity: null,
      n: 1,
      logprobs: false,
      modalities: ['text'],
    };
    expect(read({ ...dropped, ...silent }).dropped).toEqual([
      'logit_bias',
      'metadata',
      'prediction',
      'brand_new',
    ]);
  });

  it.each([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['audio', { modalities: ['text', 'audio'] }],
    ['audio', { audio: { voice: 'x' } }],
    ['functions', { functions: [{ name: 'f' }] }],
    ['web_search_options', { web_search_options: {} }],
    ['response_format', { response_format: { type: 'grammar' } }],
    ['tools[1]', { tools: [tool('a'), { type: 'custom', custom: { name: 'x' } }] }],
    ['tool_choice', { tools: [tool('a')], tool_choice: 'sometimes' }],
    [
      'tool_choice',
      { tools: [tool('a')], tool_choice: { type: 'allowed_tools', allowed_tools: { tools: [] } } },
    ],
    ['messages[0].role', turn('x', 'function')],
    ['messages[0].content', turn(7)],
    ['messages[0].content[0]', turn([{ type: 'video_url' }])],
    ['messages[0].content[0]', turn([{ type: 'input_audio', input_audio: { data: 'x' } }])],
    ['messages[0].content[0]', turn([{ type: 'file', file: {} }])],
    ['messages[0].content', turn([{ type: 'image_url', image_url: { url: 'x' } }], 'system')],
    ['messages[0].tool_call_id', turn('x', 'tool')],
    ['messages[0].function_call', { messages: [{ role: 'assistant', function_call: { name: 'f' } }] }],
    ['messages[0].audio', { messages: [{ role: 'assistant', audio: { id: 'a' } }] }],
    ['messages[0].tool_calls[0]', { messages: [{ role: 'assistant', tool_calls: [{ type: 'custom' }] }] }],
    ['messages[0]', { messages: ['hi'] }],
  ])('cannot be read where the loss of `%s` would change the answer', (field, body) => {
    expect(refusal(body)).toContain(`\`${field}\``);
  });

  it('has images, files and sound by what they are, wherever their bytes stand', () => {
    const parts = [
      { type: 'image_url', image_url: { url: 'https://x.test/a.png', detail: 'low' } },
      { type: 'image_url', image_url: 'data:image/PNG;charset=x;base64,AAAA' },
      { type: 'file', file: { file_id: 'file-1' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
      { type: 'file', file: { filename: 'a.txt', file_data: 'CCCC' } },
      { type: 'input_audio', input_audio: { data: 'DDDD', format: 'wav' } },
      { type: 'text', text: 'Look' },
    ];
    const png = { type: 'base64', mediaType: 'image/png', data: 'AAAA' };
    expect(read(turn(parts)).messages[0]?.parts).toEqual([
      { kind: 'image', source: { type: 'url', url: 'https://x.test/a.png' }, detail: 'low' },
      { kind: 'image', source: png, detail: null },
      { kind: 'file', source: { type: 'vendor_id', id: 'file-1' }, name: null, mediaType: null },
      {
        kind: 'file',
        source: { type: 'base64', mediaType: 'application/pdf', data: 'BBBB' },
        name: 'a.pdf',
        mediaType: 'application/pdf',
      },
      {
        kind: 'file',
        source: { type: 'base64', mediaType: 'text/plain', data: 'CCCC' },
        name: 'a.txt',
        mediaType: 'text/plain',
      },
      { kind: 'audio', format: 'wav', data: 'DDDD' },
      text('Look'),
    ]);
  });

  it('has the assistant’s history in order: reasoning, words, refusal, calls; results in the user’s turns', () => {
    const call = { id: 't1', type: 'function', function: { name: 'look', arguments: ' ' } };
    const messages = [
      { role: 'user', content: 'Hi', name: 'ada' },
      {
        role: 'assistant',
        content: 'Well',
        refusal: 'No.',
        reasoning_content: 'Hm',
        tool_calls: [call],
      },
      { role: 'tool', tool_call_id: 't1', content: [{ type: 'text', text: 'seen' }] },
    ];
    const { messages: turns, dropped } = read({ messages });
    expect(turns).toEqual([
      { role: 'user', parts: [text('Hi')] },
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'Hm', vendorState: null },
          text('Well'),
          { kind: 'refusal', text: 'No.' },
          { kind: 'tool_call', id: 't1', name: 'look', arguments: '{}' },
        ],
      },
      { role: 'user', parts: [{ kind: 'tool_result', callId: 't1', parts: [text('seen')], isError: false }] },
    ]);
    expect(dropped).toEqual(['messages.name']);
  });

  it('has system and developer texts apart, and says when one was moved', () => {
    const messages = [
      { role: 'system', content: 'One.' },
      { role: 'user', content: 'Hi' },
    ];
    expect(read({ messages })).toMatchObject({ system: [text('One.')], notes: [] });
    const late = read({ messages: [...messages, { role: 'developer', content: 'Two.' }] });
    expect(late.system).toEqual([text('One.'), text('Two.')]);
    expect(late.notes).toEqual([expect.stringContaining('moved to its front')]);
  });

  it('offers only the tools that a choice allows', () => {
    const tools = [tool('a'), tool('b'), tool('c')];
    const allowed = { mode: 'required', tools: [tool('a'), tool('c')] };
    const chosen = read({ tools, tool_choice: { type: 'allowed_tools', allowed_tools: allowed } });
    expect(chosen.tools.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(chosen.toolChoice).toEqual({ type: 'any' });
    expect(read({ tools, parallel_tool_calls: false })).toMatchObject({
      toolChoice: null,
      parallelTools: false,
    });
    expect(read({ tool_choice: 'required', parallel_tool_calls: false })).toMatchObject({
      tools: [],
      toolChoice: null,
      parallelTools: null,
    });
  });

  it('knows reasoning by an effort or a budget', () => {
    expect(read({ reasoning_effort: 'high' }).reasoning).toEqual({ effort: 'high', budgetTokens: null });
    expect(read({ reasoning: { max_tokens: 2000 } }).reasoning).toEqual({ effort: null, budgetTokens: 2000 });
    expect(read({ reasoning_effort: 'colossal' })).toMatchObject({
      reasoning: null,
      dropped: ['reasoning_effort'],
    });
    expect(read({}).reasoning).toBeNull();
  });

  it('knows the formats of an answer', () => {
    const schema = { type: 'object' };
    const format = { type: 'json_schema', json_schema: { name: 'x', schema, strict: true } };
    expect(read({ response_format: format }).format).toEqual({
      type: 'json_schema',
      name: 'x',
      description: null,
      schema,
      strict: true,
    });
    expect(read({ response_format: { type: 'json_object' } }).format).toEqual({ type: 'json' });
  });
});

describe('what pins a chat request', () => {
  it('is an uploaded file or a spoken answer', () => {
    const messages = [
      { role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] },
      { role: 'assistant', audio: { id: 'audio-1' } },
    ];
    expect(chatRequest({ ...HELLO, messages }).vendorState).toEqual([
      { what: 'an uploaded file', strippable: false, id: 'file-1' },
      { what: 'a spoken answer', strippable: false, id: 'audio-1' },
    ]);
    expect(chatRequest(HELLO).vendorState).toEqual([]);
  });
});
