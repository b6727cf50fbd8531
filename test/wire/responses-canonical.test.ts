import { describe, expect, it } from 'vitest';
import { canonicalOf } from './responses-support.ts';

describe('a Responses request without its dialect', () => {
  it('is a text', () => {
    expect(canonicalOf({ input: 'Hello', instructions: 'Be brief.' })).toMatchObject({
      system: [{ kind: 'text', text: 'Be brief.' }],
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
      dropped: [],
      notes: [],
    });
  });

  it('keeps parallel calls together, and their results', () => {
    const canonical = canonicalOf({
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Two cities.' }] },
        {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Let me see.' }],
        },
        { type: 'function_call', id: 'fc_1', call_id: 'a', name: 'weather', arguments: '{"city":"Bern"}' },
        { type: 'function_call', id: 'fc_2', call_id: 'b', name: 'weather', arguments: '' },
        { type: 'function_call_output', call_id: 'a', output: '12' },
        { type: 'function_call_output', call_id: 'b', output: [{ type: 'input_text', text: '30' }] },
        { role: 'user', content: 'Go on.' },
      ],
    });
    expect(canonical.messages).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        parts: [
          {
            kind: 'thinking',
            text: 'Two cities.',
            vendorState: { what: 'a reasoning item', strippable: true, id: 'rs_1' },
          },
          { kind: 'text', text: 'Let me see.' },
          { kind: 'tool_call', id: 'a', name: 'weather', arguments: '{"city":"Bern"}' },
          { kind: 'tool_call', id: 'b', name: 'weather', arguments: '{}' },
        ],
      },
      {
        role: 'user',
        parts: [
          { kind: 'tool_result', callId: 'a', parts: [{ kind: 'text', text: '12' }], isError: false },
          { kind: 'tool_result', callId: 'b', parts: [{ kind: 'text', text: '30' }], isError: false },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'Go on.' }] },
    ]);
  });

  it('reads images and files wherever their bytes are', () => {
    const content = [
      { type: 'input_image', image_url: 'data:image/PNG;base64,AAAA', detail: 'high' },
      { type: 'input_image', image_url: 'https://x.test/a.png' },
      { type: 'input_image', file_id: 'file_1' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' },
      { type: 'input_file', filename: 'a.txt', file_data: 'CCCC' },
      { type: 'input_file', file_url: 'https://x.test/a.pdf' },
      { type: 'input_audio', input_audio: { data: 'DDDD', format: 'wav' } },
    ];
    expect(canonicalOf({ input: [{ role: 'user', content }] }).messages[0]?.parts).toEqual([
      { kind: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' }, detail: 'high' },
      { kind: 'image', source: { type: 'url', url: 'https://x.test/a.png' }, detail: null },
      { kind: 'image', source: { type: 'vendor_id', id: 'file_1' }, detail: null },
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
      { kind: 'file', source: { type: 'url', url: 'https://x.test/a.pdf' }, name: null, mediaType: null },
      { kind: 'audio', format: 'wav', data: 'DDDD' },
    ]);
  });

  it('puts system and developer messages to the front and says so where they were not', () => {
    const input = [
      { role: 'developer', content: 'One.' },
      { role: 'user', content: 'Hi' },
      { role: 'system', content: [{ type: 'input_text', text: 'Two.' }] },
    ];
    const { system, notes } = canonicalOf({ input, instructions: 'Zero.' });
    expect(system.map(({ text }) => text)).toEqual(['Zero.', 'One.', 'Two.']);
    expect(notes).toEqual(['A system message inside the conversation was moved to its front.']);
  });

  it('carries the parameters that other dialects have', () => {
    expect(
      canonicalOf({
        input: 'a',
        max_output_tokens: 100,
        temperature: 0.5,
        top_p: 0.9,
        reasoning: { effort: 'max', summary: 'auto' },
        parallel_tool_calls: false,
        tools: [
          { type: 'function', name: 'f', parameters: { type: 'object' }, strict: true, description: 'F' },
        ],
        tool_choice: 'required',
        text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } },
        safety_identifier: 'u1',
        store: false,
        truncation: 'disabled',
      }),
    ).toMatchObject({
      maxTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      reasoning: { effort: 'xhigh', budgetTokens: null },
      parallelTools: false,
      tools: [{ name: 'f', description: 'F', parameters: { type: 'object' }, strict: true }],
      toolChoice: { type: 'any' },
      format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true, description: null },
      user: 'u1',
      dropped: [],
    });
  });

  it('offers only the tools that may be called', () => {
    const tools = ['f', 'g'].map((name) => ({ type: 'function', name, parameters: {} }));
    const allowed = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'g' }] };
    const canonical = canonicalOf({ input: 'a', tools, tool_choice: allowed });
    expect(canonical.tools.map(({ name }) => name)).toEqual(['g']);
    expect(canonical.toolChoice).toEqual({ type: 'auto' });
    expect(
      canonicalOf({ input: 'a', tools, tool_choice: { type: 'function', name: 'f' } }).toolChoice,
    ).toEqual({
      type: 'tool',
      name: 'f',
    });
  });

  it('names what has no counterpart elsewhere', () => {
    const more = {
      store: true,
      metadata: { a: 'b' },
      truncation: 'auto',
      include: ['reasoning.encrypted_content'],
    };
    const { dropped } = canonicalOf({
      input: 'a',
      ...more,
      text: { verbosity: 'low' },
      service_tier: 'auto',
    });
    expect(dropped.sort()).toEqual(['include', 'metadata', 'store', 'text.verbosity', 'truncation']);
  });

  it("leaves out what the vendor's own tools did in earlier turns", () => {
    const input = [
      { role: 'user', content: 'News?' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      { role: 'assistant', content: 'None.' },
    ];
    expect(canonicalOf({ input }).messages[1]?.parts).toEqual([
      { kind: 'opaque', what: 'a web search' },
      { kind: 'text', text: 'None.' },
    ]);
  });

  it.each([
    ['a web search', { tools: [{ type: 'web_search' }] }, /`tools\[0\]` is a tool of type "web_search"/],
    ['a free-text tool', { tools: [{ type: 'custom', name: 'x' }] }, /of type "custom"/],
    ['a stored response', { previous_response_id: 'resp_0' }, /`previous_response_id`/],
    ['a stored prompt', { prompt: { id: 'p' } }, /`prompt`/],
    ['a reference', { input: [{ type: 'item_reference', id: 'msg_9' }] }, /`input\[0\]` refers to/],
    ['a free-text call', { input: [{ type: 'custom_tool_call', call_id: 'c' }] }, /type "custom_tool_call"/],
    ['a compaction', { input: [{ type: 'compaction', encrypted_content: 'x' }] }, /type "compaction"/],
    ['log probabilities', { top_logprobs: 3 }, /`top_logprobs`/],
    ['log probabilities by include', { include: ['message.output_text.logprobs'] }, /`top_logprobs`/],
    [
      'a choice of a built-in tool',
      { tools: [{ type: 'function', name: 'f' }], tool_choice: { type: 'mcp' } },
      /`tool_choice`/,
    ],
    ['a role', { input: [{ role: 'tool', content: 'a' }] }, /role` is "tool"/],
    [
      'a part',
      { input: [{ role: 'user', content: [{ type: 'input_video' }] }] },
      /content\[0\]` is a part of type/,
    ],
  ])('cannot be without losing what the client asked for: %s', (_what, body, message) => {
    expect(() => canonicalOf({ input: 'a', ...body })).toThrow(message);
  });
});
