import { describe, expect, test } from 'vitest';
import { chainAnnouncements } from '#components/flow/chain-announcements.ts';
import { policyChanges, policyLabel, policyLeaves } from '#components/flow/policy-changes.ts';
import { checkPolicy, type PolicyDraft } from '#components/flow/policy-draft.ts';
import { policySchema } from '#lib/contract/policy.ts';

const published = policySchema.parse({});
const draft = (own: Partial<PolicyDraft>): PolicyDraft => ({ ...published, ...own });

describe('a policy draft', () => {
  test('is valid and changes nothing when untouched', () => {
    expect(checkPolicy(draft({})).ok).toBe(true);
    expect(policyChanges(published, draft({}))).toEqual([]);
  });

  test('tells the fields that differ and no others', () => {
    const changed = draft({ mode: 'quality', badge: { on: true, text: 'Backup', language: 'en' } });
    expect(policyChanges(published, changed).map((change) => change.label)).toEqual([
      'Mode',
      'Badge',
      'Badge text',
    ]);
  });

  test('a bad value is named at its field, in the words of the contract', () => {
    const check = checkPolicy(
      draft({ timeouts: { ...published.timeouts, firstTokenSeconds: 300, totalSeconds: 60 } }),
    );
    expect(check.ok ? null : check.issues.get('timeouts.firstTokenSeconds')).toContain(
      'longer than totalSeconds',
    );
  });

  test('an empty badge text and an emptied number are refused beside their fields', () => {
    const text = checkPolicy(draft({ badge: { on: true, text: ' ', language: 'en' } }));
    expect(text.ok ? null : text.issues.get('badge.text')).toContain('Say something');
    const number = checkPolicy(draft({ retry: { ...published.retry, maxPerTarget: '' } }));
    expect(number.ok ? null : number.issues.get('retry.maxPerTarget')).toBe('Give a number.');
  });
});

describe('the parts of a policy', () => {
  test('all have a name of the form, so that a change is never told as a path', () => {
    const paths = [...policyLeaves(published).keys()];
    expect(paths.filter((path) => policyLabel(path) === path)).toEqual([]);
  });

  test('are told exactly where the form would round the difference away', () => {
    const finer = draft({ retry: { ...published.retry, budgetPerSuccess: 0.1000001 } });
    expect(policyChanges(published, finer)).toEqual([
      { path: 'retry.budgetPerSuccess', label: 'Retry budget', before: '0.1', after: '0.1000001' },
    ]);
  });

  test('are told in the words and the order of the form', () => {
    const changed = draft({
      hedge: { ...published.hedge, on: true, share: 0.1 },
      retry: { ...published.retry, budgetPerSuccess: 0.25 },
      midStream: 'error',
      buffer: true,
      untranslatable: 'skip',
    });
    expect(
      policyChanges(published, changed).map(({ label, before, after }) => `${label}: ${before} > ${after}`),
    ).toEqual([
      'Retry budget: 10 % > 25 %',
      'What a target has no words for: drop > skip',
      'Hedging: off > on',
      'Calls hedged at most: 5 % > 10 %',
      'A stream that breaks: resume > error',
      'Holding streams back: off > on',
    ]);
  });

  test('have limits that the contract explains beside the field', () => {
    const check = checkPolicy(draft({ hedge: { on: true, minDelaySeconds: '', share: 0.5 } }));
    expect(check.ok ? null : check.issues.get('hedge.minDelaySeconds')).toBe('Give a number.');
    const greedy = checkPolicy(draft({ hedge: { ...published.hedge, share: 0.5 } }));
    expect(greedy.ok ? null : greedy.issues.get('hedge.share')).toContain('a second primary');
  });
});

describe('what a screen reader hears while a target is dragged', () => {
  const says = chainAnnouncements(['claude', 'gpt'], (slug) => slug.toUpperCase());
  const at = (id: string) => ({ id }) as never;

  test('the name and the position, never an internal id', () => {
    expect(says.onDragStart({ active: at('claude') })).toBe('Picked up CLAUDE, position 1 of 2.');
    expect(says.onDragOver({ active: at('claude'), over: at('gpt') })).toBe('CLAUDE, position 2 of 2.');
    expect(says.onDragCancel({ active: at('gpt'), over: null })).toContain('back at position 2 of 2');
    expect(says.onDragEnd({ active: at('gpt'), over: at('claude') })).toContain('Not saved yet');
  });
});
