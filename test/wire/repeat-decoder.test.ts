import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PassthroughDecoder } from '#lib/wire/openai/passthrough-stream.ts';
import { RepeatDecoder } from '#lib/wire/openai/repeat-decoder.ts';
import type { Frame, StreamDecoder } from '#lib/wire/types.ts';
import { chunk, DONE, ROLE, STOP } from '#test/support/fake-upstream.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    '"',
    '\\',
    '"},"finish_reason":"stop',
    '"content":"',
    '\n\n',
    'data: [DONE]',
    '\u2028',
    '\u0007',
  ),
);
const event = fc.oneof(
  { weight: 6, arbitrary: text.map((content) => chunk({ content })) },
  { weight: 2, arbitrary: text.map((reasoning_content) => chunk({ reasoning_content })) },
  {
    weight: 2,
    arbitrary: text.map((content) => chunk({ content }).replace('}]}', '}],"obfuscation":"aX1"}')),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ROLE,
      chunk({ content: 'a', refusal: null }),
      chunk({ content: 'x' }, 'length'),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"content":"a"}' } }] }),
      chunk({ content: 'x' }).replace('"index":0', '"index":1'),
      ': ping\n\n',
      'data: {"choices":[{"index":0,"delta":{"content":"a}]}\n\n',
      'data: {"choices":[{"index":0,"delta":{"content":"a\\q"},"finish_reason":null}]}\n\n',
      'data: {"error":{"message":"down"}}\n\n',
      'event: x\ndata: {"choices":[{"index":0,"delta":{"content":"a"}}]}\r\n\r\n',
    ),
  },
);

function decode(decoder: StreamDecoder, pieces: readonly Buffer[]): unknown[] {
  const frames: Frame[] = [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
  return frames.map((frame) =>
    'bytes' in frame ? { ...frame, bytes: Buffer.from(frame.bytes).toString() } : frame,
  );
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const points = [
    0,
    ...at.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b),
    bytes.length,
  ];
  return points
    .slice(1)
    .map((end, n) => bytes.subarray(points[n], end))
    .filter((piece) => piece.length > 0);
}

describe('the shortcut for repeating events', () => {
  it('gives the same frames as the decoder behind it, when each event comes in a chunk of its own', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.boolean(), (events, finished) => {
        const pieces = [...events, ...(finished ? [STOP, DONE] : [])].map((piece) => Buffer.from(piece));
        expect(decode(new RepeatDecoder(new PassthroughDecoder(1)), pieces)).toEqual(
          decode(new PassthroughDecoder(1), pieces),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the same frames however the bytes are cut', () => {
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), cuts, (events, at) => {
        const pieces = cut(Buffer.from([...events, STOP, DONE].join('')), at);
        expect(decode(new RepeatDecoder(new PassthroughDecoder(1)), pieces)).toEqual(
          decode(new PassthroughDecoder(1), pieces),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('spares the decoder behind it the events that repeat', () => {
    const inner = new PassthroughDecoder(1);
    let asked = 0;
    const counting: StreamDecoder = {
      push: (piece) => {
        asked += 1;
        return inner.push(piece);
      },
      end: () => inner.end(),
      usage: () => inner.usage(),
      model: () => inner.model(),
      relayed: () => inner.relayed(),
    };
    const words = Array.from({ length: 100 }, (_, n) => Buffer.from(chunk({ content: `word ${n}` })));
    expect(decode(new RepeatDecoder(counting), words)).toHaveLength(101);
    expect(asked).toBe(1);
  });
});
