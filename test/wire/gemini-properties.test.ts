import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { geminiDialect } from '#lib/wire/gemini/dialect.ts';
import { cut, eventsOf, gemini, geminiUsage, textOf } from './cloud-support.ts';
import { decoder, event } from './support.ts';

interface Piece {
  wire: string;
  /** What it adds to the text. */
  says: string;
  ends?: true;
}

const piece = (json: object, says = '', more: Partial<Piece> = {}): Piece => ({
  wire: event(json),
  says,
  ...more,
});

const pieces: Piece[] = [
  piece(gemini([{ text: 'é🙂' }]), 'é🙂'),
  piece(gemini([{ text: 'one ' }, { text: 'two' }]), 'one two'),
  piece(gemini([{ text: 'Hm', thought: true, thoughtSignature: 'c2ln' }])),
  piece(gemini([{ functionCall: { name: 'f', args: { a: '}{"' } } }])),
  piece(gemini([{ functionCall: { name: 'g', willContinue: true } }])),
  piece(gemini([{ functionCall: { partialArgs: [{ jsonPath: '$.a', numberValue: 1 }] } }])),
  piece(gemini([{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }])),
  piece(gemini([], undefined, geminiUsage(3, 4, 5))),
  piece(gemini([{ text: 'last' }], 'STOP'), 'last', { ends: true }),
  piece(gemini([], 'MALFORMED_FUNCTION_CALL'), '', { ends: true }),
  piece({ promptFeedback: { blockReason: 'SAFETY' } }, '', { ends: true }),
  piece({ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }, '', { ends: true }),
  { wire: ': comment\n\n', says: '' },
  { wire: 'data: {broken\n\n', says: '' },
];

const lists = fc.array(fc.constantFrom(...pieces), { maxLength: 14 });
const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 50 }));
const wire = (list: readonly Piece[]) => Buffer.from(list.map((item) => item.wire).join(''));

/** What a stream says up to its first end. */
function saidBy(list: readonly Piece[]): string {
  const end = list.findIndex(({ ends }) => ends === true);
  const before = end === -1 ? list : list.slice(0, end + 1);
  return before.map(({ says }) => says).join('');
}

describe('any stream of Google', () => {
  it('gives the same events however it is cut', () => {
    fc.assert(
      fc.property(lists, sizes, (list, widths) => {
        const stream = wire(list);
        expect(eventsOf(geminiDialect.events(), cut(stream, widths))).toEqual(
          eventsOf(geminiDialect.events(), [stream]),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('gives the client exactly the text that was sent before its end, and one end', () => {
    fc.assert(
      fc.property(lists, sizes, (list, widths) => {
        const reader = decoder('google');
        const frames = [...cut(wire(list), widths).flatMap((part) => reader.push(part)), ...reader.end()];
        const ends = frames.filter(({ kind }) => kind === 'finish' || kind === 'error');
        expect(ends).toHaveLength(1);
        const text = textOf(eventsOf(geminiDialect.events(), [wire(list)]));
        expect(text.startsWith(saidBy(list))).toBe(true);
        const given = frames.flatMap((frame) =>
          'bytes' in frame ? [Buffer.from(frame.bytes).toString()] : [],
        );
        const said = given
          .join('')
          .split('\n\n')
          .flatMap((line) =>
            line.startsWith('data: {') ? [JSON.parse(line.slice(6)).choices[0]?.delta] : [],
          )
          .map((delta) => delta?.content ?? '');
        expect(said.join('')).toBe(saidBy(list));
      }),
      { numRuns: 300 },
    );
  });

  it('that is cut short never finishes before its reason to', () => {
    const whole = wire([pieces[0], pieces[3], pieces[8]].filter((item) => item !== undefined));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 3 }), (length) => {
        const events = eventsOf(geminiDialect.events(), [whole.subarray(0, length)]);
        expect(events.some(({ type }) => type === 'stop' || type === 'end')).toBe(false);
      }),
    );
  });

  it('of random bytes neither crashes nor finishes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 })), (parts) => {
        const events = eventsOf(geminiDialect.events(), parts);
        expect(events.some(({ type }) => type === 'stop' || type === 'end')).toBe(false);
      }),
    );
  });

  it('of random JSON, in events or in an array, neither crashes nor finishes', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 4 })), (values) => {
        for (const stream of [values.map((value) => event(value)).join(''), JSON.stringify(values)]) {
          const events = eventsOf(geminiDialect.events(), [Buffer.from(stream)]);
          expect(events.some(({ type }) => type === 'stop' || type === 'end')).toBe(false);
        }
        expect(geminiDialect.readWhole(Buffer.from(JSON.stringify(values))).ok).toBe(false);
      }),
    );
  });

  it('with random values in known places neither crashes nor loses its one end', () => {
    const part = fc.record(
      {
        text: fc.jsonValue(),
        thought: fc.jsonValue(),
        functionCall: fc.jsonValue(),
        thoughtSignature: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const answer = fc.record(
      {
        candidates: fc.array(
          fc.record({ content: fc.record({ parts: fc.array(part) }), finishReason: fc.jsonValue() }),
        ),
        usageMetadata: fc.jsonValue(),
        promptFeedback: fc.jsonValue(),
        responseId: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(answer), (answers) => {
        const reader = decoder('google');
        const frames = [
          ...reader.push(Buffer.from(answers.map((item) => event(item)).join(''))),
          ...reader.end(),
        ];
        expect(frames.filter(({ kind }) => kind === 'finish' || kind === 'error')).toHaveLength(1);
      }),
    );
  });
});
