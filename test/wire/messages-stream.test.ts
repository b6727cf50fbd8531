import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '#lib/contract/config.ts';
import { OWN_SIGNATURE } from '#lib/wire/anthropic/own-thinking.ts';
import type { Frame, Relayed, StreamDecoder } from '#lib/wire/types.ts';
import { createStreamDecoder } from '#lib/wire/upstream.ts';
import {
  chunk,
  DONE,
  event,
  faceRequest,
  failureOf,
  kinds,
  NOW,
  relayed,
  upstreamTarget,
} from './support.ts';

const ASKED = {
  model: 'claude-x',
  max_tokens: 100,
  stream: true,
  messages: [{ role: 'user', content: 'Hello' }],
};

function decoder(
  body: object = {},
  continues: Relayed | null = null,
  kind: ProviderKind = 'openai',
): StreamDecoder {
  const request = faceRequest('messages', { ...ASKED, ...body });
  return createStreamDecoder(request, upstreamTarget(kind), { nowWallMs: NOW, continues });
}

function decode(stream: string, body: object = {}, continues: Relayed | null = null): Frame[] {
  const reader = decoder(body, continues);
  return [...reader.push(Buffer.from(stream)), ...reader.end()];
}

interface Event {
  type: string;
  [field: string]: unknown;
}

/** The events that reach the client; each must stand under its own name. */
function events(frames: readonly Frame[]): Event[] {
  return relayed(frames)
    .split('\n\n')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const [name = '', data = ''] = piece.split('\n');
      const json: Event = JSON.parse(data.replace('data: ', ''));
      expect(name).toBe(`event: ${json.type}`);
      return json;
    });
}

const types = (frames: readonly Frame[]): string =>
  events(frames)
    .map(({ type }) => type.replace('content_', ''))
    .join(' ');

/** What Anthropic's own client makes of the bytes. */
async function finalMessage(frames: readonly Frame[]): Promise<Anthropic.Message> {
  const client = new Anthropic({
    apiKey: 'x',
    maxRetries: 0,
    fetch: () =>
      Promise.resolve(new Response(relayed(frames), { headers: { 'content-type': 'text/event-stream' } })),
  });
  const asked = { model: 'claude-x', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hi' }] };
  return client.messages.stream(asked).finalMessage();
}

const role = chunk({ role: 'assistant', content: '' });
const usage = event({
  id: 'c1',
  choices: [],
  usage: { prompt_tokens: 24, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 4 } },
});
const call = (index: number, more: object): string => chunk({ tool_calls: [{ index, ...more }] });
const begin = (index: number, id: string, name = 'look', args = ''): string =>
  call(index, { id, type: 'function', function: { name, arguments: args } });
const args = (index: number, text: string): string => call(index, { function: { arguments: text } });

describe('a chat stream, for a client of the Messages API', () => {
  it('comes as its events, with the usage that other vendors send behind their stop', async () => {
    const frames = decode(
      role + chunk({ content: 'Hi' }) + chunk({ content: '!' }) + chunk({}, 'stop') + usage + DONE,
    );
    expect(kinds(frames).replaceAll('alive ', '')).toBe(
      'opening opening content content opening finish trailer trailer',
    );
    expect(events(frames)).toEqual([
      {
        type: 'message_start',
        message: {
          id: 'c1',
          type: 'message',
          role: 'assistant',
          model: 'real-model-0613',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: {
            input_tokens: 0,
            cache_creation_input_tokens: 0,
            cache_read_input_tokens: 0,
            output_tokens: 0,
          },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '!' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: {
          input_tokens: 20,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 4,
          output_tokens: 7,
        },
      },
      { type: 'message_stop' },
    ]);
    expect(await finalMessage(frames)).toMatchObject({
      id: 'c1',
      content: [{ type: 'text', text: 'Hi!' }],
      stop_reason: 'end_turn',
      usage: { output_tokens: 7 },
    });
  });

  it('says what it is about to end with as soon as the usage is there, and without any at the end', () => {
    const reader = decoder();
    reader.push(Buffer.from(role + chunk({ content: 'Hi' })));
    expect(kinds(reader.push(Buffer.from(chunk({}, 'stop'))))).toBe('opening finish');
    expect(types(reader.push(Buffer.from(usage)))).toBe('message_delta message_stop');
    expect(reader.push(Buffer.from(DONE))).toEqual([]);
    expect(reader.end()).toEqual([]);
    expect(types(decode(role + chunk({ content: 'Hi' }) + chunk({}, 'length')))).toMatch(
      /block_stop message_delta message_stop$/,
    );
  });

  it('has parallel calls in blocks of their own, whatever their numbers', async () => {
    const stream =
      chunk({ content: 'I look.' }) +
      begin(1, 't1') +
      args(1, '') +
      args(1, '{"a":') +
      args(1, '1}') +
      begin(2, 't2', 'find', '{}') +
      chunk({}, 'tool_calls') +
      usage +
      DONE;
    const message = await finalMessage(decode(role + stream));
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 't1', name: 'look', input: { a: 1 } },
        { type: 'tool_use', id: 't2', name: 'find', input: {} },
      ],
    });
  });

  it('has calls one behind the other where a vendor mixes their pieces', async () => {
    const stream =
      begin(0, 't1') + begin(1, 't2') + args(1, '{"b":') + args(0, '{"a":') + args(1, '2}') + args(0, '1}');
    const frames = decode(role + stream + chunk({}, 'stop') + DONE);
    const indexes = events(frames).flatMap(({ index }) => (typeof index === 'number' ? [index] : []));
    expect(indexes).toEqual([...indexes].sort());
    expect(await finalMessage(frames)).toMatchObject({
      stop_reason: 'tool_use',
      content: [
        { id: 't1', input: { a: 1 } },
        { id: 't2', input: { b: 2 } },
      ],
    });
  });

  it.each([
    ['calls that share a number but not an id', begin(0, 't1', 'look', '{}') + begin(0, 't2', 'find', '{}')],
    [
      'calls without numbers',
      chunk({
        tool_calls: [
          { id: 't1', function: { name: 'look', arguments: {} } },
          { id: 't2', function: { name: 'find', arguments: '{}' } },
        ],
      }),
    ],
  ])('tells %s apart', async (_what, stream) => {
    const { content } = await finalMessage(decode(role + stream + chunk({}, 'tool_calls') + DONE));
    expect(content).toMatchObject([
      { id: 't1', name: 'look', input: {} },
      { id: 't2', name: 'find', input: {} },
    ]);
  });

  it.each([
    ['reasoning_content', { reasoning_content: 'Hm' }],
    [
      'reasoning beside its details',
      { reasoning: 'Hm', reasoning_details: [{ type: 'reasoning.text', text: 'Hm' }] },
    ],
    ['reasoning details alone', { reasoning_details: [{ type: 'reasoning.summary', summary: 'Hm' }] }],
    ['parts of the content', { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }],
  ])('shows reasoning that comes as %s to a client that asked for it', async (_what, delta) => {
    const stream = role + chunk(delta) + chunk({ content: 'So.' }) + chunk({}, 'stop') + DONE;
    const asked = { thinking: { type: 'enabled', budget_tokens: 2000 } };
    const frames = decode(stream, asked);
    expect(frames.find((frame) => frame.kind === 'content')).toMatchObject({ reasoning: true });
    expect((await finalMessage(frames)).content).toMatchObject([
      { type: 'thinking', thinking: 'Hm', signature: OWN_SIGNATURE },
      { type: 'text', text: 'So.' },
    ]);
    const unasked = decode(stream);
    expect(relayed(unasked)).not.toContain('Hm');
    expect((await finalMessage(unasked)).content).toMatchObject([{ type: 'text', text: 'So.' }]);
  });

  it('tells a refusal by its stop reason', async () => {
    const frames = decode(role + chunk({ refusal: 'I will not.' }) + chunk({}, 'stop') + DONE);
    expect(await finalMessage(frames)).toMatchObject({
      content: [{ type: 'text', text: 'I will not.' }],
      stop_reason: 'refusal',
    });
  });

  it.each([
    ['stop', 'end_turn'],
    ['eos', 'end_turn'],
    ['length', 'max_tokens'],
    ['content_filter', 'refusal'],
    ['function_call', 'tool_use'],
    ['brand_new', 'end_turn'],
  ])('ends with %s as %s', async (finish, reason) => {
    const frames = decode(role + chunk({ content: 'Hi' }) + chunk({}, finish) + DONE);
    expect((await finalMessage(frames)).stop_reason).toBe(reason);
  });

  it('opens with the usage that a vendor sends early', () => {
    const early = { usage: { prompt_tokens: 10, completion_tokens: 0 } };
    const frames = decode(
      chunk({ role: 'assistant' }, null, early) + chunk({ content: 'Hi' }) + chunk({}, 'stop'),
    );
    expect(events(frames)[0]).toMatchObject({ message: { usage: { input_tokens: 10 } } });
  });

  it('reads usage on the finish, and in Groq’s own place', () => {
    const groq = { x_groq: { usage: { prompt_tokens: 3, completion_tokens: 2 } } };
    for (const more of [{ usage: { prompt_tokens: 3, completion_tokens: 2 } }, groq]) {
      const frames = decode(role + chunk({ content: 'Hi' }) + chunk({}, 'stop', more) + DONE);
      expect(events(frames).at(-2)).toMatchObject({ usage: { input_tokens: 3, output_tokens: 2 } });
    }
  });

  it.each([
    ['ends too early', chunk({ content: 'Hi' })],
    ['is marked as done before it is', chunk({ content: 'Hi' }) + DONE],
    ['only ever thought', chunk({ reasoning: 'Hm' })],
  ])('never ends cleanly when it %s', (_why, stream) => {
    const frames = decode(role + stream);
    expect(failureOf(frames)).toMatchObject({ class: 'protocol_violation', code: 'truncated' });
    expect(relayed(frames)).not.toContain('message_stop');
  });

  it.each([
    ['data: {"error":{"message":"busy","code":503}}\n\n', 'overloaded'],
    [
      'event: error\ndata: {"error":{"message":"x","status_code":400,"code":"tool_use_failed"}}\n\n',
      'model_output_invalid',
    ],
    [chunk({}, 'network_error'), 'server_error'],
    ['<html>', 'protocol_violation'],
  ])('ends in an error where the vendor reports one: %j', (bytes, cls) => {
    expect(failureOf(decode(bytes)).class).toBe(cls);
  });

  it('ignores an error behind its finish, and skips what is no JSON', async () => {
    const late = event({ error: { code: 400, message: 'Token limit reached' } });
    const frames = decode(
      `${role + chunk({ content: 'Hi' })}data: {oops\n\n${chunk({}, 'length')}${late}${usage}${DONE}`,
    );
    expect(frames.filter(({ kind }) => kind === 'malformed')).toHaveLength(1);
    expect((await finalMessage(frames)).stop_reason).toBe('max_tokens');
  });

  it('is empty only when it stopped normally, said nothing and spent nothing', () => {
    const end = (more: object = {}) => role + chunk({}, 'stop', more) + DONE;
    expect(failureOf(decode(end())).code).toBe('empty');
    expect(kinds(decode(end({ usage: { completion_tokens: 3 } })))).toContain('finish');
    expect(kinds(decode(role + chunk({}, 'stop') + usage + DONE))).toContain('finish');
    expect(kinds(decode(role + chunk({}, 'length') + DONE))).toContain('finish');
  });
});

describe('an answer that goes on elsewhere', () => {
  const begun: Relayed = {
    face: 'messages',
    id: 'msg_1',
    model: 'claude-x',
    created: null,
    text: 'Hello',
    textIndex: 1,
    itemId: null,
    sequence: null,
  };

  it('opens nothing again: the text goes into the block that is open', () => {
    const stream =
      role + chunk({ reasoning: 'Hm' }) + chunk({ content: ' world' }) + begin(0, 't1') + args(0, '{}');
    const frames = decode(stream + chunk({}, 'tool_calls') + DONE, { thinking: { type: 'adaptive' } }, begun);
    expect(events(frames).map(({ type, index }) => [type, index])).toEqual([
      ['content_block_delta', 1],
      ['content_block_stop', 1],
      ['content_block_start', 2],
      ['content_block_delta', 2],
      ['content_block_stop', 2],
      ['message_delta', undefined],
      ['message_stop', undefined],
    ]);
  });

  it('closes the open block before a call, and at the end', () => {
    const calls = decode(role + begin(0, 't1', 'look', '{}') + chunk({}, 'tool_calls') + DONE, {}, begun);
    expect(events(calls)[0]).toEqual({ type: 'content_block_stop', index: 1 });
    expect(types(decode(role + chunk({}, 'stop') + DONE, {}, begun))).toBe(
      'block_stop message_delta message_stop',
    );
  });

  it('can break off again, and go on again', () => {
    const reader = decoder({}, begun);
    reader.push(Buffer.from(role + chunk({ content: ' wor' })));
    expect(reader.relayed()).toEqual({ ...begun, text: 'Hello wor' });
  });
});

describe('what a client of the Messages API has been given', () => {
  it('is one text, for as long as nothing else was said', () => {
    const reader = decoder({ thinking: { type: 'adaptive' } });
    expect(reader.relayed()).toBeNull();
    reader.push(
      Buffer.from(role + chunk({ reasoning: 'Hm' }) + chunk({ content: 'Hé' }) + chunk({ content: '🙂' })),
    );
    expect(reader.relayed()).toMatchObject({
      face: 'messages',
      id: 'c1',
      model: 'real-model-0613',
      text: 'Hé🙂',
      textIndex: 1,
    });
    reader.push(Buffer.from(begin(0, 't1')));
    expect(reader.relayed()).toBeNull();
  });

  it('is given up when it is longer than can be asked for again', () => {
    const reader = decoder();
    reader.push(Buffer.from(role + chunk({ content: 'x'.repeat(131_072) })));
    expect(reader.relayed()?.text).toHaveLength(131_072);
    reader.push(Buffer.from(chunk({ content: 'x' })));
    expect(reader.relayed()).toBeNull();
  });
});
