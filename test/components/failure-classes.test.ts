import { describe, expect, test } from 'vitest';
import { CLASS_GROUPS, failureSentence } from '#components/failure/class-groups.ts';
import { CLASS_WORDS, classHref, failureClassOf } from '#components/failure/class-words.ts';
import { effectWords } from '#components/failure/effect-words.ts';
import { FAILURE_CLASSES, type FailureView } from '#lib/contract/failures.ts';
import { effectOf } from '#lib/engine/effects.ts';

const words = (name: FailureView['class']) => effectWords(name, effectOf(name)).join(' ');
const seen = (name: FailureView['class'], count: number): FailureView => ({
  class: name,
  effect: effectOf(name),
  count,
  targets: [],
  latest: null,
});

describe('the page of failure classes', () => {
  test('has every class exactly once, each with words of its own', () => {
    const grouped = CLASS_GROUPS.flatMap((group) => group.classes);
    expect(grouped.toSorted()).toEqual([...FAILURE_CLASSES].toSorted());
    const texts = FAILURE_CLASSES.flatMap((name) => [CLASS_WORDS[name].title, CLASS_WORDS[name].what]);
    expect(new Set(texts).size).toBe(texts.length);
    for (const { what, todo } of Object.values(CLASS_WORDS)) {
      expect(what).toMatch(/^[A-Z].*\.$/);
      expect(todo).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('says what the engine does, not what somebody once wrote down', () => {
    expect(words('overloaded')).toBe(
      'Repeated on the same target after a pause, as often as the flow and its budget allow; the next target is asked. It counts against the target’s breaker.',
    );
    expect(words('rate_limited')).toContain('only where the provider names a short wait; the next target');
    expect(words('auth')).toContain('one call is tried every 5 minutes');
    expect(words('quota_exhausted')).toContain('one call is tried every hour');
    expect(words('invalid_request')).toContain('no other target is asked');
    expect(words('invalid_request')).toContain('goes to the caller as it is');
    expect(words('content_filtered')).toContain('only where the flow says so');
    expect(words('context_length_exceeded')).toContain('only a target with a larger context window');
    expect(words('client_abort')).toBe(
      'The call to the provider is ended at once. It counts against nobody.',
    );
  });

  test('opens with what came and whether somebody has to act', () => {
    expect(failureSentence([seen('auth', 0)], 'last hour')).toBe('No attempt failed in the last hour.');
    const busy = [seen('timeout', 3), seen('overloaded', 20), seen('auth', 1), seen('connection', 2)];
    expect(failureSentence(busy, 'last hour')).toBe(
      '26 attempts failed in the last hour: 20 “overloaded”, 3 “too late”, 2 “connection failed” and 1 of other kinds. Credential refused waits for you.',
    );
    expect(failureSentence([seen('timeout', 1)], 'last hour')).toBe(
      '1 attempt failed in the last hour: 1 “too late”. None of them waits for you.',
    );
  });

  test('is where a class leads to; an attempt that did not fail has none', () => {
    expect(classHref('timeout')).toBe('/activity/classes?range=24h#timeout');
    expect(failureClassOf('timeout')).toBe('timeout');
    expect(failureClassOf('ok')).toBeNull();
    expect(failureClassOf('aborted')).toBeNull();
  });
});
