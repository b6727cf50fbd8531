import { describe, expect, it } from 'vitest';
import { responsesFace } from '#lib/wire/responses/face.ts';
import type { Frame, StreamDecoder } from '#lib/wire/types.ts';
import {
  completed,
  created,
  inProgress,
  messageAdded,
  messageItem,
  native,
  partAdded,
  RESPONSE,
  responsesRequest,
  textDelta,
  textDone,
  USAGE,
} from './responses-support.ts';
import { failureOf, kinds, relayed } from './support.ts';

function decoder(): StreamDecoder {
  return responsesFace.passthrough(responsesRequest({ input: 'Hi', stream: true }));
}

function decode(stream: string): Frame[] {
  const reader = decoder();
  return [...reader.push(Buffer.from(stream)), ...reader.end()];
}

const opening = [created, inProgress, messageAdded(), partAdded()];
const whole = native(
  ...opening,
  textDelta('Hel'),
  textDelta('lo'),
  ...textDone('Hello'),
  completed(messageItem('Hello')),
);

describe('a Responses stream that is passed through', () => {
  it('reaches the client byte for byte', () => {
    const frames = decode(whole);
    expect(kinds(frames)).toBe(
      'opening opening opening opening content content content opening content finish',
    );
    expect(relayed(frames)).toBe(whole);
  });

  it('tells usage and the model that answered', () => {
    const reader = decoder();
    reader.push(Buffer.from(native(created)));
    expect([reader.usage(), reader.model()]).toEqual([null, 'gpt-real-0613']);
    reader.push(Buffer.from(whole));
    expect(reader.usage()).toEqual({ inputTokens: 9, outputTokens: 5 });
  });

  it.each([
    ['text', textDelta('a'), false],
    ['a refusal', { type: 'response.refusal.delta', delta: 'No' }, false],
    ["a function's arguments", { type: 'response.function_call_arguments.delta', delta: '{' }, false],
    ["a free-text tool's input", { type: 'response.custom_tool_call_input.delta', delta: 'x' }, false],
    ['a call', { type: 'response.output_item.added', item: { type: 'function_call', name: 'f' } }, false],
    ['a search', { type: 'response.output_item.added', item: { type: 'web_search_call' } }, false],
    [
      'a partial image',
      { type: 'response.image_generation_call.partial_image', partial_image_b64: 'A' },
      false,
    ],
    ['a text without deltas', { type: 'response.output_text.done', text: 'a' }, false],
    ['a message without deltas', { type: 'response.output_item.done', item: messageItem('a') }, false],
    ['a summary of reasoning', { type: 'response.reasoning_summary_text.delta', delta: 'Hm' }, true],
    ['reasoning', { type: 'response.reasoning_text.delta', delta: 'Hm' }, true],
  ])('commits on %s', (_what, event, reasoning) => {
    const frames = decode(native(created, event, completed()));
    expect(frames[1]).toMatchObject({ kind: 'content', reasoning });
    expect(kinds(frames)).toBe('opening content finish');
  });

  it.each([
    ['a queued answer', { type: 'response.queued', response: RESPONSE }],
    ['an empty delta', textDelta('')],
    [
      'the beginning of reasoning',
      { type: 'response.output_item.added', item: { type: 'reasoning', id: 'rs_1' } },
    ],
    ['an event that is not known yet', { type: 'response.something.started' }],
  ])('is held back at %s', (_what, event) => {
    expect(kinds(decoder().push(Buffer.from(native(event))))).toBe('opening');
  });

  it('commits before it finishes where the last event alone says something', () => {
    const stream = native(created, completed(messageItem('All of it')));
    const frames = decode(stream);
    expect(kinds(frames)).toBe('opening content finish');
    expect(relayed(frames)).toBe(stream);
  });

  it('finishes with an incomplete answer too', () => {
    const details = { reason: 'max_output_tokens' };
    const response = { ...RESPONSE, status: 'incomplete', incomplete_details: details, usage: USAGE };
    const frames = decode(native(created, textDelta('a'), { type: 'response.incomplete', response }));
    expect(kinds(frames)).toBe('opening content finish');
  });

  it('counts comments and keep-alives as life and leaves out what is not JSON', () => {
    const stream = `: hi\n\n${native(created)}${native({ type: 'keepalive' })}event: x\ndata: {brok\n\n\n${native(textDelta('a'), completed())}`;
    expect(kinds(decode(stream))).toBe('alive opening alive malformed alive content finish');
  });

  it('needs its terminal event: a clean end or [DONE] proves nothing', () => {
    const cut = decode(native(...opening, textDelta('Hel')));
    expect(kinds(cut)).toBe('opening opening opening opening content error');
    expect(failureOf(cut)).toMatchObject({ class: 'protocol_violation', code: 'truncated' });
    const done = decode(`${native(...opening, textDelta('Hel'))}data: [DONE]\n\n`);
    expect(failureOf(done).code).toBe('truncated');
    expect(relayed(done)).not.toContain('[DONE]');
    expect(failureOf(decode('')).code).toBe('truncated');
    expect(kinds(decode(`${whole}data: [DONE]\n\n`))).toMatch(/finish trailer$/);
  });

  it('does not take a terminal event without a response for one', () => {
    expect(kinds(decode(native(created, textDelta('a'), { type: 'response.completed' })))).toBe(
      'opening content malformed error',
    );
  });

  it('is not gone on with behind its end', () => {
    const frames = decode(whole + native(textDelta('more'), completed(), { type: 'error', message: 'late' }));
    expect(kinds(frames)).toMatch(/finish alive alive alive$/);
    expect(relayed(frames)).toBe(whole);
  });

  it('is a failure where it ends normally with nothing in it and nothing spent', () => {
    const none = { ...RESPONSE, status: 'completed', usage: { input_tokens: 3, output_tokens: 0 } };
    expect(failureOf(decode(native(created, { type: 'response.completed', response: none })))).toMatchObject({
      class: 'protocol_violation',
      code: 'empty',
    });
  });
});

describe('an error inside a Responses stream', () => {
  const quota = {
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: 'You exceeded your quota',
    param: null,
  };

  it.each([
    ['nested, as OpenAI sends it', { type: 'error', error: quota }, 'quota_exhausted'],
    ['flat, as it is documented', { ...quota, type: 'error', code: 'rate_limit_exceeded' }, 'rate_limited'],
    [
      'a response that failed',
      {
        type: 'response.failed',
        response: { ...RESPONSE, status: 'failed', error: { code: 'server_error', message: 'Oops' } },
      },
      'server_error',
    ],
    [
      'a response that failed for no reason',
      { type: 'response.failed', response: { ...RESPONSE, status: 'failed' } },
      'server_error',
    ],
    [
      "a fault of the caller's",
      {
        type: 'response.failed',
        response: { error: { code: 'invalid_image_url', message: 'No such image' } },
      },
      'invalid_request',
    ],
    [
      'a policy',
      { type: 'response.failed', response: { error: { code: 'bio_policy', message: 'Not this' } } },
      'content_filtered',
    ],
  ])('is classified: %s', (_what, event, cls) => {
    const frames = decode(native(created, event, { type: 'response.failed', response: RESPONSE }));
    expect(kinds(frames)).toBe('opening error');
    expect(failureOf(frames).class).toBe(cls);
  });

  it.each([
    [
      'an error of another shape',
      'data: {"error":{"message":"upstream is overloaded","code":503}}\n\n',
      'overloaded',
    ],
    ['an error event of plain text', 'event: error\ndata: upstream is overloaded\n\n', 'overloaded'],
    ['a whole JSON body', '{"error":{"message":"x","code":"insufficient_quota"}}\n\n', 'quota_exhausted'],
    ['a page', '<!doctype html><p>Sign in</p>', 'protocol_violation'],
    ['a whole answer', `${JSON.stringify({ ...RESPONSE, status: 'completed' })}\n\n`, 'protocol_violation'],
  ])('is recognised where it stands in place of events: %s', (_what, stream, cls) => {
    expect(failureOf(decode(stream)).class).toBe(cls);
  });

  it('ends everything: nothing that follows is relayed', () => {
    const reader = decoder();
    reader.push(Buffer.from(native(created, textDelta('a'), { type: 'error', error: quota })));
    expect(reader.push(Buffer.from(native(textDelta('b'), completed())))).toEqual([]);
    expect(reader.end()).toEqual([]);
  });
});

describe('a whole Responses answer', () => {
  const read = (json: unknown) => responsesFace.readPassthrough(Buffer.from(JSON.stringify(json)));
  const done = { ...RESPONSE, status: 'completed', output: [messageItem('Hi')], usage: USAGE };

  it('is relayed as it is', () => {
    const body = Buffer.from(JSON.stringify(done));
    expect(responsesFace.readPassthrough(body)).toEqual({
      ok: true,
      bytes: body,
      usage: { inputTokens: 9, outputTokens: 5 },
      model: 'gpt-real-0613',
    });
    expect(read({ ...done, status: 'incomplete', output: [] }).ok).toBe(true);
    expect(read({ ...done, output: [{ type: 'function_call', name: 'f' }], usage: null }).ok).toBe(true);
  });

  it.each([
    [
      'failed',
      { ...done, status: 'failed', error: { code: 'rate_limit_exceeded', message: 'slow' } },
      'rate_limited',
    ],
    ['failed silently', { ...done, status: 'failed' }, 'server_error'],
    ['is not finished', { ...done, status: 'in_progress' }, 'protocol_violation'],
    ['has no output', { id: 'x', object: 'response' }, 'protocol_violation'],
    ['says nothing', { ...done, output: [], usage: { output_tokens: 0 } }, 'protocol_violation'],
    ['holds empty text only', { ...done, output: [messageItem('')], usage: null }, 'protocol_violation'],
    ['is an error', { error: { message: 'x', code: 'server_is_overloaded' } }, 'overloaded'],
    ['is a list', [1, 2], 'protocol_violation'],
  ])('is a failure when it %s', (_what, json, cls) => {
    const result = read(json);
    expect(result.ok ? null : result.failure.class).toBe(cls);
  });
});

describe('an answer that may be gone on with elsewhere', () => {
  function brokenAfter(...events: Parameters<typeof native>): ReturnType<StreamDecoder['relayed']> {
    const reader = decoder();
    reader.push(Buffer.from(native(...events)));
    reader.end();
    return reader.relayed();
  }

  it('is one text, and tells all that its client has', () => {
    expect(brokenAfter(...opening, textDelta('Hel'), textDelta('lo'))).toEqual({
      face: 'responses',
      id: 'resp_1',
      model: 'gpt-real-0613',
      created: 1_690_000_000,
      text: 'Hello',
      textIndex: 0,
      itemId: 'msg_1',
      sequence: 5,
      items: [],
    });
  });

  const reasoningAdded = {
    type: 'response.output_item.added',
    output_index: 0,
    item: { type: 'reasoning', id: 'rs_1', summary: [] },
  };
  const summary = (summary_index: number, delta: string) => ({
    type: 'response.reasoning_summary_text.delta',
    item_id: 'rs_1',
    output_index: 0,
    summary_index,
    delta,
  });
  const reasoned = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
  const reasoningDone = { type: 'response.output_item.done', output_index: 0, item: reasoned };

  it('may have reasoning before its text', () => {
    const events = [
      created,
      reasoningAdded,
      reasoningDone,
      messageAdded(1),
      partAdded(1),
      textDelta('Hi', 1),
    ];
    expect(brokenAfter(...events)).toMatchObject({
      text: 'Hi',
      textIndex: 1,
      itemId: 'msg_1',
      items: [reasoned],
    });
  });

  it('may have broken off inside its reasoning', () => {
    const events = [created, reasoningAdded, summary(0, 'So'), summary(0, ' what'), summary(1, 'Hm')];
    expect(brokenAfter(...events)).toMatchObject({
      text: '',
      textIndex: 1,
      itemId: null,
      items: [
        {
          id: 'rs_1',
          type: 'reasoning',
          status: 'incomplete',
          summary: [
            { type: 'summary_text', text: 'So what' },
            { type: 'summary_text', text: 'Hm' },
          ],
        },
      ],
    });
  });

  it.each([
    [
      'a call',
      [
        messageAdded(),
        partAdded(),
        textDelta('a'),
        { type: 'response.output_item.added', output_index: 1, item: { type: 'function_call', id: 'fc' } },
      ],
    ],
    [
      'a refusal',
      [messageAdded(), { type: 'response.refusal.delta', item_id: 'msg_1', content_index: 0, delta: 'No' }],
    ],
    ['a finished text', [messageAdded(), partAdded(), textDelta('a'), ...textDone('a')]],
    ['a second message', [messageAdded(), partAdded(), textDelta('a'), messageAdded(1, 'msg_2')]],
    [
      'a citation',
      [messageAdded(), partAdded(), textDelta('a'), { type: 'response.output_text.annotation.added' }],
    ],
    ['log probabilities', [messageAdded(), partAdded(), { ...textDelta('a'), logprobs: [{ token: 'a' }] }]],
    [
      'commentary',
      [{ ...messageAdded(), item: { id: 'msg_1', type: 'message', content: [], phase: 'commentary' } }],
    ],
    ['more than is kept', [messageAdded(), partAdded(), textDelta('a'.repeat(131_073))]],
    ['something not known', [messageAdded(), partAdded(), { type: 'response.new_thing.delta', delta: 'a' }]],
  ])('has nothing that another model could not take up: %s', (_what, events) => {
    expect(brokenAfter(created, ...events)).toBeNull();
  });

  it('is not one that has finished', () => {
    const reader = decoder();
    reader.push(Buffer.from(whole));
    expect(reader.relayed()).toBeNull();
  });

  it('tells the last sequence number whatever it consists of', () => {
    const reader = decoder();
    reader.push(Buffer.from(native(created, { type: 'response.custom_tool_call_input.delta', delta: 'x' })));
    expect([reader.relayed(), reader.sequence?.()]).toEqual([null, 1]);
  });
});
