import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SseFrame, SseSplitter } from '#lib/wire/sse.ts';

function split(...chunks: (string | Uint8Array)[]): SseFrame[] {
  const splitter = new SseSplitter();
  const frames = chunks.flatMap((part) => splitter.push(typeof part === 'string' ? Buffer.from(part) : part));
  return [...frames, ...splitter.end()];
}

const plain = (frames: SseFrame[]): unknown[] =>
  frames.map(({ raw, event, data }) => ({ raw: raw.toString('latin1'), event, data }));

describe('events', () => {
  it('are relayed byte for byte', () => {
    const stream = 'data: {"a":1}\n\nevent: x\ndata:{"b":2}\n\n: note\ndata: c\n\n';
    const frames = split(stream);
    expect(Buffer.concat(frames.map((frame) => frame.raw)).toString()).toBe(stream);
    expect(frames.map((frame) => frame.data)).toEqual(['{"a":1}', '{"b":2}', 'c']);
    expect(frames[1]?.event).toBe('x');
  });

  it('end in LF, CRLF or CR alike', () => {
    const parts = ['event: e', 'data: 1', '', 'data: 2', '', ''];
    for (const ending of ['\n', '\r\n', '\r']) {
      expect(split(parts.join(ending)).map((frame) => frame.data)).toEqual(['1', '2']);
    }
  });

  it('that end in a lone CR are there without waiting for the next byte', () => {
    const splitter = new SseSplitter();
    expect(splitter.push(Buffer.from('data: 1\r\r')).map((frame) => frame.data)).toEqual(['1']);
  });

  it('keep the LF of a CRLF that is cut in two', () => {
    expect(split('data: 1\r\n\r', '\ndata: 2\r\n\r\n').map((frame) => frame.raw.toString())).toEqual([
      'data: 1\r\n\r\n',
      'data: 2\r\n\r\n',
    ]);
  });

  it('join several data lines, and lose one space behind the colon only', () => {
    expect(split('data:a\ndata:  b\ndata\n\n')[0]?.data).toBe('a\n b\n');
  });

  it('without data are known as such: comments, keep-alive blank lines, other fields', () => {
    expect(split(': ping\n\n\nid: 7\n\n').map((frame) => frame.data)).toEqual([null, null, null]);
  });

  it('start behind a byte order mark', () => {
    expect(split('\ufeffdata: 1\n\n')[0]?.data).toBe('1');
  });

  it('are completed with a blank line when the stream ends without one', () => {
    for (const tail of ['', '\n', '\r\n', '\r']) {
      const [frame] = split(`data: 1${tail}`);
      expect(frame?.data).toBe('1');
      expect(split(frame?.raw.toString() ?? '', 'data: 2\n\n').map((one) => one.data)).toEqual(['1', '2']);
    }
  });

  it('hold characters that were cut between their bytes', () => {
    const bytes = Buffer.from('data: "héé→🙂"\n\n');
    expect(split(...[...bytes].map((byte) => Uint8Array.of(byte)))[0]?.data).toBe('"héé→🙂"');
  });
});

describe('any chunking', () => {
  const piece = fc.constantFrom(
    'data: é🙂',
    'data:',
    ': c',
    'event: error',
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    'x',
    ' ',
  );

  it('gives the same frames', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.nat(60), { maxLength: 12 }),
        (pieces, cuts) => {
          const bytes = Buffer.from(pieces.join(''));
          const whole = plain(split(bytes));
          expect(plain(split(...cutAt(bytes, cuts)))).toEqual(whole);
          expect(plain(split(...cutAt(bytes, [...bytes.keys()])))).toEqual(whole);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length].map((at) =>
    Math.min(at, bytes.length),
  );
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
}
