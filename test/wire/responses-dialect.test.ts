import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '#lib/wire/canonical.ts';
import type { CanonicalMessage, CanonicalRequest } from '#lib/wire/canonical-request.ts';
import { responsesDialect } from '#lib/wire/responses/dialect.ts';
import {
  block,
  call,
  canonicalOf,
  completed,
  created,
  inProgress,
  messageAdded,
  messageItem,
  native,
  partAdded,
  RESPONSE,
  textDelta,
  textDone,
  USAGE,
} from './responses-support.ts';
import { upstreamTarget } from './support.ts';

const target = upstreamTarget('openai');

function encode(more: Partial<CanonicalRequest> = {}): {
  body: Readonly<Record<string, unknown>>;
  notes: string[];
} {
  const encoded = responsesDialect.encodeRequest({ ...canonicalOf({ input: 'Hi' }), ...more }, target);
  if (!encoded.ok) throw new Error(encoded.failure.message);
  return encoded;
}

describe('a canonical request as a Responses request', () => {
  it('says what it says, and asks for nothing to be kept', () => {
    const { body, notes } = encode({
      system: [
        { kind: 'text', text: 'One.' },
        { kind: 'text', text: 'Two.' },
      ],
      maxTokens: 100,
      temperature: 0.3,
      topP: 0.9,
      reasoning: { effort: 'high', budgetTokens: null },
      tools: [{ name: 'f', description: 'F', parameters: { type: 'object' }, strict: null }],
      toolChoice: { type: 'tool', name: 'f' },
      parallelTools: false,
      format: { type: 'json_schema', name: 'n', description: null, schema: { type: 'object' }, strict: true },
      user: 'u1',
      stream: true,
    });
    expect(body).toEqual({
      model: 'real-model',
      instructions: 'One.\n\nTwo.',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
      max_output_tokens: 100,
      temperature: 0.3,
      top_p: 0.9,
      reasoning: { effort: 'high' },
      tools: [
        { type: 'function', name: 'f', description: 'F', parameters: { type: 'object' }, strict: false },
      ],
      tool_choice: { type: 'function', name: 'f' },
      parallel_tool_calls: false,
      text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } },
      user: 'u1',
      store: false,
      stream: true,
    });
    expect(notes).toEqual([]);
  });

  it('turns a conversation with calls into items', () => {
    const messages: CanonicalMessage[] = [
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'Look' },
          { kind: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AA' }, detail: null },
          { kind: 'file', source: { type: 'url', url: 'https://x.test/a.pdf' }, name: null, mediaType: null },
          {
            kind: 'file',
            source: { type: 'base64', mediaType: 'application/pdf', data: 'BB' },
            name: 'b.pdf',
            mediaType: null,
          },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { kind: 'text', text: 'I see.' },
          { kind: 'tool_call', id: 'a', name: 'f', arguments: '{}' },
          { kind: 'refusal', text: 'No.' },
        ],
      },
      {
        role: 'user',
        parts: [{ kind: 'tool_result', callId: 'a', parts: [{ kind: 'text', text: '12' }], isError: false }],
      },
    ];
    expect(encode({ messages }).body.input).toEqual([
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'Look' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'auto' },
          { type: 'input_file', file_url: 'https://x.test/a.pdf' },
          { type: 'input_file', filename: 'b.pdf', file_data: 'data:application/pdf;base64,BB' },
        ],
      },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I see.' }] },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
      { type: 'function_call_output', call_id: 'a', output: '12' },
    ]);
  });

  it('is read back as the same request', () => {
    const original = canonicalOf({
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
        { type: 'function_call', call_id: 'a', name: 'f', arguments: '{"x":1}' },
        { type: 'function_call_output', call_id: 'a', output: '12' },
      ],
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: true }],
      tool_choice: 'auto',
      text: { format: { type: 'json_object' } },
      max_output_tokens: 50,
    });
    const { model: _model, ...body } = encode(original).body;
    expect(canonicalOf(body)).toEqual(original);
  });

  it('notes what was left out or put differently', () => {
    const thinking = { kind: 'thinking' as const, text: 'Hm', vendorState: null };
    const { body, notes } = encode({
      seed: 7,
      topK: 3,
      presencePenalty: 1,
      frequencyPenalty: 1,
      dropped: ['logit_bias'],
      notes: ['Moved.'],
      maxTokens: 1,
      reasoning: { effort: null, budgetTokens: 8000 },
      messages: [
        { role: 'assistant', parts: [thinking, { kind: 'opaque', what: 'a web search' }] },
        { role: 'user', parts: [{ kind: 'tool_result', callId: 'a', parts: [], isError: true }] },
      ],
    });
    expect(notes.join('\n')).toMatch(
      /Moved\.\n`logit_bias` .*\n`seed` .*\n`top_k` .*\n`presence_penalty` .*\n`frequency_penalty` /,
    );
    expect(notes.join('\n')).toMatch(/reasoning was left out.*A web search was left out.*A tool.s failure/s);
    expect(body).toMatchObject({ max_output_tokens: 16, reasoning: { effort: 'medium' } });
    expect(body.input).toEqual([{ type: 'function_call_output', call_id: 'a', output: '' }]);
  });

  it.each([
    ['stop sequences', { stop: ['END'] }, /`stop`/],
    [
      'audio',
      { messages: [{ role: 'user', parts: [{ kind: 'audio', format: 'wav', data: 'A' }] }] },
      /audio/,
    ],
    [
      "another vendor's file",
      {
        messages: [
          { role: 'user', parts: [{ kind: 'image', source: { type: 'vendor_id', id: 'f' }, detail: null }] },
        ],
      },
      /another vendor's file/,
    ],
  ] as [string, Partial<CanonicalRequest>, RegExp][])('is not made of %s', (_what, more, message) => {
    expect(() => encode(more)).toThrow(message);
  });
});

function read(stream: string): CanonicalEvent[] {
  const source = responsesDialect.events();
  return [...source.push(Buffer.from(stream)), ...source.end()].filter(({ type }) => type !== 'ping');
}

const started = { type: 'message_start', id: 'resp_1', model: 'gpt-real-0613' };
const ending = (reason: string) => [
  {
    type: 'usage',
    usage: { inputTokens: 9, cachedTokens: 2, cacheWriteTokens: 0, outputTokens: 5, reasoningTokens: 1 },
  },
  { type: 'stop', reason },
  { type: 'end' },
];
const callItem = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{"x":1}' };

describe("a Responses stream as the events of every vendor's", () => {
  it('reads a text', () => {
    const events = read(
      native(
        created,
        inProgress,
        messageAdded(),
        partAdded(),
        textDelta('Hel'),
        textDelta('lo'),
        ...textDone('Hello'),
        completed(messageItem('Hello')),
      ),
    );
    expect(events).toEqual([started, ...block(0, 'text', 'Hel', 'lo'), ...ending('stop')]);
  });

  it('reads reasoning with its encrypted form, and calls', () => {
    const rs = { item_id: 'rs_1', output_index: 0 };
    const item = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
    const added = { ...callItem, arguments: '' };
    const events = read(
      native(
        created,
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { type: 'reasoning', id: 'rs_1', summary: [] },
        },
        { type: 'response.reasoning_summary_part.added', ...rs, summary_index: 0 },
        { type: 'response.reasoning_summary_text.delta', ...rs, summary_index: 0, delta: 'One' },
        { type: 'response.reasoning_summary_part.added', ...rs, summary_index: 1 },
        { type: 'response.reasoning_summary_text.delta', ...rs, summary_index: 1, delta: 'Two' },
        { type: 'response.output_item.done', output_index: 0, item },
        { type: 'response.output_item.added', output_index: 1, item: added },
        { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 1, delta: '{"x"' },
        { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 1, delta: ':1}' },
        {
          type: 'response.function_call_arguments.done',
          item_id: 'fc_1',
          output_index: 1,
          arguments: '{"x":1}',
        },
        { type: 'response.output_item.done', output_index: 1, item: callItem },
        completed(item, callItem),
      ),
    );
    const [open, ...rest] = block(0, 'thinking', 'One', '\n\n', 'Two');
    expect(events).toEqual([
      started,
      open,
      ...rest.slice(0, -1),
      { type: 'block_state', index: 0, state: 'gAAA' },
      rest.at(-1),
      ...call(1, 'c1', 'f', '{"x"', ':1}'),
      ...ending('tool_calls'),
    ]);
  });

  it('reads servers that send wholes without pieces, or nothing but the last event', () => {
    const events = read(
      native(
        created,
        { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'Hi' },
        { type: 'response.output_item.done', output_index: 1, item: callItem },
        completed(messageItem('Hi'), callItem),
      ),
    );
    const expected = [
      started,
      ...block(0, 'text', 'Hi'),
      ...call(1, 'c1', 'f', '{"x":1}'),
      ...ending('tool_calls'),
    ];
    expect(events).toEqual(expected);
    expect(read(native(completed(messageItem('Hi'), callItem)))).toEqual(expected);
  });

  it('reads a refusal, and tools that only OpenAI has as something opaque', () => {
    const events = read(
      native(
        created,
        { type: 'response.output_item.added', output_index: 0, item: { type: 'web_search_call', id: 'ws' } },
        { type: 'response.output_item.done', output_index: 0, item: { type: 'web_search_call', id: 'ws' } },
        { type: 'response.refusal.delta', output_index: 1, content_index: 0, delta: 'No.' },
        { type: 'response.refusal.done', output_index: 1, content_index: 0, refusal: 'No.' },
        completed(),
      ),
    );
    expect(events).toEqual([
      started,
      ...block(0, 'opaque'),
      ...block(1, 'refusal', 'No.'),
      ...ending('stop'),
    ]);
  });

  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content_filter'],
    ['something new', 'length'],
  ])('says why it is incomplete: %s', (reason, said) => {
    const response = { ...RESPONSE, incomplete_details: { reason }, usage: USAGE };
    const events = read(native(created, textDelta('a'), { type: 'response.incomplete', response }));
    expect(events.slice(-3)).toEqual(ending(said));
  });

  it('never invents an end', () => {
    expect(read(native(created, textDelta('a'))).map(({ type }) => type)).toEqual([
      'message_start',
      'block_start',
      'block_delta',
    ]);
    expect(read(`${native(created)}data: [DONE]\n\n`)).toEqual([started]);
    expect(read(native(created, { type: 'response.completed' }))).toEqual([started, { type: 'malformed' }]);
  });

  it('reports an error once, and none behind the end', () => {
    const error = { type: 'error', error: { code: 'server_is_overloaded', message: 'busy' } };
    expect(
      read(native(created, error, { type: 'response.failed', response: RESPONSE }, textDelta('a'))),
    ).toMatchObject([started, { type: 'error', failure: { class: 'overloaded' } }]);
    expect(read(native(completed(messageItem('Hi')), error, textDelta('b'))).at(-1)).toEqual({ type: 'end' });
  });
});

describe('a whole Responses answer as events', () => {
  const whole = (json: unknown) => responsesDialect.readWhole(Buffer.from(JSON.stringify(json)));

  it('is what its stream would have been', () => {
    const reasoning = {
      type: 'reasoning',
      id: 'rs',
      summary: [
        { type: 'summary_text', text: 'One' },
        { type: 'summary_text', text: 'Two' },
      ],
      encrypted_content: 'gAAA',
    };
    const output = [reasoning, messageItem('Hi'), callItem, { type: 'web_search_call', id: 'ws' }];
    const result = whole({ ...RESPONSE, status: 'completed', output, usage: USAGE });
    const [open, piece, close] = block(0, 'thinking', 'One\n\nTwo');
    expect(result.ok && result.events).toEqual([
      started,
      open,
      piece,
      { type: 'block_state', index: 0, state: 'gAAA' },
      close,
      ...block(1, 'text', 'Hi'),
      ...call(2, 'c1', 'f', '{"x":1}'),
      ...block(3, 'opaque'),
      ...ending('tool_calls'),
    ]);
  });

  it('is a failure where it is none', () => {
    const failed = whole({
      ...RESPONSE,
      status: 'failed',
      error: { code: 'rate_limit_exceeded', message: 'x' },
    });
    expect(failed.ok ? null : failed.failure.class).toBe('rate_limited');
  });
});
