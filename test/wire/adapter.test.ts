import { describe, expect, it } from 'vitest';
import type { Adapter } from '#lib/contract/config.ts';
import { adaptBody, changesRequest } from '#lib/wire/adapter/adapt.ts';
import type { Dialect } from '#lib/wire/types.ts';

const BODIES: Readonly<Record<Dialect, Record<string, unknown>>> = {
  'openai-chat': {
    model: 'm',
    messages: [
      { role: 'system', content: 'Be kind to Ada.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Ada asks Ada.' },
          { type: 'image_url', image_url: { url: 'Ada' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'Ada', function: { name: 'Ada', arguments: '"Ada"' } }],
      },
      { role: 'tool', tool_call_id: 'Ada', content: 'Ada is data.' },
    ],
  },
  'openai-responses': {
    model: 'm',
    instructions: 'Be kind to Ada.',
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'Ada asks Ada.' }] },
      { type: 'function_call_output', call_id: 'Ada', output: 'Ada is data.' },
    ],
  },
  'anthropic-messages': {
    model: 'm',
    system: 'Be kind to Ada.',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Ada asks Ada.' },
          { type: 'tool_result', tool_use_id: 'Ada', content: 'Ada is data.' },
        ],
      },
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'Ada', signature: 'Ada' }] },
    ],
  },
  gemini: {
    systemInstruction: { parts: [{ text: 'Be kind to Ada.' }] },
    contents: [
      {
        role: 'user',
        parts: [
          { text: 'Ada asks Ada.' },
          { functionResponse: { name: 'Ada', response: { text: 'Ada is data.' } } },
        ],
      },
      { role: 'model', parts: [{ text: 'Ada', thought: true }] },
    ],
  },
  'bedrock-converse': {
    system: [{ text: 'Be kind to Ada.' }],
    messages: [
      {
        role: 'user',
        content: [
          { text: 'Ada asks Ada.' },
          { toolResult: { toolUseId: 'Ada', content: [{ text: 'Ada is data.' }] } },
        ],
      },
    ],
  },
  'ollama-chat': {
    model: 'm',
    messages: [
      { role: 'system', content: 'Be kind to Ada.' },
      { role: 'user', content: 'Ada asks Ada.', images: ['Ada'] },
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ function: { name: 'Ada', arguments: { to: 'Ada' } } }],
      },
      { role: 'tool', tool_name: 'Ada', content: 'Ada is data.' },
    ],
  },
};
const DIALECTS = Object.keys(BODIES) as Dialect[];

function adapt(dialect: Dialect, adapter: Adapter, body = BODIES[dialect]) {
  return adaptBody({ dialect, kind: 'openai', body, adapter });
}

describe.each(DIALECTS)('the rules of a flow for one target, in %s', (dialect) => {
  it('find and replace reaches every text of the prompt, and no tool, image or signature', () => {
    const { body, notes } = adapt(dialect, { replace: [{ find: 'Ada', with: 'Grace' }] });
    const text = JSON.stringify(body);
    expect(text.match(/Grace/g)).toHaveLength(3);
    expect(text).toContain('Be kind to Grace.');
    expect(text).toContain('Grace asks Grace.');
    expect(text).toContain('Ada is data.');
    expect(notes).toEqual(["The flow's rules replaced text in 3 places of the prompt."]);
  });

  it('the system prompt gets its prefix and suffix, and everything else stays', () => {
    const { body, notes } = adapt(dialect, { systemPrefix: 'FIRST', systemSuffix: 'LAST' });
    const text = JSON.stringify(body);
    expect(text.indexOf('FIRST')).toBeLessThan(text.indexOf('Be kind'));
    expect(text.indexOf('LAST')).toBeGreaterThan(text.indexOf('Be kind'));
    expect(text).toContain('Ada asks Ada.');
    expect(notes).toHaveLength(1);
  });

  it('a prompt without a system text gets one', () => {
    const { system: _a, systemInstruction: _b, instructions: _c, ...bare } = BODIES[dialect];
    const messages = bare.messages;
    const without =
      dialect === 'openai-chat' && Array.isArray(messages) ? { ...bare, messages: messages.slice(1) } : bare;
    expect(JSON.stringify(adapt(dialect, { systemSuffix: 'LAST' }, without).body)).toContain('LAST');
  });

  it('a token limit lowers what the request asks for and never raises it', () => {
    const limited = adapt(dialect, { maxTokens: 500 });
    expect(JSON.stringify(limited.body)).toContain('500');
    expect(limited.notes).toEqual(["The flow's rules limited the answer to 500 tokens."]);
    const again = adapt(dialect, { maxTokens: 900 }, limited.body as Record<string, unknown>);
    expect(again).toEqual({ body: limited.body, notes: [] });
  });

  it('parameters are removed and set, nested ones by their path, and the given body is not touched', () => {
    const given = { ...BODIES[dialect], seed: 7, outer: { inner: 1, kept: true } };
    const before = structuredClone(given);
    const { body, notes } = adapt(
      dialect,
      { remove: ['seed', 'outer.inner', 'absent'], set: { temperature: 0.2, 'outer.added': [1] } },
      given,
    );
    expect(body).toMatchObject({ temperature: 0.2, outer: { kept: true, added: [1] } });
    expect(body).not.toHaveProperty('seed');
    expect(body).not.toHaveProperty('outer.inner');
    expect(notes).toEqual([
      "The flow's rules removed seed.",
      "The flow's rules removed outer.inner.",
      "The flow's rules set temperature.",
      "The flow's rules set outer.added.",
    ]);
    expect(given).toEqual(before);
  });
});

describe('the rules of a flow', () => {
  it('keep the first of several system blocks first, since its place means something', () => {
    const system = [
      { type: 'text', text: 'mark' },
      { type: 'text', text: 'Be kind.' },
    ];
    const { body } = adapt(
      'anthropic-messages',
      { systemPrefix: 'FIRST', systemSuffix: 'LAST' },
      { system, messages: [] },
    );
    expect(body.system).toEqual([
      system[0],
      { type: 'text', text: 'FIRST' },
      system[1],
      { type: 'text', text: 'LAST' },
    ]);
  });

  it('take the field for the token limit that the target knows', () => {
    const limit = (kind: 'openai' | 'openai-compatible', body: object) =>
      adaptBody({ dialect: 'openai-chat', kind, body: { ...body }, adapter: { maxTokens: 5 } }).body;
    expect(limit('openai', {})).toEqual({ max_completion_tokens: 5 });
    expect(limit('openai-compatible', {})).toEqual({ max_tokens: 5 });
    expect(limit('openai', { max_tokens: 9 })).toEqual({ max_tokens: 5 });
  });

  it('replace in order, literally, so that patterns and dollar signs mean nothing', () => {
    const { body } = adapt(
      'openai-chat',
      {
        replace: [
          { find: 'a.c', with: '$&' },
          { find: '$&', with: 'done' },
        ],
      },
      { messages: [{ role: 'user', content: 'a.c abc' }] },
    );
    expect(body.messages).toEqual([{ role: 'user', content: 'done abc' }]);
  });

  it('are known to change nothing when they are empty', () => {
    expect(changesRequest(null)).toBe(false);
    expect(changesRequest({ systemPrefix: '', replace: [], remove: [], set: {} })).toBe(false);
    expect(changesRequest({ maxTokens: 1 })).toBe(true);
  });
});
