import { afterEach, describe, expect, test } from 'vitest';
import { holdUnsaved, mayLeave } from '#components/ui/unsaved.ts';

const releases: (() => void)[] = [];
const hold = () => {
  const release = holdUnsaved();
  releases.push(release);
  return release;
};

afterEach(() => {
  for (const release of releases.splice(0)) release();
});

/** Answers like a person would, and counts the questions. */
function person(answer: boolean) {
  const asked: string[] = [];
  return {
    asked,
    ask: (question: string) => {
      asked.push(question);
      return answer;
    },
  };
}

describe('leaving a page', () => {
  test('without a draft, nobody is asked', () => {
    const { asked, ask } = person(false);
    expect(mayLeave('/flows', '/flows/support-chat', ask)).toBe(true);
    expect(asked).toEqual([]);
  });

  test('with a draft, the person decides', () => {
    hold();
    expect(mayLeave('/flows', '/flows/support-chat', person(false).ask)).toBe(false);
    expect(mayLeave('/flows', '/flows/support-chat', person(true).ask)).toBe(true);
  });

  test('another range or tab of the same page loses no draft', () => {
    hold();
    const { asked, ask } = person(false);
    expect(mayLeave('/settings?range=1h#keys', '/settings', ask)).toBe(true);
    expect(asked).toEqual([]);
  });

  test('of two drafts, saving one does not let the other be lost', () => {
    const first = hold();
    const second = hold();
    first();
    expect(mayLeave('/', '/settings', person(false).ask)).toBe(false);
    second();
    expect(mayLeave('/', '/settings', person(false).ask)).toBe(true);
  });
});
