import { describe, expect, it } from 'vitest';
import { modelTraits } from '#lib/wire/anthropic/model-traits.ts';
import { chatRequest, HELLO, refusalOf, sentBody, upstreamTarget } from './support.ts';

const claude = (model: string) => upstreamTarget('anthropic', { model });
const sent = (body: object, model = 'claude-sonnet-4-5') =>
  sentBody(chatRequest({ ...HELLO, ...body }), claude(model));
const user = (content: unknown): object => ({ messages: [{ role: 'user', content }] });
const tool = { type: 'function', function: { name: 'look', parameters: { properties: {} } } };

describe('what Anthropic has no words for', () => {
  it('is left out, and named', () => {
    const { body, notes } = sent({
      seed: 7,
      presence_penalty: 1,
      frequency_penalty: 1,
      logit_bias: { 5: 1 },
      temperature: 1.5,
      top_p: 0.9,
    });
    expect(body).toMatchObject({ temperature: 1 });
    for (const name of ['seed', 'presence_penalty', 'logit_bias', 'top_p'])
      expect(body).not.toHaveProperty(name);
    expect(notes).toEqual([
      '`logit_bias` was left out: Anthropic has no such parameter.',
      '`seed` was left out: Anthropic has no such parameter.',
      '`presence_penalty` was left out: Anthropic has no such parameter.',
      '`frequency_penalty` was left out: Anthropic has no such parameter.',
      '`top_p` was left out: Anthropic takes it or a temperature, not both.',
      '`temperature` 1.5 became 1: Anthropic takes 0 to 1.',
    ]);
  });

  it('is not noted where nothing is lost', () => {
    expect(sent({ temperature: 0.2, stop: 'END', user: 'u', max_tokens: 5, tools: [tool] }).notes).toEqual(
      [],
    );
  });

  it('is said of a turn that had to be put first, and of reasoning and details that were left out', () => {
    const { notes } = sent({
      messages: [
        { role: 'assistant', content: 'Hi', reasoning_content: 'Hm' },
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: 'https://x.test/a', detail: 'high' } }],
        },
      ],
    });
    expect(notes).toEqual([
      expect.stringContaining("turns' reasoning"),
      expect.stringContaining('image_url.detail'),
      expect.stringContaining('put first'),
    ]);
  });
});

describe('reasoning asked of Claude', () => {
  it('is a budget beside the answer for models that take one', () => {
    expect(sent({ reasoning_effort: 'low' }).body).toMatchObject({
      max_tokens: 34_048,
      thinking: { type: 'enabled', budget_tokens: 2048 },
    });
    expect(sent({ reasoning_effort: 'high', max_tokens: 10_000 }).body).toMatchObject({
      max_tokens: 10_000,
      thinking: { type: 'enabled', budget_tokens: 8000 },
    });
    expect(sent({ reasoning: { max_tokens: 100 } }).body.thinking).toEqual({
      type: 'enabled',
      budget_tokens: 1024,
    });
  });

  it('is an effort for models that weigh it themselves', () => {
    expect(sent({ reasoning_effort: 'xhigh' }, 'claude-opus-4-6').body).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
    expect(sent({ reasoning_effort: 'xhigh' }, 'claude-opus-5').body).toMatchObject({
      output_config: { effort: 'xhigh' },
    });
    expect(sent({ reasoning_effort: 'minimal' }, 'claude-opus-4-6').body.output_config).toEqual({
      effort: 'low',
    });
  });

  it('takes no sampling beside it', () => {
    const { body, notes } = sent({ reasoning_effort: 'low', temperature: 0.2, top_p: 0.5 });
    expect(body).not.toHaveProperty('temperature');
    expect(body).not.toHaveProperty('top_p');
    expect(notes).toHaveLength(2);
    expect(sent({ reasoning_effort: 'low', temperature: 1 }).notes).toEqual([]);
  });

  it.each([
    ['the model cannot', { reasoning_effort: 'low' }, 'claude-3-5-haiku-latest'],
    ['the model’s name says nothing', { reasoning_effort: 'low' }, 'my-claude'],
    [
      'a tool is forced',
      { reasoning_effort: 'low', tools: [tool], tool_choice: 'required' },
      'claude-opus-4-5',
    ],
    [
      'a tool loop is under way, whose signatures are not here',
      {
        reasoning_effort: 'low',
        tools: [tool],
        messages: [
          { role: 'user', content: 'Hi' },
          {
            role: 'assistant',
            tool_calls: [{ id: 't', type: 'function', function: { name: 'look', arguments: '{}' } }],
          },
          { role: 'tool', tool_call_id: 't', content: 'x' },
        ],
      },
      'claude-opus-4-5',
    ],
    ['the limit leaves no room', { reasoning_effort: 'low', max_tokens: 500 }, 'claude-opus-4-5'],
  ])('is left out with a note where %s', (_why, body, model) => {
    const { body: out, notes } = sent(body, model);
    expect(out).not.toHaveProperty('thinking');
    expect(notes).toEqual([expect.stringMatching(/^The reasoning effort was left out: /)]);
  });

  it('is not asked for when the client wants none', () => {
    expect(sent({ reasoning_effort: 'none' })).toMatchObject({ notes: [] });
    expect(sent({ reasoning_effort: 'none' }).body).not.toHaveProperty('thinking');
  });
});

describe('a schema asked of Claude', () => {
  const format = (schema: object) => ({
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  });
  const simple = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };

  it('is enforced where the model does that', () => {
    const { body, notes } = sent(format(simple));
    expect(body.output_config).toEqual({
      format: { type: 'json_schema', schema: { ...simple, additionalProperties: false } },
    });
    expect(body).not.toHaveProperty('system');
    expect(notes).toEqual([]);
  });

  it('has every object in it closed', () => {
    const nested = {
      type: 'object',
      $defs: { one: { type: 'object', properties: {} } },
      properties: {
        list: { type: 'array', items: { type: 'object', properties: {} } },
        either: { anyOf: [{ type: 'object', properties: {} }, { type: 'null' }] },
        one: { $ref: '#/$defs/one' },
      },
    };
    const schema = JSON.stringify(sent(format(nested)).body.output_config);
    expect(schema.match(/"additionalProperties":false/g)).toHaveLength(4);
  });

  it.each([
    ['a bound', { type: 'object', properties: { a: { type: 'integer', minimum: 1 } } }],
    ['an object that is open on purpose', { type: 'object', additionalProperties: { type: 'string' } }],
    ['itself', { type: 'object', properties: { a: { $ref: '#' } } }],
    ['a pattern', { type: 'object', properties: { a: { type: 'string', pattern: '^a' } } }],
    ['no object at its root', { type: 'array', items: { type: 'string' } }],
    ['a format of its own', { type: 'object', properties: { a: { type: 'string', format: 'phone' } } }],
  ])('is asked for in words, with a note, when it holds %s', (_what, schema) => {
    const { body, notes } = sent(format(schema));
    expect(body).not.toHaveProperty('output_config');
    expect(body.system).toContain(JSON.stringify(schema));
    expect(notes).toEqual([expect.stringMatching(/asked for in words/)]);
  });

  it('is asked for in words on models that do not enforce one', () => {
    expect(sent(format(simple), 'claude-3-7-sonnet-latest').body.system).toContain('JSON Schema');
    const vertex = upstreamTarget('vertex', {
      model: 'claude-sonnet-4-5',
      baseUrl: VERTEX,
      credential: 'ya29.x',
    });
    expect(sentBody(chatRequest({ ...HELLO, ...format(simple) }), vertex).notes).toHaveLength(1);
  });
});

const VERTEX = 'https://aiplatform.googleapis.com/v1/projects/p/locations/global';

describe('what Claude is shown', () => {
  it('is files that it reads: PDFs, and texts as texts', () => {
    const file = (filename: string, file_data: string) => ({ type: 'file', file: { filename, file_data } });
    const pdf = file('a.pdf', 'data:application/pdf;base64,BBBB');
    const txt = file('a.txt', `data:text/plain;base64,${Buffer.from('plain').toString('base64')}`);
    expect(sent(user([pdf, txt])).body.messages).toEqual([
      {
        role: 'user',
        content: [
          {
            type: 'document',
            source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' },
            title: 'a.pdf',
          },
          {
            type: 'document',
            source: { type: 'text', media_type: 'text/plain', data: 'plain' },
            title: 'a.txt',
          },
        ],
      },
    ]);
    const zip = chatRequest({ ...HELLO, ...user([file('a.zip', 'data:application/zip;base64,AA')]) });
    expect(refusalOf(zip, claude('claude-x'))).toContain('application/zip');
  });

  it('is tool calls under ids of the form that it takes, the same in call and result', () => {
    const id = 'functions.look:0';
    const { body } = sent({
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          tool_calls: [{ id, type: 'function', function: { name: 'look', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: id, content: 'x' },
      ],
      tools: [tool],
    });
    const [, asked, answered] = body.messages as { content: { id?: string; tool_use_id?: string }[] }[];
    expect(asked?.content[0]?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(answered?.content[0]?.tool_use_id).toBe(asked?.content[0]?.id);
    expect(body.tools).toEqual([{ name: 'look', input_schema: { type: 'object', properties: {} } }]);
  });

  it('is told when `strict` had to go', () => {
    const strict = {
      type: 'function',
      function: { name: 'f', strict: true, parameters: { type: 'object' } },
    };
    expect(sent({ tools: [strict] }).notes).toEqual([expect.stringContaining('`strict`')]);
  });
});

describe("a Claude model's name", () => {
  it.each([
    ['claude-3-haiku-20240307', 4096, null],
    ['claude-3-5-sonnet-latest', 8192, null],
    ['claude-3-7-sonnet-20250219', 32_000, 'budget'],
    ['claude-sonnet-4-20250514', 32_000, 'budget'],
    ['claude-opus-4-1-20250805', 32_000, 'budget'],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 32_000, 'budget'],
    ['claude-opus-4-6', 32_000, 'adaptive'],
    ['claude-fable-5-2', 32_000, 'adaptive'],
    ['claude-opus-5', 32_000, 'adaptive'],
    ['real-model', 8192, null],
  ])('tells what %s takes', (model, defaultMaxTokens, thinking) => {
    expect(modelTraits(model)).toMatchObject({ defaultMaxTokens, thinking });
  });
});
