import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { responsesDialect } from '#lib/wire/responses/dialect.ts';
import { responsesFace } from '#lib/wire/responses/face.ts';
import { TranslatedStream } from '#lib/wire/translated-stream.ts';
import type { Frame, StreamDecoder } from '#lib/wire/types.ts';
import {
  completed,
  created,
  encoder,
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
import { event, relayed } from './support.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

const request = responsesRequest({ input: 'Hi', stream: true });
const decoders: Record<string, () => StreamDecoder> = {
  'passed through': () => responsesFace.passthrough(request),
  translated: () => new TranslatedStream(responsesDialect.events(), encoder()),
};

const incomplete = { ...RESPONSE, incomplete_details: { reason: 'max_output_tokens' }, usage: USAGE };
const call = { type: 'function_call', id: 'fc', call_id: 'c', name: 'f', arguments: '{"a":1}' };
const pieces = [
  native(created),
  native(messageAdded()),
  native(partAdded()),
  native(textDelta('é🙂')),
  native(textDelta('zwölf', 2)),
  ...textDone('é🙂').map((piece) => native(piece)),
  native({ type: 'response.output_item.added', output_index: 1, item: call }),
  native({ type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"a":' }),
  native({ type: 'response.output_item.done', output_index: 1, item: call }),
  native({ type: 'response.output_item.added', output_index: 3, item: { type: 'reasoning', id: 'rs' } }),
  native({ type: 'response.reasoning_summary_text.delta', output_index: 3, summary_index: 0, delta: 'Hm' }),
  native({ type: 'response.refusal.delta', output_index: 4, content_index: 0, delta: 'Nein' }),
  native(completed(messageItem('é🙂'))),
  native({ type: 'response.incomplete', response: incomplete }),
  native({ type: 'response.completed' }),
  native({ type: 'error', code: 'server_is_overloaded', message: 'busy' }),
  native({ type: 'keepalive' }),
  ': comment\r\n\r\n',
  'data: {broken\n\n',
  'data:[DONE]\n\n',
  '\n',
];
const TERMINAL =
  /event: response\.(completed|incomplete)\ndata: \{"type":"response\.\w+","sequence_number":\d+,"response":/;

describe.each(Object.entries(decoders))('any Responses stream that is %s', (how, decoder) => {
  function run(parts: readonly Uint8Array[]): Frame[] {
    const reader = decoder();
    return [...parts.flatMap((part) => reader.push(part)), ...reader.end()];
  }

  const lists = fc.array(fc.constantFrom(...pieces), { maxLength: 14 });
  const streams = lists.map((list) => Buffer.from(list.join('')));

  it('gives the same frames however it is cut', () => {
    fc.assert(
      fc.property(streams, fc.infiniteStream(fc.integer({ min: 1, max: 60 })), (stream, sizes) => {
        expect(plain(run(cut(stream, sizes)))).toEqual(plain(run([stream])));
      }),
      { numRuns: RUNS },
    );
  });

  it('ends in exactly one finish or one error, and never finishes without its terminal event', () => {
    fc.assert(
      fc.property(streams, fc.nat(), (stream, at) => {
        const truncated = stream.subarray(0, at % (stream.length + 1));
        const frames = run([truncated]);
        const ends = frames.filter(({ kind }) => kind === 'finish' || kind === 'error');
        expect(ends).toHaveLength(1);
        if (ends[0]?.kind === 'finish') expect(truncated.toString()).toMatch(TERMINAL);
        else expect(frames.at(-1)?.kind).toBe('error');
      }),
      { numRuns: RUNS },
    );
  });

  it('invents nothing: each piece of content is in the stream, and none comes behind the end', () => {
    fc.assert(
      fc.property(streams, (stream) => {
        const frames = run([stream]);
        const source = stream.toString();
        const over = frames.findIndex(({ kind }) => kind === 'finish');
        for (const [at, frame] of frames.entries()) {
          if (frame.kind !== 'content') continue;
          if (over !== -1) expect(at).toBeLessThan(over);
          for (const said of saidBy(relayed([frame])))
            expect(source).toContain(JSON.stringify(said).slice(1, -1));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('of random bytes neither crashes nor finishes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 })), (parts) => {
        const frames = run(parts);
        expect(frames.some(({ kind }) => kind === 'finish')).toBe(false);
        expect(frames.at(-1)?.kind).toBe('error');
      }),
      { numRuns: RUNS },
    );
  });

  it('of random JSON in known events neither crashes nor finishes without a response', () => {
    const types = [
      'response.created',
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ];
    const events = fc.tuple(
      fc.constantFrom(...types, 'response.output_text.delta', 'x'),
      fc.jsonValue({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(fc.array(events), (list) => {
        const texts = list.map(([type, value]) =>
          event({ type, item: value, delta: value, part: value, text: value }),
        );
        expect(run([Buffer.from(texts.join(''))]).some(({ kind }) => kind === 'finish')).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });

  if (how === 'translated') {
    it('is numbered without a gap, whatever its vendor numbered', () => {
      fc.assert(
        fc.property(streams, (stream) => {
          const numbers = [...relayed(run([stream])).matchAll(/"sequence_number":(\d+)/g)].map(([, n]) =>
            Number(n),
          );
          expect(numbers).toEqual(numbers.map((_number, at) => at));
        }),
        { numRuns: RUNS },
      );
    });
  } else {
    it('is relayed as it came', () => {
      fc.assert(
        fc.property(streams, (stream) => {
          const source = stream.toString();
          for (const frame of run([stream])) expect(source).toContain(relayed([frame]));
        }),
        { numRuns: RUNS },
      );
    });
  }
});

/** The texts of the deltas in some events. */
function saidBy(events: string): string[] {
  return [...events.matchAll(/^data: (.*)$/gm)].flatMap(([, json]) => {
    const { delta } = JSON.parse(json ?? '{}');
    return typeof delta === 'string' ? [delta] : [];
  });
}

function cut(stream: Buffer, sizes: Iterable<number>): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= stream.length) break;
    parts.push(stream.subarray(at, at + size));
    at += size;
  }
  return parts;
}

function plain(frames: readonly Frame[]): unknown[] {
  return frames.map((frame) =>
    'bytes' in frame ? { ...frame, bytes: Buffer.from(frame.bytes).toString() } : frame,
  );
}
