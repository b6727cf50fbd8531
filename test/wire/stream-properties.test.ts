import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '#lib/wire/types.ts';
import { chunk, DONE, decoder, event, named } from './support.ts';

type Kind = 'openai' | 'anthropic';

function run(kind: Kind, parts: readonly Uint8Array[]): Frame[] {
  const reader = decoder(kind, { stream_options: { include_usage: true } });
  return [...parts.flatMap((part) => reader.push(part)), ...reader.end()];
}

const openAiPieces = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'é🙂' }),
  chunk({ reasoning: 'Hm' }),
  chunk({}, 'stop'),
  chunk({ content: 'B' }, 'stop', {}, 1),
  event({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }),
  event({ error: { message: 'busy', code: 503 } }, 'error'),
  ': comment\n\n',
  'data: {broken\n\n',
  '\n',
  DONE,
];

const anthropicPieces = [
  named({
    type: 'message_start',
    message: { id: 'm', model: 'c', usage: { input_tokens: 1, output_tokens: 1 } },
  }),
  named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  named({
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'tool_use', id: 't', name: 'f', input: {} },
  }),
  named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'é🙂' } }),
  named({ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{}' } }),
  named({ type: 'content_block_stop', index: 1 }),
  named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } }),
  named({ type: 'message_stop' }),
  named({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
  named({ type: 'ping' }),
  'data: {broken\n\n',
];

const marker: Record<Kind, RegExp> = {
  openai: /"finish_reason":"stop"/,
  anthropic: /"stop_reason":"end_turn"/,
};

describe.each([
  ['openai', openAiPieces],
  ['anthropic', anthropicPieces],
] as const)('any %s stream', (kind, pieces) => {
  const streams = fc
    .array(fc.constantFrom(...pieces), { maxLength: 12 })
    .map((list) => Buffer.from(list.join('')));

  it('gives the same frames however it is cut', () => {
    fc.assert(
      fc.property(streams, fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (stream, sizes) => {
        expect(plain(run(kind, cut(stream, sizes)))).toEqual(plain(run(kind, [stream])));
      }),
      { numRuns: 300 },
    );
  });

  it('ends in exactly one finish or one error', () => {
    fc.assert(
      fc.property(streams, (stream) => {
        const ends = run(kind, [stream]).filter((frame) => frame.kind === 'finish' || frame.kind === 'error');
        expect(ends).toHaveLength(1);
        if (ends[0]?.kind === 'finish') expect(stream.toString()).toMatch(marker[kind]);
      }),
    );
  });

  it('of random bytes neither crashes nor finishes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 })), (parts) => {
        const frames = run(kind, parts);
        expect(frames.some((frame) => frame.kind === 'finish')).toBe(false);
        expect(frames.at(-1)?.kind).toBe('error');
      }),
    );
  });

  it('of random JSON events neither crashes nor finishes', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 3 })), (values) => {
        const frames = run(kind, [Buffer.from(values.map((value) => event(value)).join(''))]);
        expect(frames.some((frame) => frame.kind === 'finish')).toBe(false);
      }),
    );
  });
});

function* sizesOf(sizes: Iterable<number>, total: number): Generator<[number, number]> {
  let at = 0;
  for (const size of sizes) {
    if (at >= total) return;
    yield [at, at + size];
    at += size;
  }
}

function cut(stream: Buffer, sizes: Iterable<number>): Buffer[] {
  return [...sizesOf(sizes, stream.length)].map(([start, end]) => stream.subarray(start, end));
}

function plain(frames: readonly Frame[]): unknown[] {
  return frames.map((frame) =>
    'bytes' in frame ? { ...frame, bytes: Buffer.from(frame.bytes).toString() } : frame,
  );
}
