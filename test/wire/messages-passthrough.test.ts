import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesFace } from '#lib/wire/anthropic/messages-face.ts';
import { MessagesPassthrough } from '#lib/wire/anthropic/passthrough-stream.ts';
import type { Frame } from '#lib/wire/types.ts';
import { failureOf, kinds, named, relayed } from './support.ts';

function decode(stream: string | Buffer): Frame[] {
  const reader = new MessagesPassthrough();
  return [...reader.push(Buffer.from(stream)), ...reader.end()];
}

const message = {
  id: 'msg_1',
  model: 'claude-x',
  usage: { input_tokens: 10, cache_read_input_tokens: 4, output_tokens: 1 },
};
const start = named({ type: 'message_start', message });
const block = (content_block: object, index = 0): string =>
  named({ type: 'content_block_start', index, content_block });
const delta = (value: object, index = 0): string =>
  named({ type: 'content_block_delta', index, delta: value });
const text = (value: string, index = 0): string => delta({ type: 'text_delta', text: value }, index);
const stopBlock = (index = 0): string => named({ type: 'content_block_stop', index });
const finish = (reason: string | null, output_tokens = 5): string =>
  named({ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens } });
const stop = named({ type: 'message_stop' });
const ping = named({ type: 'ping' });
const opened = start + block({ type: 'text', text: '' });
const error = named({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });

describe("Anthropic's stream, passed on", () => {
  it('keeps every byte, odd spacing and line ends included', () => {
    const odd =
      'event: message_start\r\ndata:{"type":"message_start","message":{"id":"m","model":"c"}}\r\n\r\n' +
      'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}     }\n\n' +
      text('é') +
      named({ type: 'brand_new', of: { it: [1.0] } }) +
      finish('end_turn') +
      stop;
    const frames = decode(odd);
    expect(relayed(frames)).toBe(odd);
    expect(kinds(frames)).toBe('opening opening content opening finish trailer');
  });

  it('commits on words, reasoning, calls and what server tools bring; openings and signatures come before', () => {
    const stream =
      start +
      block({ type: 'thinking', thinking: '', signature: '' }) +
      delta({ type: 'thinking_delta', thinking: 'Hm' }) +
      delta({ type: 'signature_delta', signature: 'abc' }) +
      stopBlock() +
      block({ type: 'redacted_thinking', data: 'x' }, 1) +
      block({ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }, 2) +
      block({ type: 'tool_use', id: 't', name: 'look', input: {} }, 3) +
      delta({ type: 'input_json_delta', partial_json: '' }, 3) +
      delta({ type: 'input_json_delta', partial_json: '{}' }, 3) +
      finish('tool_use') +
      stop;
    const frames = decode(stream);
    expect(kinds(frames)).toBe(
      'opening opening content opening opening content content content opening content finish trailer',
    );
    const reasoning = frames.flatMap((frame) => (frame.kind === 'content' ? [frame.reasoning] : []));
    expect(reasoning).toEqual([true, true, false, false, false]);
  });

  it('knows usage, the model and the end', () => {
    const reader = new MessagesPassthrough();
    expect([reader.usage(), reader.model()]).toEqual([null, null]);
    reader.push(Buffer.from(opened));
    expect([reader.usage(), reader.model()]).toEqual([{ inputTokens: 14, outputTokens: 1 }, 'claude-x']);
    reader.push(Buffer.from(text('Hi') + finish(null) + finish('end_turn', 7) + stop));
    expect(reader.usage()).toEqual({ inputTokens: 14, outputTokens: 7 });
    expect(reader.end()).toEqual([]);
  });

  it('shows pings once the answer has begun, and counts them as life before', () => {
    expect(
      kinds(
        decode(
          start + ping + block({ type: 'text', text: '' }) + text('Hi') + ping + finish('end_turn') + stop,
        ),
      ),
    ).toBe('opening alive opening content opening finish trailer');
  });

  it('is finished by its stop reason; nothing behind it is a failure', () => {
    expect(kinds(decode(opened + text('Hi') + finish('end_turn')))).toBe('opening opening content finish');
    expect(kinds(decode(opened + text('Hi') + finish('refusal') + error + stop))).toBe(
      'opening opening content finish alive trailer',
    );
  });

  it.each([
    ['is cut', opened + text('Hi')],
    ['is cut behind its last block', opened + text('Hi') + stopBlock()],
    ['stops without a reason', opened + text('Hi') + stop],
    ['stops with an empty reason', opened + text('Hi') + finish(null) + stop],
    ['is nothing', ''],
  ])('never ends cleanly when it %s', (_why, stream) => {
    expect(failureOf(decode(stream)).code).toBe('truncated');
  });

  it('reports an error before and after its first words, and a page in its place', () => {
    for (const before of ['', start, opened + text('Hi')]) {
      expect(decode(before + error + stop).at(-1)).toMatchObject({
        kind: 'error',
        failure: { class: 'overloaded' },
      });
    }
    expect(failureOf(decode('<html>')).class).toBe('protocol_violation');
    expect(
      failureOf(decode('{"type":"error","error":{"type":"rate_limit_error","message":"x"}}')).class,
    ).toBe('rate_limited');
    expect(failureOf(decode('event: error\ndata: plain words\n\n')).message).toBe('plain words');
  });

  it('skips and counts what is no JSON, and passes over `[DONE]`', () => {
    expect(
      kinds(decode(`${opened}data: {oops\n\n${text('Hi')}${finish('end_turn')}${stop}data: [DONE]\n\n`)),
    ).toBe('opening opening malformed content finish trailer alive');
  });

  it('is empty only when it ended normally, said nothing and spent nothing', () => {
    expect(failureOf(decode(start + finish('end_turn', 0) + stop)).code).toBe('empty');
    expect(kinds(decode(start + finish('end_turn', 2) + stop))).toBe('opening finish trailer');
    expect(kinds(decode(start + finish('refusal', 0) + stop))).toBe('opening finish trailer');
  });

  it('gives the same frames however it is cut', () => {
    const pieces = [
      opened,
      text('é🙂'),
      ping,
      error,
      finish('end_turn'),
      stop,
      ': x\n\n',
      'data: {broken\n\n',
      '\r\n',
    ];
    const plain = (frames: readonly Frame[]) =>
      frames.map((frame) =>
        'bytes' in frame ? { ...frame, bytes: Buffer.from(frame.bytes).toString() } : frame,
      );
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 10 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
        (list, sizes) => {
          const stream = Buffer.from(list.join(''));
          const reader = new MessagesPassthrough();
          const frames: Frame[] = [];
          for (let at = 0, n = 0; at < stream.length; n += 1) {
            const size = sizes[n % sizes.length] ?? 1;
            frames.push(...reader.push(stream.subarray(at, at + size)));
            at += size;
          }
          frames.push(...reader.end());
          expect(plain(frames)).toEqual(plain(decode(stream)));
          const ends = frames.filter(({ kind }) => kind === 'finish' || kind === 'error');
          expect(ends).toHaveLength(1);
          if (ends[0]?.kind === 'finish') expect(stream.includes('"stop_reason":"end_turn"')).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what a client has been given of it', () => {
  const given = (stream: string) => {
    const reader = new MessagesPassthrough();
    reader.push(Buffer.from(stream));
    return reader.relayed();
  };

  it('is its one text, and where that stands', () => {
    const thinking =
      block({ type: 'thinking', thinking: '' }) +
      delta({ type: 'thinking_delta', thinking: 'Hm' }) +
      stopBlock();
    expect(given(start)).toBeNull();
    expect(given(start + thinking + block({ type: 'text', text: 'A' }, 1) + text('é"', 1))).toEqual({
      face: 'messages',
      id: 'msg_1',
      model: 'claude-x',
      created: null,
      text: 'Aé"',
      textIndex: 1,
      itemId: null,
      sequence: null,
    });
  });

  it.each([
    ['a call', block({ type: 'tool_use', id: 't', name: 'f', input: {} }, 1)],
    ['a second text', block({ type: 'text', text: '' }, 1)],
    ['reasoning behind the text', block({ type: 'thinking', thinking: '' }, 1)],
    ['a server tool', block({ type: 'server_tool_use', id: 's', name: 'web', input: {} }, 1)],
    ['the end of the text', stopBlock()],
  ])('is nothing that could be gone on with after %s', (_what, more) => {
    expect(given(opened + text('Hi'))).not.toBeNull();
    expect(given(opened + text('Hi') + more)).toBeNull();
  });
});

describe('a whole message, passed on', () => {
  const whole = (more: object) =>
    Buffer.from(
      JSON.stringify({
        type: 'message',
        id: 'm',
        model: 'claude-x',
        content: [{ type: 'text', text: 'Hi' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 2, cache_creation_input_tokens: 1, output_tokens: 3 },
        ...more,
      }),
    );

  it('keeps its bytes, with its usage and model known', () => {
    const body = whole({ brand_new: 1 });
    const result = messagesFace.readPassthrough(body);
    expect(result).toMatchObject({ ok: true, model: 'claude-x', usage: { inputTokens: 3, outputTokens: 3 } });
    expect(result.ok && result.bytes).toBe(body);
  });

  it('is a violation unless it is a finished message with something in it', () => {
    const failure = (body: Buffer) => {
      const result = messagesFace.readPassthrough(body);
      return result.ok ? null : [result.failure.class, result.failure.code];
    };
    expect(failure(whole({ stop_reason: null }))).toEqual(['protocol_violation', null]);
    expect(failure(whole({ content: [], usage: {} }))).toEqual(['protocol_violation', 'empty']);
    expect(failure(whole({ content: [], stop_reason: 'refusal' }))).toBeNull();
    expect(failure(Buffer.from('<html>'))).toEqual(['protocol_violation', null]);
    expect(
      failure(Buffer.from('{"type":"error","error":{"type":"overloaded_error","message":"x"}}'))?.[0],
    ).toBe('overloaded');
  });
});
