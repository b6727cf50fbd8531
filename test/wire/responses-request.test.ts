import { describe, expect, it } from 'vitest';
import { responsesFace } from '#lib/wire/responses/face.ts';
import { buildUpstream } from '#lib/wire/upstream.ts';
import { refusalOf, responsesRequest } from './responses-support.ts';
import { upstreamTarget } from './support.ts';

describe('a request to the Responses API', () => {
  it('is read as far as a gateway must understand it', () => {
    const request = responsesRequest({ input: 'Hello', stream: true });
    expect(request).toMatchObject({
      face: 'responses',
      model: 'support-chat',
      stream: true,
      includeUsage: true,
      needs: { tools: false, vision: false, jsonSchema: false },
      passHeaders: {},
      vendorState: [],
    });
    expect(
      Buffer.from(request.body)
        .subarray(...request.modelSpan)
        .toString(),
    ).toBe('"support-chat"');
  });

  it('tells what it needs of a target', () => {
    const image = { type: 'input_image', image_url: 'https://x.test/a.png' };
    expect(responsesRequest({ input: [{ role: 'user', content: [image] }] }).needs.vision).toBe(true);
    const result = { type: 'function_call_output', call_id: 'c', output: [image] };
    expect(responsesRequest({ input: [result] }).needs.vision).toBe(true);
    const schema = { format: { type: 'json_schema', name: 'a', schema: {} } };
    expect(responsesRequest({ input: 'a', text: schema }).needs.jsonSchema).toBe(true);
    expect(responsesRequest({ input: 'a', tools: [{ type: 'web_search' }] }).needs.tools).toBe(true);
  });

  it.each([
    ['nothing to answer', {}, 'input', /`input` is missing/],
    ['an input of a wrong kind', { input: 7 }, 'input', /a text or an array of items/],
    ['a stream that is no boolean', { input: 'a', stream: 'yes' }, 'stream', /true or false/],
    [
      'an answer in the background',
      { input: 'a', background: true },
      'background',
      /nobody to fail over for/,
    ],
  ])('is refused with a sentence: %s', (_what, body, param, message) => {
    expect(refusalOf(body)).toMatchObject({ param, message: expect.stringMatching(message) });
  });

  it('needs no input where a stored conversation is gone on with', () => {
    expect(responsesRequest({ previous_response_id: 'resp_0' }).model).toBe('support-chat');
    expect(responsesRequest({ prompt: { id: 'pmpt_1' } }).model).toBe('support-chat');
  });

  it('reaches OpenAI byte for byte but for its model', () => {
    const body = '{ "input":"Hi","big":12345678901234567890,"model" : "support-chat", "background":false}';
    const parsed = responsesFace.parse(Buffer.from(body), {});
    if (!parsed.ok) throw new Error(parsed.message);
    const built = buildUpstream(parsed.request, upstreamTarget('openai'));
    if (!built.ok) throw new Error(built.failure.message);
    expect(built.request.url).toBe('https://vendor.test/v1/responses');
    expect(Buffer.from(built.request.body).toString()).toBe(body.replace('"support-chat"', '"real-model"'));
    expect(built.request).toMatchObject({ dialect: 'openai-responses', notes: [] });
  });

  it("names Azure's deployment in the body, where that API wants it", () => {
    const request = responsesRequest({ input: 'Hi' });
    const target = upstreamTarget('azure-openai', {
      baseUrl: 'https://r.openai.azure.com/openai',
      deployment: 'east-4',
    });
    const built = buildUpstream(request, target);
    if (!built.ok) throw new Error(built.failure.message);
    expect(built.request.url).toBe('https://r.openai.azure.com/openai/v1/responses');
    expect(JSON.parse(Buffer.from(built.request.body).toString())).toEqual({ model: 'east-4', input: 'Hi' });
    expect(built.request.headers['api-key']).toBe('sk-secret-of-the-gateway');
  });
});

describe("a vendor's own state in a request", () => {
  it.each([
    ['a response', { previous_response_id: 'resp_0' }, 'previous_response_id', 'resp_0'],
    ['a conversation', { input: 'a', conversation: { id: 'conv_1' } }, 'a conversation', 'conv_1'],
    ['a conversation by name', { input: 'a', conversation: 'conv_1' }, 'a conversation', 'conv_1'],
    ['a prompt', { prompt: { id: 'pmpt_1' } }, 'a stored prompt', 'pmpt_1'],
    ['an item', { input: [{ type: 'item_reference', id: 'msg_9' }] }, 'an item reference', 'msg_9'],
    ['an item without a type', { input: [{ id: 'msg_9' }] }, 'an item reference', 'msg_9'],
    [
      'a file',
      { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] }] },
      'a file id',
      'file_1',
    ],
    [
      'an image in an output',
      { input: [{ type: 'function_call_output', output: [{ type: 'input_image', file_id: 'file_2' }] }] },
      'a file id',
      'file_2',
    ],
    ['a compaction', { input: [{ type: 'compaction', id: 'cmp_1' }] }, 'a compacted conversation', 'cmp_1'],
    [
      'a vector store',
      { input: 'a', tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] },
      'a vector store',
      'vs_1',
    ],
  ])('pins it: %s', (_what, body, what, id) => {
    expect(responsesRequest(body).vendorState).toEqual([{ what, strippable: false, id }]);
  });

  it('is reasoning that may be left out elsewhere', () => {
    const encrypted = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
    const plain = { type: 'reasoning', id: 'rs_2', summary: [] };
    expect(responsesRequest({ input: [encrypted, plain] }).vendorState).toEqual([
      { what: 'encrypted reasoning', strippable: true, id: 'rs_1' },
      { what: 'a reasoning item', strippable: true, id: 'rs_2' },
    ]);
  });
});

describe('a conversation that another vendor answered for a while', () => {
  const reasoning = {
    type: 'reasoning',
    id: 'rs_switchyard_msg_1_0',
    summary: [{ type: 'summary_text', text: 'Hm' }],
  };
  const message = { type: 'message', id: 'msg_switchyard_msg_1_1', role: 'assistant', content: 'Hello' };
  const called = {
    type: 'function_call',
    id: 'fc_switchyard_msg_1_2',
    call_id: 'c',
    name: 'f',
    arguments: '{}',
  };
  const own = { type: 'message', id: 'msg_from_openai', role: 'assistant', content: 'Before' };

  it('comes back to OpenAI without ids that OpenAI would look for', () => {
    const request = responsesRequest({ input: [own, reasoning, message, called], store: false });
    const sent = JSON.parse(Buffer.from(request.body).toString());
    expect(sent.input).toEqual([
      own,
      { type: 'message', role: 'assistant', content: 'Hello' },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    ]);
    expect(
      Buffer.from(request.body)
        .subarray(...request.modelSpan)
        .toString(),
    ).toBe('"support-chat"');
  });

  it('keeps its reasoning for vendors that are told in words', () => {
    const canonical = responsesRequest({ input: [reasoning, message] }).canonical();
    expect(canonical.ok && canonical.request.messages[0]?.parts[0]).toMatchObject({
      kind: 'thinking',
      text: 'Hm',
    });
  });

  it('leaves a body alone that only speaks of such ids', () => {
    const body = { model: 'm', input: 'What is rs_switchyard_1?' };
    const bytes = Buffer.from(JSON.stringify(body));
    const parsed = responsesFace.parse(bytes, {});
    expect(parsed.ok && parsed.request.body).toBe(bytes);
  });

  it('cannot be referred to: the sentence says what to send instead', () => {
    expect(refusalOf({ input: [{ type: 'item_reference', id: 'msg_switchyard_msg_1_1' }] })).toMatchObject({
      param: 'input[0]',
      message: expect.stringMatching(/send the item itself/),
    });
    expect(refusalOf({ previous_response_id: 'resp_switchyard_msg_1', input: 'And?' })).toMatchObject({
      param: 'previous_response_id',
      message: expect.stringMatching(/send the conversation itself/),
    });
  });
});
