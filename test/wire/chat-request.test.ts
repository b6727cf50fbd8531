import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChatRequest } from '#lib/wire/openai/chat-request.ts';
import { chatRequest, HELLO } from './support.ts';

const refusal = (body: string | Uint8Array): unknown => {
  const parsed = parseChatRequest(Buffer.from(body));
  return parsed.ok ? 'accepted' : [parsed.status, parsed.param, parsed.message];
};

const spanText = (body: string): string => {
  const request = chatRequest(body);
  return Buffer.from(request.body)
    .subarray(...request.modelSpan)
    .toString();
};

describe('a chat request', () => {
  it('is refused with status 400, naming what is wrong', () => {
    expect(refusal('')).toEqual([400, null, 'The request body is empty.']);
    expect(refusal('{"model":')).toEqual([400, null, 'The request body is not valid JSON.']);
    expect(refusal('[1]')).toEqual([400, null, 'The request body must be a JSON object.']);
    expect(refusal('null')).toEqual([400, null, 'The request body must be a JSON object.']);
    expect(refusal('{"messages":[]}')).toEqual([400, 'model', expect.stringMatching(/missing/)]);
    expect(refusal('{"model":7,"messages":[]}')).toEqual([400, 'model', expect.stringMatching(/string/)]);
    expect(refusal('{"model":"","messages":[]}')).toEqual([400, 'model', expect.stringMatching(/non-empty/)]);
    expect(refusal('{"model":"a"}')).toEqual([400, 'messages', expect.stringMatching(/missing/)]);
    expect(refusal('{"model":"a","messages":{}}')).toEqual([400, 'messages', expect.stringMatching(/array/)]);
    expect(refusal('{"model":"a","messages":[],"stream":"yes"}')).toMatchObject([
      400,
      'stream',
      /true or false/,
    ]);
    expect(refusal(Uint8Array.of(0x22, 0xff, 0x22))).toEqual([400, null, expect.stringMatching(/UTF-8/)]);
  });

  it('tells whether it streams and wants usage', () => {
    expect(chatRequest(HELLO)).toMatchObject({ stream: false, includeUsage: false, model: 'support-chat' });
    expect(chatRequest({ ...HELLO, stream: true, stream_options: { include_usage: true } })).toMatchObject({
      stream: true,
      includeUsage: true,
    });
  });

  it('tells what it needs of a model', () => {
    expect(chatRequest({ ...HELLO, tools: [], response_format: { type: 'text' } }).needs).toEqual({
      tools: false,
      vision: false,
      jsonSchema: false,
    });
    expect(chatRequest({ ...HELLO, tools: [{ type: 'function' }] }).needs.tools).toBe(true);
    expect(chatRequest({ ...HELLO, functions: [{ name: 'f' }] }).needs.tools).toBe(true);
    expect(chatRequest({ ...HELLO, response_format: { type: 'json_schema' } }).needs.jsonSchema).toBe(true);
    const image = [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x.test/a.png' } }] },
    ];
    expect(chatRequest({ ...HELLO, messages: image }).needs.vision).toBe(true);
  });
});

describe("the model's place in the body", () => {
  it('is the top-level one, whatever else is called model', () => {
    expect(
      spanText('{"metadata":{"model":"inner"},"messages":["model",{"model":"x"}],"model":"outer"}'),
    ).toBe('"outer"');
    expect(spanText('{"user":"\\"model\\":\\"fake\\"","model" \n:\t "real" ,"messages":[]}')).toBe('"real"');
  });

  it('is found under an escaped key and keeps an escaped value whole', () => {
    expect(spanText('{"\\u006dodel":"a\\"b\\\\","messages":[]}')).toBe('"a\\"b\\\\"');
    expect(spanText('{"mode\\\\l":"no","model":"yes","messages":[]}')).toBe('"yes"');
  });

  it('is that of the last of duplicates, as JSON.parse has it', () => {
    const body = '{"model":"first","messages":[],"model":"last"}';
    expect(spanText(body)).toBe('"last"');
    expect(chatRequest(body).model).toBe('last');
    expect(refusal('{"model":"first","messages":[],"model":3}')).toEqual([
      400,
      'model',
      expect.stringMatching(/string/),
    ]);
  });

  it('always holds the parsed model, for any JSON around it', () => {
    const record = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(
        record,
        record,
        fc.string({ minLength: 1 }),
        fc.constantFrom(0, 1, 3),
        (before, after, model, indent) => {
          const body = JSON.stringify({ ...before, messages: [], model, ...omitted(after) }, null, indent);
          expect(JSON.parse(spanText(body))).toBe(JSON.parse(body).model);
        },
      ),
    );
  });
});

function omitted(record: Record<string, unknown>): Record<string, unknown> {
  const { model: _model, messages: _messages, stream: _stream, ...rest } = record;
  return rest;
}
