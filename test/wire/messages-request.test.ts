import { describe, expect, it } from 'vitest';
import { messagesFace } from '#lib/wire/anthropic/messages-face.ts';
import { OWN_SIGNATURE } from '#lib/wire/anthropic/own-thinking.ts';
import type { CanonicalRequest } from '#lib/wire/canonical-request.ts';
import { buildUpstream } from '#lib/wire/upstream.ts';
import { faceRequest, upstreamTarget } from './support.ts';

const ASKED = { model: 'claude-x', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };

const refusal = (body: string): unknown => {
  const parsed = messagesFace.parse(Buffer.from(body), {});
  return parsed.ok ? 'accepted' : [parsed.status, parsed.param, parsed.message];
};

function read(body: object): CanonicalRequest {
  const result = faceRequest('messages', { ...ASKED, ...body }).canonical();
  if (!result.ok) throw new Error(result.failure.message);
  return result.request;
}

const user = (content: unknown): object => ({ messages: [{ role: 'user', content }] });
const text = (value: string) => ({ kind: 'text', text: value });
const png = { type: 'base64', media_type: 'image/png', data: 'AAAA' };

describe('a Messages request', () => {
  it('is refused with status 400, naming what is wrong', () => {
    expect(refusal('{"model":')).toEqual([400, null, 'The request body is not valid JSON.']);
    expect(refusal('{"max_tokens":1,"messages":[]}')).toEqual([
      400,
      'model',
      expect.stringMatching(/missing/),
    ]);
    expect(refusal('{"model":"a","max_tokens":1}')).toEqual([
      400,
      'messages',
      expect.stringMatching(/missing/),
    ]);
    expect(refusal('{"model":"a","messages":[]}')).toEqual([
      400,
      'max_tokens',
      expect.stringMatching(/missing/),
    ]);
    expect(refusal('{"model":"a","messages":[],"max_tokens":"1"}')).toEqual([
      400,
      'max_tokens',
      expect.stringMatching(/number/),
    ]);
    expect(refusal('{"model":"a","messages":[],"max_tokens":1,"stream":1}')).toEqual([
      400,
      'stream',
      expect.stringMatching(/true or false/),
    ]);
  });

  it('says what it needs of a target, also where an image stands in a tool’s result', () => {
    const needs = (body: object) => faceRequest('messages', { ...ASKED, ...body }).needs;
    expect(needs({})).toEqual({ tools: false, vision: false, jsonSchema: false });
    expect(needs({ tools: [{ name: 'f', input_schema: {} }] }).tools).toBe(true);
    expect(needs(user([{ type: 'image', source: png }])).vision).toBe(true);
    const shown = [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'image', source: png }] }];
    expect(needs(user(shown)).vision).toBe(true);
    expect(needs({ output_config: { format: { type: 'json_schema', schema: {} } } }).jsonSchema).toBe(true);
  });
});

describe('a Messages request, passed on', () => {
  const BODY =
    '{ "model":"claude-x","system":[{"type":"text","text":"x-anthropic-billing-header: a"},{"type":"text","text":"\\u00e9"}],\n "max_tokens":1.0, "messages":[], "new_field":{"a":12345678901234567890} }';

  function passedOn(headers: Record<string, string | string[]>) {
    const parsed = messagesFace.parse(Buffer.from(BODY), headers);
    if (!parsed.ok) throw new Error(parsed.message);
    const built = buildUpstream(parsed.request, upstreamTarget('anthropic', { model: 'claude-real' }));
    if (!built.ok) throw new Error(built.failure.message);
    return { ...built.request, body: Buffer.from(built.request.body).toString() };
  }

  it("changes the model's bytes and nothing else", () => {
    const { url, body, dialect, notes } = passedOn({});
    expect(url).toBe('https://vendor.test/v1/messages');
    expect(body).toBe(BODY.replace('"claude-x"', '"claude-real"'));
    expect([dialect, notes]).toEqual(['anthropic-messages', []]);
  });

  it("goes with the client's version and betas, and the version that clients without one mean", () => {
    expect(passedOn({}).headers).toMatchObject({
      'anthropic-version': '2023-06-01',
      'x-api-key': 'sk-secret-of-the-gateway',
    });
    const { headers } = passedOn({
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'a-1,b-2',
      cookie: 'x',
    });
    expect(headers).toMatchObject({ 'anthropic-version': '2023-06-01', 'anthropic-beta': 'a-1,b-2' });
    expect(headers).not.toHaveProperty('cookie');
    expect(passedOn({ 'anthropic-beta': ['a-1', 'b-2'] }).headers['anthropic-beta']).toBe('a-1, b-2');
  });

  it("carries the key as the version's own client does", () => {
    const newer = passedOn({ 'anthropic-version': '2026-10-21' }).headers;
    expect(newer.authorization).toBe('Bearer sk-secret-of-the-gateway');
    expect(newer).not.toHaveProperty('x-api-key');
    const target = upstreamTarget('anthropic', { credential: 'sk-ant-oat01-x' });
    const built = buildUpstream(faceRequest('messages', ASKED), target);
    expect(built.ok && built.request.headers.authorization).toBe('Bearer sk-ant-oat01-x');
  });
});

describe('reasoning that another vendor gave', () => {
  const own = { type: 'thinking', thinking: 'Hm', signature: OWN_SIGNATURE };
  const signed = { type: 'thinking', thinking: 'Ah', signature: 'abc' };
  const say = { type: 'text', text: 'Well' };

  function sent(body: object): Record<string, unknown> {
    const built = buildUpstream(faceRequest('messages', { ...ASKED, ...body }), upstreamTarget('anthropic'));
    if (!built.ok) throw new Error(built.failure.message);
    return JSON.parse(Buffer.from(built.request.body).toString());
  }

  it('is not shown to Anthropic, which would refuse its signature; its own reasoning is', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [own, say] },
      { role: 'user', content: 'And?' },
      { role: 'assistant', content: [signed, say] },
      { role: 'user', content: 'So?' },
      { role: 'assistant', content: [own] },
      { role: 'user', content: 'Hm?' },
    ];
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    expect(sent({ messages, thinking })).toMatchObject({
      model: 'real-model',
      thinking,
      messages: [{}, { content: [say] }, {}, { content: [signed, say] }, {}, { content: 'Hm?' }],
    });
  });

  it('ends reasoning for the tool loop that it began', () => {
    const call = { type: 'tool_use', id: 't', name: 'f', input: {} };
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [own, call] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'x' }] },
    ];
    const body = sent({ messages, thinking: { type: 'enabled', budget_tokens: 1024 } });
    expect(body).not.toHaveProperty('thinking');
    expect(body.messages).toMatchObject([{}, { content: [call] }, {}]);
  });
});

describe('a Messages request, read without its dialect', () => {
  it('keeps every parameter that another dialect may know', () => {
    const body = {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 4,
      stop_sequences: ['END'],
      metadata: { user_id: 'u1' },
      stream: true,
      service_tier: 'auto',
      cache_control: { type: 'ephemeral' },
    };
    expect(read(body)).toMatchObject({
      maxTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 4,
      stop: ['END'],
      user: 'u1',
      stream: true,
      includeUsage: true,
      dropped: [],
    });
    expect(read({ context_management: {}, speed: 'fast' }).dropped).toEqual(['context_management', 'speed']);
  });

  it('has the system prompt in its parts, without the line that is meant for Anthropic’s books', () => {
    expect(read({ system: 'One.' }).system).toEqual([text('One.')]);
    const system = [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2' },
      { type: 'text', text: 'One.', cache_control: { type: 'ephemeral' } },
    ];
    expect(read({ system }).system).toEqual([text('One.')]);
    const late = { messages: [...ASKED.messages, { role: 'system', content: 'Two.' }] };
    expect(read(late)).toMatchObject({
      system: [text('Two.')],
      messages: [{ role: 'user' }],
      notes: [expect.stringContaining('moved to its front')],
    });
  });

  it('has images, documents and search results by what they are', () => {
    const content = [
      { type: 'image', source: png },
      { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' },
        title: 'a',
      },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'plain' }, title: 'T' },
      { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'inner' }] } },
      { type: 'document', source: { type: 'file', file_id: 'f1' } },
      {
        type: 'search_result',
        title: 'S',
        source: 'https://s.test',
        content: [{ type: 'text', text: 'found' }],
      },
    ];
    expect(read(user(content)).messages[0]?.parts).toEqual([
      { kind: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' }, detail: null },
      { kind: 'image', source: { type: 'url', url: 'https://x.test/a.png' }, detail: null },
      {
        kind: 'file',
        source: { type: 'base64', mediaType: 'application/pdf', data: 'BBBB' },
        name: 'a',
        mediaType: 'application/pdf',
      },
      text('T'),
      text('plain'),
      text('inner'),
      { kind: 'file', source: { type: 'vendor_id', id: 'f1' }, name: null, mediaType: 'application/pdf' },
      text('S\nhttps://s.test'),
      text('found'),
    ]);
  });

  it('has calls, results with what they hold, and reasoning with what belongs to its vendor', () => {
    const messages = [
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'abc' },
          { type: 'redacted_thinking', data: 'xyz' },
          { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
          { type: 'compaction', content: 'What was said before.' },
          { type: 'tool_use', id: 't1', name: 'look', input: { a: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 't1',
            is_error: true,
            content: [
              { type: 'text', text: 'no' },
              { type: 'image', source: png },
            ],
          },
        ],
      },
    ];
    const signature = { what: 'a thinking signature', strippable: true, id: null };
    const encrypted = { what: 'encrypted reasoning', strippable: true, id: null };
    expect(read({ messages }).messages).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'Hm', vendorState: signature },
          { kind: 'thinking', text: '', vendorState: encrypted },
          { kind: 'opaque', what: "a server tool's work" },
          text('What was said before.'),
          { kind: 'tool_call', id: 't1', name: 'look', arguments: '{"a":1}' },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            kind: 'tool_result',
            callId: 't1',
            parts: [
              text('no'),
              {
                kind: 'image',
                source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' },
                detail: null,
              },
            ],
            isError: true,
          },
        ],
      },
    ]);
  });

  it.each([
    [{ type: 'auto', disable_parallel_tool_use: true }, { type: 'auto' }, false],
    [{ type: 'any', disable_parallel_tool_use: false }, { type: 'any' }, true],
    [{ type: 'tool', name: 'f' }, { type: 'tool', name: 'f' }, null],
    [{ type: 'none' }, { type: 'none' }, null],
  ])('has the choice %j', (tool_choice, toolChoice, parallelTools) => {
    const tools = [{ type: 'custom', name: 'f', description: 'Does.', input_schema: { type: 'object' } }];
    expect(read({ tools, tool_choice })).toMatchObject({
      tools: [{ name: 'f', description: 'Does.', parameters: { type: 'object' }, strict: null }],
      toolChoice,
      parallelTools,
    });
  });

  it.each([
    [{ thinking: { type: 'enabled', budget_tokens: 2048 } }, { effort: null, budgetTokens: 2048 }],
    [
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
      { effort: 'xhigh', budgetTokens: null },
    ],
    [{ thinking: { type: 'adaptive' } }, null],
    [{ thinking: { type: 'disabled' } }, null],
    [{}, null],
  ])('has reasoning: %j', (body, reasoning) => {
    expect(read(body).reasoning).toEqual(reasoning);
  });

  it('has a schema, to the letter where it leaves nothing open', () => {
    const closed = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    };
    const format = (schema: object) =>
      read({ output_config: { format: { type: 'json_schema', schema } } }).format;
    expect(format(closed)).toMatchObject({ type: 'json_schema', schema: closed, strict: true });
    expect(format({ ...closed, required: [] })).toMatchObject({ strict: null });
    expect(read({ output_format: { type: 'json_schema', schema: closed } }).format.type).toBe('json_schema');
  });

  it.each([
    ['container', { container: 'c1' }],
    ['mcp_servers', { mcp_servers: [{ url: 'https://x' }] }],
    ['inference_geo', { inference_geo: 'eu' }],
    ['tools[0]', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['tools[0]', { tools: [{ input_schema: {} }] }],
    ['tool_choice', { tools: [{ name: 'f' }], tool_choice: { type: 'perhaps' } }],
    ['messages[0].role', { messages: [{ role: 'narrator', content: 'x' }] }],
    ['messages[0].content', user(7)],
    ['messages[0].content[0]', user([{ type: 'image' }])],
    ['messages[0].content[0]', user([{ type: 'tool_use', id: 'x' }])],
    ['messages[0].content[0].tool_use_id', user([{ type: 'tool_result' }])],
    ['system', { system: [{ type: 'image', source: png }] }],
  ])('cannot be read where the loss of `%s` would change the answer', (field, body) => {
    const result = faceRequest('messages', { ...ASKED, ...body }).canonical();
    expect(result.ok ? 'read' : result.failure).toMatchObject({
      class: 'unsupported_feature',
      message: expect.stringContaining(`\`${field}\``),
    });
  });
});

describe('what pins a Messages request', () => {
  const state = (body: object) => faceRequest('messages', { ...ASKED, ...body }).vendorState;

  it('is a container or an uploaded file, wherever it stands', () => {
    const file = { type: 'document', source: { type: 'file', file_id: 'f1' } };
    expect(state({ container: { id: 'c1' }, ...user([file]) })).toEqual([
      { what: 'a container', strippable: false, id: 'c1' },
      { what: 'an uploaded file', strippable: false, id: 'f1' },
    ]);
    const nested = [{ type: 'tool_result', tool_use_id: 't', content: [file] }];
    expect(state(user(nested))).toMatchObject([{ id: 'f1' }]);
    expect(state(user([{ type: 'container_upload', file_id: 'f2' }]))).toMatchObject([{ id: 'f2' }, {}]);
  });

  it('is not reasoning, which may be left out elsewhere; each kind is named once', () => {
    const thinking = { type: 'thinking', thinking: 'x', signature: 'abc' };
    const messages = [{ role: 'assistant', content: [thinking, thinking, { type: 'redacted_thinking' }] }];
    expect(state({ messages })).toEqual([
      { what: 'a thinking signature', strippable: true, id: null },
      { what: 'encrypted reasoning', strippable: true, id: null },
    ]);
    expect(state({})).toEqual([]);
  });
});
