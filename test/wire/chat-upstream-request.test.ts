import { describe, expect, it } from 'vitest';
import type { UpstreamTarget } from '#lib/wire/types.ts';
import { faceRequest, refusalOf, sentBody, upstreamTarget } from './support.ts';

const ASKED = { model: 'claude-x', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };
const OPENAI = upstreamTarget('openai', { model: 'gpt-4o' });

/** A Messages request as the chat request that a target is sent. */
function sent(body: object, target: UpstreamTarget = OPENAI) {
  return sentBody(faceRequest('messages', { ...ASKED, ...body }), target);
}

const compatible = (baseUrl: string, model = 'm') => upstreamTarget('openai-compatible', { baseUrl, model });
const user = (content: unknown): object => ({ messages: [{ role: 'user', content }] });
const png = { type: 'base64', media_type: 'image/png', data: 'AAAA' };
const tool = { name: 'look', description: 'Looks.', input_schema: { type: 'object' } };

describe('a request for a chat endpoint', () => {
  it('is as small as the one it came from', () => {
    expect(sent({})).toEqual({
      body: {
        model: 'gpt-4o',
        messages: [{ role: 'user', content: 'Hello' }],
        max_completion_tokens: 100,
      },
      notes: [],
    });
  });

  it('asks for usage with a stream', () => {
    expect(sent({ stream: true }).body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('has one system message, calls, results before what else their turn holds, and the results’ pictures', () => {
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'text', text: 'here' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'abc' },
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 't1', name: 'look', input: { a: 1 } },
          { type: 'tool_use', id: 't2', name: 'look', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'And?' },
          {
            type: 'tool_result',
            tool_use_id: 't1',
            content: [
              { type: 'text', text: 'seen' },
              { type: 'image', source: png },
            ],
          },
          { type: 'tool_result', tool_use_id: 't2', content: 'nothing' },
        ],
      },
    ];
    const call = (id: string, args: string) => ({
      id,
      type: 'function',
      function: { name: 'look', arguments: args },
    });
    const { body, notes } = sent({
      system: [
        { type: 'text', text: 'A' },
        { type: 'text', text: 'B' },
      ],
      messages,
    });
    expect(body.messages).toEqual([
      { role: 'system', content: 'A\n\nB' },
      { role: 'user', content: 'Look\n\nhere' },
      { role: 'assistant', content: 'I look.', tool_calls: [call('t1', '{"a":1}'), call('t2', '{}')] },
      { role: 'tool', tool_call_id: 't1', content: 'seen' },
      { role: 'tool', tool_call_id: 't2', content: 'nothing' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: 'And?' },
        ],
      },
    ]);
    expect(notes).toEqual([
      expect.stringContaining("turns' reasoning was left out"),
      expect.stringContaining("put into a user's message"),
    ]);
  });

  it.each([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'any' }, 'required'],
    [{ type: 'none' }, 'none'],
    [
      { type: 'tool', name: 'look' },
      { type: 'function', function: { name: 'look' } },
    ],
  ])('has tools and the choice %j', (tool_choice, expected) => {
    expect(sent({ tools: [tool], tool_choice }).body).toMatchObject({
      tools: [
        {
          type: 'function',
          function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } },
        },
      ],
      tool_choice: expected,
    });
  });

  it('asks for one call at a time only when the client does', () => {
    const choice = (disable: boolean) => ({ type: 'auto', disable_parallel_tool_use: disable });
    expect(sent({ tools: [tool], tool_choice: choice(true) }).body.parallel_tool_calls).toBe(false);
    expect(sent({ tools: [tool], tool_choice: choice(false) }).body).not.toHaveProperty(
      'parallel_tool_calls',
    );
  });

  it('has the schema of the answer', () => {
    const schema = { type: 'object', properties: {}, required: [], additionalProperties: false };
    const format = { output_config: { format: { type: 'json_schema', schema } } };
    expect(sent(format).body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', schema, strict: true },
    });
    const { body, notes } = sent(format, compatible('https://api.deepseek.com/v1'));
    expect(body.response_format).toEqual({ type: 'json_object' });
    expect(JSON.stringify(body.messages)).toContain('JSON Schema');
    expect(notes).toEqual([expect.stringContaining('asked for in words')]);
  });

  it('names everything that is left out, in sentences', () => {
    const body = { top_k: 4, context_management: { edits: [] } };
    const { body: out, notes } = sent(body);
    expect(out).not.toHaveProperty('top_k');
    expect(notes).toEqual([
      '`context_management` was left out: OpenAI has no such parameter.',
      '`top_k` was left out: OpenAI does not take it for this model.',
    ]);
  });

  it('keeps a user’s id within the length that OpenAI takes, the same each time', () => {
    const user_id = 'user_'.padEnd(200, 'x');
    const first = sent({ metadata: { user_id } }).body.user;
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(sent({ metadata: { user_id } }).body.user).toBe(first);
    expect(sent({ metadata: { user_id: 'u1' } }).body.user).toBe('u1');
  });

  it('has files where their messages take them, texts everywhere', () => {
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' } };
    expect(sent(user([pdf])).body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'file', file: { filename: 'file', file_data: 'data:application/pdf;base64,BBBB' } },
        ],
      },
    ]);
    const request = faceRequest('messages', { ...ASKED, ...user([pdf]) });
    expect(refusalOf(request, compatible('https://api.groq.com/openai/v1'))).toMatch(
      /^unsupported_feature: `messages\[0\]\.content\[0\]` is a file, and Groq/,
    );
    const url = { type: 'document', source: { type: 'url', url: 'https://x.test/a.pdf' } };
    expect(refusalOf(faceRequest('messages', { ...ASKED, ...user([url]) }), OPENAI)).toContain('by URL');
    const csv = Buffer.from('a;b').toString('base64');
    const table = {
      type: 'document',
      title: 'T',
      source: { type: 'base64', media_type: 'text/csv', data: csv },
    };
    expect(sent(user([table]), compatible('https://api.groq.com/openai/v1')).body.messages).toEqual([
      { role: 'user', content: 'T:\n\na;b' },
    ]);
    const uploaded = { type: 'document', source: { type: 'file', file_id: 'f1' } };
    expect(refusalOf(faceRequest('messages', { ...ASKED, ...user([uploaded]) }), OPENAI)).toContain(
      "another vendor's file",
    );
  });
});

describe('what endpoints that are compatible with OpenAI differ in', () => {
  const everything = {
    temperature: 0.5,
    top_p: 0.9,
    top_k: 4,
    stop_sequences: ['END'],
    metadata: { user_id: 'u1' },
    stream: true,
  };

  it('OpenAI’s reasoning models take no sampling, but an effort', () => {
    const target = upstreamTarget('openai', { model: 'o4-mini' });
    const { body, notes } = sent(
      { ...everything, stop_sequences: [], thinking: { type: 'enabled', budget_tokens: 2000 } },
      target,
    );
    expect(Object.keys(body).sort()).toEqual([
      'max_completion_tokens',
      'messages',
      'model',
      'reasoning_effort',
      'stream',
      'stream_options',
      'user',
    ]);
    expect(body.reasoning_effort).toBe('low');
    expect(notes).toHaveLength(3);
  });

  it('stops are never left out: a target that does not take them all does not take the request', () => {
    const stops = (count: number) =>
      faceRequest('messages', { ...ASKED, stop_sequences: Array.from({ length: count }, (_, n) => `s${n}`) });
    expect(refusalOf(stops(1), upstreamTarget('openai', { model: 'gpt-5' }))).toContain('`stop`');
    expect(refusalOf(stops(1), compatible('https://api.x.ai/v1', 'grok-4'))).toContain(
      'takes none for this model',
    );
    expect(refusalOf(stops(5), OPENAI)).toContain('takes at most 4');
    expect(sentBody(stops(5), compatible('http://localhost:8000')).body.stop).toHaveLength(5);
  });

  it('Azure has the old limit for models that do not reason', () => {
    expect(sent({}, upstreamTarget('azure-openai', { model: 'gpt-4o' })).body.max_tokens).toBe(100);
    expect(sent({}, upstreamTarget('azure-openai', { model: 'o3' })).body.max_completion_tokens).toBe(100);
    const undated = {
      baseUrl: 'https://r.openai.azure.com/openai/v1',
      model: 'gpt-4o',
      deployment: 'east-4',
    };
    const { body } = sent({}, upstreamTarget('azure-openai', undated));
    expect(body).toMatchObject({ model: 'east-4', max_completion_tokens: 100 });
  });

  it('Mistral refuses what it does not know, and ids of tool calls in another form', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_01ABC', name: 'look', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_01ABC', content: 'x' }] },
    ];
    const { body } = sent({ ...everything, messages }, compatible('https://api.mistral.ai/v1'));
    expect(Object.keys(body).sort()).toEqual([
      'max_tokens',
      'messages',
      'model',
      'stop',
      'stream',
      'temperature',
      'top_p',
    ]);
    const [, asked, answered] = body.messages as { tool_calls?: { id: string }[]; tool_call_id?: string }[];
    expect(asked?.tool_calls?.[0]?.id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(answered?.tool_call_id).toBe(asked?.tool_calls?.[0]?.id);
    const seeded = faceRequest('responses', { model: 'x', input: 'Hi' });
    expect(sentBody(seeded, compatible('https://api.mistral.ai/v1')).body).not.toHaveProperty('seed');
  });

  it('DeepSeek wants the reasoning of a tool loop back, and no other', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: '' },
          { type: 'tool_use', id: 't1', name: 'look', input: {} },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'x' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Ah', signature: '' },
          { type: 'text', text: 'So.' },
        ],
      },
      { role: 'user', content: 'And?' },
    ];
    const { body } = sent({ messages }, compatible('https://api.deepseek.com'));
    expect(body.messages).toMatchObject([{}, { reasoning_content: 'Hm' }, {}, { content: 'So.' }, {}]);
    expect(JSON.stringify(body.messages)).not.toContain('Ah');
  });

  it('only xAI’s small reasoning model takes an effort', () => {
    const asked = { output_config: { effort: 'high' } };
    expect(sent(asked, compatible('https://api.x.ai/v1', 'grok-3-mini')).body.reasoning_effort).toBe('high');
    expect(sent(asked, compatible('https://api.x.ai/v1', 'grok-4')).notes).toHaveLength(1);
  });

  it.each([
    ['gpt-5', 'xhigh', 'high'],
    ['gpt-5', 'none', 'minimal'],
    ['gpt-5.1', 'none', 'none'],
    ['gpt-5.1', 'minimal', 'low'],
    ['gpt-5.2', 'xhigh', 'xhigh'],
    ['o3', 'none', 'low'],
    ['o3', 'xhigh', 'high'],
    ['o3', 'medium', 'medium'],
  ])('%s takes for the effort %s the nearest that it knows: %s', (model, effort, known) => {
    const asked = faceRequest('responses', { model: 'x', input: 'Hi', reasoning: { effort } });
    const target = upstreamTarget('openai-compatible', { baseUrl: 'https://api.openai.com/v1', model });
    const { body, notes } = sentBody(asked, target);
    expect(body.reasoning_effort).toBe(known);
    expect(notes.some((note) => note.includes(`became "${known}"`))).toBe(effort !== known);
  });

  it('OpenRouter takes a budget of reasoning, and top_k', () => {
    const thinking = { type: 'enabled', budget_tokens: 2000 };
    expect(sent({ ...everything, thinking }, compatible('https://openrouter.ai/api/v1')).body).toMatchObject({
      reasoning: { max_tokens: 2000 },
      top_k: 4,
    });
  });

  it('servers that people run themselves take everything; of others no more is assumed than must be', () => {
    const asked = { ...everything, output_config: { effort: 'low' } };
    for (const baseUrl of ['http://localhost:11434/v1', 'http://10.0.0.7:8000', 'http://vllm.svc']) {
      expect(sent(asked, compatible(baseUrl)).body).toMatchObject({
        stream_options: { include_usage: true },
        top_k: 4,
        reasoning_effort: 'low',
      });
    }
    const { body, notes } = sent(asked, compatible('https://llm.vendor.example/v1'));
    expect(body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Hello' }],
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['END'],
      user: 'u1',
      stream: true,
    });
    expect(notes).toHaveLength(2);
  });
});
