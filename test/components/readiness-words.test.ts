import { describe, expect, it } from 'vitest';
import { callersWait, notReady, readinessSummary } from '#components/readiness/readiness-words.ts';
import { READINESS_ITEMS, type Readiness, type ReadinessItem } from '#lib/contract/readiness.ts';

type State = ReadinessItem['state'];

/** The first items have these states, the others are ready. */
function readiness(flow: string, states: readonly State[]): Readiness {
  const items = READINESS_ITEMS.map((id, at): ReadinessItem => {
    const state = states[at] ?? 'ok';
    const exception = state === 'excepted' ? 'for a good reason' : null;
    return { id, state, title: id, finding: `How ${id} is.`, why: 'Why.', exception, fix: null };
  });
  return { flow, name: flow, ready: !states.includes('missing'), items };
}

describe('the summary of a flow’s readiness', () => {
  it('says what is missing, or that it is ready and with how many exceptions', () => {
    expect(readinessSummary(readiness('a', []))).toBe('Ready');
    expect(readinessSummary(readiness('a', ['excepted']))).toBe('Ready, with 1 exception');
    expect(readinessSummary(readiness('a', ['ok', 'excepted', 'excepted']))).toBe('Ready, with 2 exceptions');
    expect(readinessSummary(readiness('a', ['missing', 'excepted', 'missing']))).toBe('2 of 6 missing');
  });

  it('lists only the flows that are not ready, with the first thing that is missing', () => {
    const all = [
      readiness('a', []),
      readiness('b', ['excepted', 'missing', 'missing']),
      readiness('c', ['excepted']),
    ];
    expect(notReady(all)).toEqual([{ flow: 'b', name: 'b', text: 'How other_vendor is.', more: 1 }]);
    expect(notReady([])).toEqual([]);
  });
});

describe('how long callers wait', () => {
  it.each([
    ['', null],
    [30, 30],
    ['12.5', 12.5],
    [0.5, 0.5],
    [86_400, 86_400],
    [0, undefined],
    [86_401, undefined],
    ['-', undefined],
  ])('%j is read as %j', (typed, expected) => {
    expect(callersWait(typed)).toBe(expected);
  });
});
