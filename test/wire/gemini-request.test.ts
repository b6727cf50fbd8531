import { describe, expect, it } from 'vitest';
import { built, refusal, TOOL_LOOP, WEATHER } from './cloud-support.ts';

const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const FLASH_25 = { model: 'gemini-2.5-flash' };
const PRO_3 = { model: 'gemini-3-pro-preview' };

const user = (...content: object[]) => ({ messages: [{ role: 'user', content }] });

describe('the turns of a request to Google', () => {
  it('keep the system prompt apart and merge neighbours of one role', () => {
    const { body } = built('google', {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
        { role: 'user', content: 'Anybody?' },
        { role: 'assistant', content: 'Yes.' },
      ],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Hello' }, { text: 'Anybody?' }] },
        { role: 'model', parts: [{ text: 'Yes.' }] },
      ],
    });
  });

  it('begin with the user, with a note where that turn was made up', () => {
    const { body, notes } = built('google', { messages: [{ role: 'assistant', content: 'Hi!' }] });
    expect(body.contents[0]).toEqual({ role: 'user', parts: [{ text: '.' }] });
    expect(notes).toEqual([expect.stringContaining('put first')]);
  });

  it('carry a lone system prompt as the user’s, since Google takes no request without turns', () => {
    const { body, notes } = built('google', { messages: [{ role: 'system', content: 'Say hi.' }] });
    expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Say hi.' }] }] });
    expect(notes).toHaveLength(1);
  });

  it('give a model without a system field the prompt in its first turn', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
    ];
    const { body } = built('google', { messages }, { model: 'gemma-3-27b-it' });
    expect(body.systemInstruction).toBeUndefined();
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: 'Be brief.' }, { text: 'Hello' }] }]);
  });

  it('hold bytes in place and https URLs by reference', () => {
    const { body } = built('google', {
      ...user(
        { type: 'image_url', image_url: { url: PNG } },
        { type: 'image_url', image_url: { url: 'https://example.com/a.webp?size=1' } },
        { type: 'image_url', image_url: { url: 'https://example.com/picture' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
        { type: 'input_audio', input_audio: { format: 'wav', data: 'UklGRg==' } },
      ),
    });
    expect(body.contents[0].parts).toEqual([
      { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
      { fileData: { mimeType: 'image/webp', fileUri: 'https://example.com/a.webp?size=1' } },
      { fileData: { mimeType: 'image/jpeg', fileUri: 'https://example.com/picture' } },
      { inlineData: { mimeType: 'application/pdf', data: 'JVBERi0=' } },
      { inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } },
    ]);
  });

  it.each([
    ['a plain http URL', { type: 'image_url', image_url: { url: 'http://example.com/a.png' } }, 'https'],
    ["another vendor's file", { type: 'file', file: { file_id: 'file-1' } }, 'another vendor'],
  ])('refuse %s by the name of the field', (_what, part, words) => {
    const failure = refusal('google', user({ type: 'text', text: 'See' }, part));
    expect(failure).toMatchObject({ class: 'unsupported_feature' });
    expect(failure.message).toContain('messages[0].content[1]');
    expect(failure.message).toContain(words);
  });

  it('leave earlier reasoning out and say so', () => {
    const { body, notes } = built('google', {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello', reasoning_content: 'They greet me.' },
        { role: 'user', content: 'Bye' },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('greet');
    expect(notes).toEqual([expect.stringContaining('reasoning was left out')]);
  });
});

describe('tool calls to Google', () => {
  it('name the function in each result, in a turn of their own right behind the calls', () => {
    const messages = [...TOOL_LOOP, { role: 'user', content: 'And tomorrow?' }];
    const { body } = built('google', { messages, tools: [WEATHER] }, FLASH_25);
    expect(body.contents.slice(1)).toEqual([
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'weather', args: { city: 'Rome' }, id: 'call_1' } },
          { functionCall: { name: 'weather', args: { city: 'Oslo' }, id: 'call_2' } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'weather', response: { output: 'sunny' }, id: 'call_1' } },
          { functionResponse: { name: 'weather', response: { output: 'snow' }, id: 'call_2' } },
        ],
      },
      { role: 'user', parts: [{ text: 'And tomorrow?' }] },
    ]);
  });

  it('carry no ids to Vertex, which pairs by name and order', () => {
    const target = { ...FLASH_25, baseUrl: 'https://aiplatform.googleapis.com' };
    const { body } = built('vertex', { messages: TOOL_LOOP, tools: [WEATHER] }, target);
    expect(JSON.stringify(body)).not.toContain('call_1');
  });

  it('are marked as signed elsewhere for models that refuse calls without a signature, the first of a turn alone', () => {
    const { body } = built('google', { messages: TOOL_LOOP, tools: [WEATHER] }, PRO_3);
    const [first, second] = body.contents[1].parts;
    expect(first.thoughtSignature).toBe('skip_thought_signature_validator');
    expect(second.thoughtSignature).toBeUndefined();
  });

  it('keep arguments that are no JSON as text', () => {
    const messages = structuredClone(TOOL_LOOP);
    Object.assign(messages[1]?.tool_calls?.[0]?.function ?? {}, { arguments: '{"city":"Ro' });
    const { body } = built('google', { messages, tools: [WEATHER] });
    expect(body.contents[1].parts[0].functionCall.args).toEqual({ arguments: '{"city":"Ro' });
  });

  it('refuse a result whose call is not in the conversation', () => {
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'tool', tool_call_id: 'gone', content: 'y' },
    ];
    expect(refusal('google', { messages, tools: [WEATHER] }).message).toContain('`tool_call_id`');
  });

  it.each([
    ['auto', { mode: 'AUTO' }],
    ['none', { mode: 'NONE' }],
    ['required', { mode: 'ANY' }],
    [
      { type: 'function', function: { name: 'weather' } },
      { mode: 'ANY', allowedFunctionNames: ['weather'] },
    ],
  ])('are chosen as %j asks', (tool_choice, functionCallingConfig) => {
    const { body } = built('google', { tools: [WEATHER], tool_choice });
    expect(body.toolConfig).toEqual({ functionCallingConfig });
  });

  it('are held to strict schemas where Google can', () => {
    const tool = { ...WEATHER, function: { ...WEATHER.function, strict: true } };
    const gemini = built('google', { tools: [tool] });
    expect(gemini.body.toolConfig.functionCallingConfig.mode).toBe('VALIDATED');
    const vertex = built('vertex', { tools: [tool] }, { baseUrl: 'https://aiplatform.googleapis.com' });
    expect(vertex.body.toolConfig).toBeUndefined();
    expect(vertex.notes).toEqual([expect.stringContaining('strict')]);
  });

  it('say when several at once cannot be forbidden', () => {
    const { notes } = built('google', { tools: [WEATHER], parallel_tool_calls: false });
    expect(notes).toEqual([expect.stringContaining('`parallel_tool_calls`')]);
  });

  it('of functions without parameters are declared without a schema', () => {
    const tools = [
      { type: 'function', function: { name: 'now', parameters: { type: 'object', properties: {} } } },
    ];
    expect(built('google', { tools }).body.tools).toEqual([{ functionDeclarations: [{ name: 'now' }] }]);
  });
});

describe('a schema for Google', () => {
  const schemaOf = (parameters: object) => {
    const tools = [{ type: 'function', function: { name: 'f', parameters } }];
    const { body, notes } = built('google', { tools });
    return { schema: body.tools[0].functionDeclarations[0].parametersJsonSchema, notes };
  };
  const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

  it('loses what Google does not take, and the note names it', () => {
    const { schema, notes } = schemaOf(
      object(
        { a: { type: 'string', pattern: '^x', minLength: 2, description: 'A' } },
        { $schema: 'x', default: {} },
      ),
    );
    expect(schema).toEqual(object({ a: { type: 'string', description: 'A' } }));
    expect(notes).toEqual([
      'The schema of the tool "f" lost what Google does not take: `pattern`, `minLength`.',
    ]);
  });

  it('says constants, nullable types, tuples and merged schemas in Google’s words', () => {
    const { schema, notes } = schemaOf(
      object({
        kind: { const: 'cat' },
        note: { type: 'string', nullable: true },
        pair: { type: 'array', items: [{ type: 'number' }, { type: 'string' }] },
        both: {
          allOf: [object({ a: { type: 'string' } }, { required: ['a'] }), object({ b: { type: 'number' } })],
        },
      }),
    );
    expect(notes).toEqual([]);
    expect(schema.properties).toEqual({
      kind: { enum: ['cat'] },
      note: { type: ['string', 'null'] },
      pair: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }] },
      both: object({ a: { type: 'string' }, b: { type: 'number' } }, { required: ['a'] }),
    });
  });

  it('keeps references, with nothing beside them', () => {
    const { schema } = schemaOf(
      object(
        { next: { $ref: '#/definitions/Node', description: 'The next one.' } },
        { definitions: { Node: object({ value: { type: 'number' } }) } },
      ),
    );
    expect(schema.properties.next).toEqual({ $ref: '#/$defs/Node' });
    expect(schema.$defs).toEqual({ Node: object({ value: { type: 'number' } }) });
  });

  it('that is only a reference to itself becomes what it refers to', () => {
    const Root = object({ a: { type: 'string' } });
    const { schema } = schemaOf({ $ref: '#/definitions/Root', definitions: { Root } });
    expect(schema).toMatchObject(Root);
    expect(schema.$ref).toBeUndefined();
  });

  it('may be as deep as JSON can be', () => {
    let deep: object = { type: 'string' };
    for (let level = 0; level < 2000; level += 1) deep = object({ a: deep });
    expect(schemaOf(deep).schema.type).toBe('object');
  });
});

describe('the configuration of a request to Google', () => {
  const config = (more: object, target = {}) => built('google', more, target).body.generationConfig;

  it('takes limits and sampling over', () => {
    expect(
      config({ max_completion_tokens: 9, temperature: 1.5, top_p: 0.5, top_k: 7, stop: ['a', 'b'], seed: 3 }),
    ).toEqual({
      maxOutputTokens: 9,
      temperature: 1.5,
      topP: 0.5,
      topK: 7,
      stopSequences: ['a', 'b'],
      seed: 3,
    });
  });

  it('is left out when the request has none', () => {
    expect(config({})).toBeUndefined();
  });

  it('names what it has no place for', () => {
    const { notes } = built('google', { user: 'u1', logit_bias: { 5: 1 }, seed: 2 ** 40 });
    expect(notes.join(' ')).toMatch(/`logit_bias`.*`user`.*`seed`/s);
  });

  it('leaves penalties out where the Gemini API refuses them', () => {
    const penalty = { presence_penalty: 0.5 };
    expect(config(penalty, FLASH_25)).toBeUndefined();
    expect(config(penalty, PRO_3)).toEqual({ presencePenalty: 0.5 });
  });

  it('refuses more stop sequences than Google takes', () => {
    expect(refusal('google', { stop: ['1', '2', '3', '4', '5', '6'] }).message).toContain('`stop`');
  });

  it('asks for JSON by its own parameters', () => {
    const schema = { type: 'object', properties: { a: { type: 'string', minLength: 1 } } };
    const response_format = { type: 'json_schema', json_schema: { name: 'answer', schema } };
    expect(config({ response_format: { type: 'json_object' } })).toEqual({
      responseMimeType: 'application/json',
    });
    expect(config({ response_format })).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', properties: { a: { type: 'string' } } },
    });
  });

  it('asks in words for JSON beside tools where the model does not combine them', () => {
    const more = { response_format: { type: 'json_object' }, tools: [WEATHER] };
    const older = built('google', more, FLASH_25);
    expect(older.body.generationConfig).toBeUndefined();
    expect(older.body.systemInstruction.parts[0].text).toContain('valid JSON object');
    expect(older.notes).toEqual([expect.stringContaining('in words')]);
    expect(config(more, PRO_3)).toEqual({ responseMimeType: 'application/json' });
  });

  it.each([
    ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }],
    ['gemini-2.5-pro', 'none', { thinkingBudget: 128 }],
    ['gemini-2.5-flash', 'xhigh', { thinkingBudget: 24_576, includeThoughts: true }],
    ['models/gemini-2.5-pro', 'low', { thinkingBudget: 2048, includeThoughts: true }],
    ['gemini-3-flash-preview', 'minimal', { thinkingLevel: 'minimal', includeThoughts: true }],
    ['gemini-3-pro-preview', 'medium', { thinkingLevel: 'high', includeThoughts: true }],
    ['gemini-3.1-pro-preview', 'medium', { thinkingLevel: 'medium', includeThoughts: true }],
    ['gemini-3.7-flash', 'minimal', { thinkingLevel: 'low', includeThoughts: true }],
    ['gemini-4-pro', 'none', { thinkingLevel: 'low' }],
    ['gemini-2.0-flash', 'high', undefined],
  ])('puts reasoning for %s at "%s" as it takes it', (model, reasoning_effort, thinking) => {
    expect(config({ reasoning_effort }, { model })?.thinkingConfig).toEqual(thinking);
  });

  it('keeps a budget within what the model takes, with a note', () => {
    const { body, notes } = built('google', { reasoning: { max_tokens: 60_000 } }, FLASH_25);
    expect(body.generationConfig.thinkingConfig.thinkingBudget).toBe(24_576);
    expect(notes).toEqual([expect.stringContaining('60000')]);
  });
});

describe('the Gemini API', () => {
  const url = (more: object, target = {}) => built('google', more, target).request.url;

  it('is called at the model’s address, with the key in a header', () => {
    const { request } = built('google', { stream: true }, { ...FLASH_25, baseUrl: 'https://g.test/' });
    expect(request.url).toBe('https://g.test/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
    expect(request.headers['x-goog-api-key']).toBe('sk-secret-of-the-gateway');
    expect(request.url).not.toContain('secret');
    expect(request.authorization).toBeNull();
  });

  it('is called for whole answers by another method, and at the version that the endpoint names', () => {
    expect(url({}, { ...FLASH_25, baseUrl: 'https://g.test/v1' })).toBe(
      'https://g.test/v1/models/gemini-2.5-flash:generateContent',
    );
    expect(url({}, { model: 'tunedModels/mine' })).toContain('/v1beta/tunedModels/mine:generateContent');
  });
});
