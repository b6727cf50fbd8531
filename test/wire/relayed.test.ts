import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Relayed, StreamDecoder } from '#lib/wire/types.ts';
import { chunk, decoder, event, named, relayed, relayedJson } from './support.ts';

const role = chunk({ role: 'assistant', content: '' });

function given(reader: StreamDecoder, ...pieces: string[]): Relayed | null {
  for (const piece of pieces) reader.push(Buffer.from(piece));
  return reader.relayed();
}

const texts = fc.array(
  fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('"', '\\', '\n', '\u2028', 'é', '🙂', '\ud83d', '\ude42', ' word'),
  ),
  { maxLength: 40 },
);

describe('what a client of the chat face has been given', () => {
  it('is exactly the text of its chunks, each in a read of its own', () => {
    fc.assert(
      fc.property(texts, (pieces) => {
        const reader = decoder('openai');
        const answer = given(reader, role, ...pieces.map((content) => chunk({ content })));
        expect(answer?.text).toBe(pieces.join(''));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same however the bytes are cut', () => {
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }),
        (pieces, sizes) => {
          const stream = Buffer.from(role + pieces.map((content) => chunk({ content })).join(''));
          const reader = decoder('openai');
          for (let at = 0, n = 0; at < stream.length; n += 1) {
            const size = sizes[n % sizes.length] ?? 1;
            reader.push(stream.subarray(at, at + size));
            at += size;
          }
          expect(reader.relayed()?.text).toBe(pieces.join(''));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps the id, the model and the time that the client has seen', () => {
    const azure = event({ id: '', choices: [], prompt_filter_results: [] });
    expect(given(decoder('openai'), azure, role, chunk({ content: 'Hi' }))).toEqual({
      face: 'chat',
      id: 'c1',
      model: 'real-model-0613',
      created: 1,
      text: 'Hi',
      textIndex: 0,
      itemId: null,
      sequence: null,
    });
  });

  it('leaves reasoning out, under any name', () => {
    const thoughts = [
      chunk({ reasoning_content: 'a' }),
      chunk({ reasoning: 'b' }),
      chunk({ reasoning: 'c' }),
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'd' }] }] }),
    ];
    expect(given(decoder('openai'), role, ...thoughts, chunk({ content: 'So.' }))?.text).toBe('So.');
  });

  it.each([
    ['a call', chunk({ tool_calls: [{ index: 0, id: 't', function: { name: 'f', arguments: '' } }] })],
    ['a refusal', chunk({ refusal: 'No.' })],
    ['an old call', chunk({ function_call: { name: 'f', arguments: '' } })],
    ['sound', chunk({ audio: { data: 'x' } })],
    ['another choice', chunk({ content: 'x' }, null, {}, 1)],
    ['parts', chunk({ content: [{ type: 'text', text: 'x' }] })],
  ])('is nothing that could be gone on with after %s, for good', (_what, more) => {
    const words = Array.from({ length: 20 }, () => chunk({ content: 'word ' }));
    expect(given(decoder('openai'), role, ...words, more)).toBeNull();
    expect(given(decoder('openai'), role, more, ...words)).toBeNull();
  });

  it('is nothing for several choices', () => {
    expect(given(decoder('openai', { n: 2 }), role, chunk({ content: 'x' }))).toBeNull();
  });

  it('is given up when it is longer than can be asked for again', () => {
    const word = chunk({ content: 'x'.repeat(1024) });
    const full = Array.from({ length: 128 }, () => word);
    expect(given(decoder('openai'), role, ...full)?.text).toHaveLength(131_072);
    expect(given(decoder('openai'), role, ...full, chunk({ content: 'x' }))).toBeNull();
    const wide = Array.from({ length: 128 }, () => chunk({ content: '語'.repeat(1024) }));
    expect(given(decoder('openai'), role, ...wide)?.text).toHaveLength(131_072);
    expect(given(decoder('openai'), role, ...wide, chunk({ content: '語' }))).toBeNull();
  });
});

describe('a chat answer that goes on elsewhere', () => {
  const begun: Relayed = {
    face: 'chat',
    id: 'c0',
    model: 'first-model',
    created: 5,
    text: 'Hello',
    textIndex: 0,
    itemId: null,
    sequence: null,
  };
  const anthropic = [
    named({ type: 'message_start', message: { id: 'msg_2', model: 'claude-x', usage: { input_tokens: 3 } } }),
    named({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } }),
    named({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } }),
    named({ type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } }),
    named({ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: ' world' } }),
  ];

  it.each([
    ['anthropic', anthropic.join('')],
    ['openai', role + chunk({ reasoning: 'Hm' }) + chunk({ content: ' world' })],
  ] as const)(
    'has the same id, model and time, opens nothing again and thinks no more (%s)',
    (kind, stream) => {
      const reader = decoder(kind, {}, begun);
      const frames = reader.push(Buffer.from(stream));
      expect(relayedJson(frames)).toEqual([
        {
          id: 'c0',
          object: 'chat.completion.chunk',
          created: 5,
          model: 'first-model',
          choices: [{ index: 0, delta: { content: ' world' }, logprobs: null, finish_reason: null }],
        },
      ]);
      expect(relayed(frames)).not.toContain('Hm');
      expect(reader.relayed()).toEqual({ ...begun, text: 'Hello world' });
    },
  );

  it('may end at once: what the client has was all', () => {
    const reader = decoder('openai', {}, begun);
    const frames = [...reader.push(Buffer.from(role + chunk({}, 'stop'))), ...reader.end()];
    expect(frames.map(({ kind }) => kind).filter((kind) => kind !== 'alive')).toEqual(['finish', 'trailer']);
  });
});
