import { describe, expect, it } from 'vitest';
import { credentialProblem, credentialSecrets } from '#lib/wire/credential-problem.ts';
import type { UpstreamTarget } from '#lib/wire/types.ts';
import { built, refusal, TOOL_LOOP, WEATHER } from './cloud-support.ts';

const EU = 'https://bedrock-runtime.eu-central-1.amazonaws.com';
const CLAUDE = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
const CLAUDE_3 = 'anthropic.claude-3-haiku-20240307-v1:0';
const NOVA = 'amazon.nova-pro-v1:0';
const NOVA_2 = 'us.amazon.nova-2-lite-v1:0';
const KEYS = 'AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

const ask = (more: object, model = NOVA, target: Partial<UpstreamTarget> = {}) =>
  built('bedrock', more, { baseUrl: EU, model, ...target });
const user = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
const file = (filename: string, file_data: string) => ({ type: 'file', file: { filename, file_data } });

describe('the turns of a request to Bedrock', () => {
  it('keep the system prompt apart, merge neighbours and hold no blank text', () => {
    const { body } = ask({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
        { role: 'user', content: '  ' },
        { role: 'user', content: 'Anybody?' },
        { role: 'assistant', content: 'Yes. ' },
      ],
    });
    expect(body).toEqual({
      system: [{ text: 'Be brief.' }],
      messages: [
        { role: 'user', content: [{ text: 'Hello' }, { text: 'Anybody?' }] },
        { role: 'assistant', content: [{ text: 'Yes.' }] },
      ],
    });
  });

  it('begin with the user and never stay empty, with notes', () => {
    const first = ask({ messages: [{ role: 'assistant', content: 'Hi!' }] });
    expect(first.body.messages[0]).toEqual({ role: 'user', content: [{ text: '.' }] });
    const alone = ask({ messages: [{ role: 'system', content: 'Say hi.' }] });
    expect(alone.body).toEqual({ messages: [{ role: 'user', content: [{ text: 'Say hi.' }] }] });
    expect([...first.notes, ...alone.notes]).toHaveLength(2);
  });

  it('hold images and documents as bytes, documents under names that Bedrock takes and beside a text', () => {
    const pdf = 'data:application/pdf;base64,JVBERi0=';
    const { body, notes } = ask(
      user(
        { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,/9j/4A==' } },
        file("John's  résumé, v2.pdf", pdf),
        file("John's  résumé, v2.pdf", pdf),
        file('data.json', 'data:application/json;base64,e30='),
      ),
    );
    expect(body.messages[0].content).toEqual([
      { image: { format: 'jpeg', source: { bytes: '/9j/4A==' } } },
      { document: { format: 'pdf', name: 'John s r sum v2', source: { bytes: 'JVBERi0=' } } },
      { document: { format: 'pdf', name: 'John s r sum v2 2', source: { bytes: 'JVBERi0=' } } },
      { document: { format: 'txt', name: 'data', source: { bytes: 'e30=' } } },
      { text: '.' },
    ]);
    expect(notes).toEqual([expect.stringContaining('beside a document')]);
  });

  it.each([
    ['a URL', { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }, 'send the bytes'],
    ['audio', { type: 'input_audio', input_audio: { format: 'wav', data: 'UklGRg==' } }, 'audio'],
    ['an unknown type', file('a.zip', 'data:application/zip;base64,UEsDBA=='), 'application/zip'],
    [
      'an unknown image',
      { type: 'image_url', image_url: { url: 'data:image/tiff;base64,SUkq' } },
      'image/tiff',
    ],
  ])('refuse %s by the name of the field', (_what, part, words) => {
    const failure = refusal('bedrock', user(part), { baseUrl: EU });
    expect(failure.class).toBe('unsupported_feature');
    expect(failure.message).toContain('messages[0].content[0]');
    expect(failure.message).toContain(words);
  });
});

describe('tool calls to Bedrock', () => {
  it('pair by ids, results in one turn of the user', () => {
    const { body } = ask({ messages: TOOL_LOOP, tools: [WEATHER] });
    expect(body.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { toolUse: { toolUseId: 'call_1', name: 'weather', input: { city: 'Rome' } } },
          { toolUse: { toolUseId: 'call_2', name: 'weather', input: { city: 'Oslo' } } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'call_1', content: [{ text: 'sunny' }], status: 'success' } },
          { toolResult: { toolUseId: 'call_2', content: [{ text: 'snow' }], status: 'success' } },
        ],
      },
    ]);
    expect(body.toolConfig.tools).toEqual([
      {
        toolSpec: {
          name: 'weather',
          description: 'The weather of a city.',
          inputSchema: { json: WEATHER.function.parameters },
        },
      },
    ]);
  });

  it('get an id that Bedrock takes where theirs is of another form, the same in call and result', () => {
    const messages = JSON.parse(JSON.stringify(TOOL_LOOP).replaceAll('call_1', 'functions.weather:1'));
    const { body } = ask({ messages, tools: [WEATHER] });
    const id = body.messages[1].content[0].toolUse.toolUseId;
    expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(body.messages[2].content[0].toolResult.toolUseId).toBe(id);
  });

  it.each([
    ['auto', { auto: {} }],
    ['required', { any: {} }],
    [{ type: 'function', function: { name: 'weather' } }, { tool: { name: 'weather' } }],
  ])('are chosen as %j asks', (tool_choice, toolChoice) => {
    expect(ask({ tools: [WEATHER], tool_choice }).body.toolConfig.toolChoice).toEqual(toolChoice);
  });

  it('that are not wanted are not offered, or forbidden in words where Bedrock wants the tools', () => {
    const fresh = ask({ tools: [WEATHER], tool_choice: 'none' });
    expect(fresh.body.toolConfig).toBeUndefined();
    const loop = ask({ messages: TOOL_LOOP, tools: [WEATHER], tool_choice: 'none' });
    expect(loop.body.toolConfig.tools).toHaveLength(1);
    expect(loop.body.system).toEqual([{ text: 'Answer without calling any tool.' }]);
    expect(loop.notes).toEqual([expect.stringContaining('in words')]);
  });

  it('of the past are declared by their names where the request brings no tools', () => {
    const { body } = ask({ messages: TOOL_LOOP });
    expect(body.toolConfig.tools).toEqual([
      { toolSpec: { name: 'weather', inputSchema: { json: { type: 'object' } } } },
    ]);
  });

  it('come one at a time where the model can be told so', () => {
    const one = { tools: [WEATHER], parallel_tool_calls: false, tool_choice: 'required' };
    const claude = ask(one, CLAUDE).body;
    expect(claude.additionalModelRequestFields).toEqual({
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    });
    expect(claude.toolConfig.toolChoice).toBeUndefined();
    const nova = ask(one);
    expect(nova.body.toolConfig.toolChoice).toEqual({ any: {} });
    expect(nova.notes).toEqual([expect.stringContaining('`parallel_tool_calls`')]);
  });
});

describe('the parameters of a request to Bedrock', () => {
  it('are Converse’s own where it has them', () => {
    const { body, notes } = ask({ max_tokens: 9, temperature: 0.5, top_p: 0.9, stop: 'x' });
    expect(body.inferenceConfig).toEqual({ maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ['x'] });
    expect(notes).toEqual([]);
  });

  it('go to the model’s own fields where only its family knows them', () => {
    expect(ask({ top_k: 5 }, CLAUDE).body.additionalModelRequestFields).toEqual({ top_k: 5 });
    expect(ask({ top_k: 5 }).body.additionalModelRequestFields).toEqual({ inferenceConfig: { topK: 5 } });
    expect(ask({ top_k: 5 }, 'meta.llama3-1-8b-instruct-v1:0').notes).toEqual([
      expect.stringContaining('`top_k`'),
    ]);
  });

  it('are kept within what Bedrock and Claude take, with notes', () => {
    const { body, notes } = ask({ temperature: 1.5, top_p: 0.5 }, CLAUDE);
    expect(body.inferenceConfig).toEqual({ temperature: 1 });
    expect(notes).toEqual([expect.stringContaining('1.5 became 1'), expect.stringContaining('`top_p`')]);
  });

  it('without a counterpart are named', () => {
    const { notes } = ask({
      seed: 1,
      user: 'u',
      presence_penalty: 1,
      frequency_penalty: 1,
      logit_bias: { 1: 1 },
    });
    for (const field of ['seed', 'user', 'presence_penalty', 'frequency_penalty', 'logit_bias']) {
      expect(notes.join(' ')).toContain(`\`${field}\``);
    }
  });

  it.each([
    [CLAUDE, 'high', { thinking: { type: 'enabled', budget_tokens: 16_384 } }],
    [
      'anthropic.claude-opus-4-6-v1',
      'medium',
      { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } },
    ],
    [NOVA_2, 'high', { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } }],
    ['openai.gpt-oss-120b-1:0', 'minimal', { reasoning_effort: 'low' }],
  ])('ask %s to reason at "%s" as it takes it', (model, reasoning_effort, fields) => {
    expect(ask({ reasoning_effort }, model).body.additionalModelRequestFields).toEqual(fields);
  });

  it('leave reasoning out where the model or the conversation does not allow it', () => {
    expect(ask({ reasoning_effort: 'high' }, NOVA).notes).toEqual([
      expect.stringContaining('reasoning effort'),
    ]);
    const loop = ask({ reasoning_effort: 'high', messages: TOOL_LOOP, tools: [WEATHER] }, CLAUDE);
    expect(loop.body.additionalModelRequestFields).toBeUndefined();
    expect(
      ask({ reasoning_effort: 'high', max_tokens: 5 }, NOVA_2).body.additionalModelRequestFields,
    ).toEqual({
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' },
    });
  });

  it('leave sampling to Claude while it reasons', () => {
    const { body, notes } = ask({ reasoning_effort: 'low', temperature: 0.2, max_tokens: 8000 }, CLAUDE);
    expect(body.inferenceConfig).toEqual({ maxTokens: 8000 });
    expect(notes).toEqual([expect.stringContaining('`temperature`')]);
  });

  it('hold an answer to a schema where the model can be held, else ask in words', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    const response_format = { type: 'json_schema', json_schema: { name: 'my answer', schema } };
    const { jsonSchema } = ask({ response_format }, CLAUDE).body.outputConfig.textFormat.structure;
    expect(jsonSchema.name).toBe('my_answer');
    expect(JSON.parse(jsonSchema.schema)).toEqual({ ...schema, additionalProperties: false });
    const older = ask({ response_format }, CLAUDE_3);
    expect(older.body.outputConfig).toBeUndefined();
    expect(older.body.system[0].text).toContain('"required":["a"]');
    expect(ask({ response_format: { type: 'json_object' } }).notes).toEqual([
      expect.stringContaining('in words'),
    ]);
  });

  it('refuse a stop of white space alone', () => {
    expect(refusal('bedrock', { stop: [' '] }, { baseUrl: EU }).message).toContain('`stop`');
  });
});

describe('the address on Bedrock', () => {
  const request = (target: Partial<UpstreamTarget>, more: object = {}) => ask(more, CLAUDE, target).request;

  it('holds the model as one segment, and differs for streams', () => {
    expect(request({}).url).toBe(`${EU}/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse`);
    const stream = request(
      { model: 'arn:aws:bedrock:eu-central-1:1:inference-profile/x (1)' },
      { stream: true },
    );
    expect(stream.url).toBe(
      `${EU}/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Ainference-profile%2Fx%20%281%29/converse-stream`,
    );
    expect(stream.headers.accept).toBe('application/vnd.amazon.eventstream');
  });

  it.each([
    ['keys', KEYS, 'aws-sigv4'],
    ['keys with a session', `${KEYS}:FwoGZXIvYXdzEBYaDH/token==`, 'aws-sigv4'],
    [
      'keys as JSON',
      '{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"wJalrXUtnFEMI/K7MDENG","sessionToken":null}',
      'aws-sigv4',
    ],
    [
      'keys as AWS’s own tools write them',
      '{"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","SecretAccessKey":"wJalrXUtnFEMI/K7MDENG"}',
      'aws-sigv4',
    ],
    ['an API key', 'ABSKQmVkcm9ja0FQSUtleS0xMjM0NTY3ODkw', null],
  ])('is authorised by %s', (_what, credential, authorization) => {
    const sent = request({ credential });
    expect(sent.authorization).toBe(authorization);
    expect(sent.headers.authorization).toBe(authorization === null ? `Bearer ${credential}` : undefined);
    expect(credentialProblem('bedrock', credential)).toBeNull();
  });

  it.each([
    ['half of a pair', 'AKIAIOSFODNN7EXAMPLE'],
    ['the halves swapped', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY:AKIAIOSFODNN7EXAMPLE'],
    ['four parts', `${KEYS}:a:b`],
    ['JSON without a secret', '{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"}'],
    ['broken JSON', '{"accessKeyId":'],
    ['white space', 'two words'],
  ])('is refused for %s, naming the forms and not the credential', (_what, credential) => {
    const failure = refusal('bedrock', {}, { baseUrl: EU, credential });
    expect(failure).toMatchObject({ class: 'auth', code: 'unreadable_credential' });
    expect(failure.message).toContain('ACCESS_KEY_ID:SECRET_ACCESS_KEY');
    for (const part of ['AKIA', 'wJalr', 'two words']) expect(failure.message).not.toContain(part);
  });

  it('needs a region for keys, from the host or from the endpoint', () => {
    const target = { baseUrl: 'https://proxy.test', credential: KEYS };
    expect(refusal('bedrock', {}, target)).toMatchObject({ class: 'model_not_found' });
    expect(request({ ...target, region: 'us-east-1' }).authorization).toBe('aws-sigv4');
    expect(request({ ...target, credential: 'ABSKQmVkcm9ja0FQSUtleS0x' }).authorization).toBeNull();
  });

  it('has a credential each part of which can be hidden', () => {
    const secrets = credentialSecrets(`${KEYS}:FwoGZXIvYXdz/session==`);
    expect(secrets).toEqual(
      expect.arrayContaining(['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'FwoGZXIvYXdz/session==']),
    );
  });
});
