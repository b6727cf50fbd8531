import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientText } from '#test/support/client-stream.ts';
import { brokenAnswer, continuation, readAll, streamOf } from './splice-support.ts';
import { kinds, relayed } from './support.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 150);
const pieces = fc.array(fc.constantFrom('a', 'b', ' ', '\n', 'é', '🦉', 'ab', 'The '), {
  minLength: 1,
  maxLength: 12,
});
const face = fc.constantFrom('chat' as const, 'messages' as const, 'responses' as const);
const kind = fc.constantFrom('openai-compatible' as const, 'anthropic' as const);
const size = fc.integer({ min: 1, max: 400 });

/** What was given, put together anew in other pieces. */
function recut(text: string, at: readonly number[]): string[] {
  const cuts = [...new Set([0, ...at.map((place) => place % (text.length + 1)), text.length])].sort(
    (a, b) => a - b,
  );
  return cuts.slice(1).map((end, i) => text.slice(cuts[i], end));
}

describe('an answer that broke off and is asked for again', () => {
  it('is the text of the new answer, each character once, when that begins with what was given', () => {
    fc.assert(
      fc.property(
        face,
        kind,
        pieces,
        pieces,
        fc.array(fc.nat(), { maxLength: 6 }),
        size,
        (at, of, begun, more, cuts, bytes) => {
          const broken = brokenAnswer(at, begun);
          const whole = begun.join('') + more.join('');
          const frames = readAll(
            continuation(broken, of, 'restart'),
            streamOf(of, recut(whole, cuts)),
            bytes,
          );
          expect(clientText(broken.bytes + relayed(frames))).toBe(whole);
          expect(kinds(frames)).not.toContain('error');
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('is an error, with nothing added, when it does not', () => {
    fc.assert(
      fc.property(face, kind, pieces, pieces, size, (at, of, begun, anew, bytes) => {
        fc.pre(!anew.join('').startsWith(begun.join('')));
        const broken = brokenAnswer(at, begun);
        const frames = readAll(continuation(broken, of, 'restart'), streamOf(of, anew), bytes);
        expect(relayed(frames)).toBe('');
        expect(kinds(frames)).toMatch(/error$/);
        expect(kinds(frames)).not.toMatch(/finish|content/);
      }),
      { numRuns: RUNS },
    );
  });

  it('never gives more than the provider sent, and never a clean end, when it is cut anywhere', () => {
    fc.assert(
      fc.property(face, kind, pieces, pieces, fc.nat(), size, (at, of, begun, more, cut, bytes) => {
        const broken = brokenAnswer(at, begun);
        const whole = begun.join('') + more.join('');
        const stream = Buffer.from(streamOf(of, [...begun, ...more], false));
        const part = stream.subarray(0, cut % (stream.length + 1));
        const frames = readAll(continuation(broken, of, 'restart'), part, bytes);
        expect(kinds(frames)).not.toContain('finish');
        expect(kinds(frames)).toMatch(/error$/);
        expect(whole.startsWith(clientText(broken.bytes + relayed(frames)))).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('an answer that broke off and is gone on with', () => {
  it('is what was given and what the target wrote, each character once, or an error with nothing added', () => {
    fc.assert(
      fc.property(
        face,
        pieces,
        pieces,
        fc.array(fc.nat(), { maxLength: 6 }),
        size,
        (at, begun, more, cuts, bytes) => {
          const text = begun.join('');
          fc.pre(text.trim() !== '');
          const sent = text.trimEnd();
          const broken = brokenAnswer(at, begun);
          const frames = readAll(
            continuation(broken, 'anthropic', 'prefill'),
            streamOf('anthropic', recut(more.join(''), cuts)),
            bytes,
          );
          if (kinds(frames).includes('error')) expect(relayed(frames)).toBe('');
          else expect(clientText(broken.bytes + relayed(frames))).toBe(sent + more.join(''));
        },
      ),
      { numRuns: RUNS },
    );
  });
});
