import { describe, expect, test } from 'vitest';
import {
  type AdapterDraft,
  adapterWords,
  checkAdapter,
  draftOfAdapter,
} from '#components/flow/adapter-draft.ts';
import { chainChanges } from '#components/flow/chain-changes.ts';
import { type DraftEntry, sameAdapter, setEntryAdapter } from '#components/flow/chain-draft.ts';
import type { Adapter } from '#lib/contract/config.ts';
import { demoTargets } from './flow-fixtures.ts';

const empty = draftOfAdapter(null);
const draft = (own: Partial<AdapterDraft>): AdapterDraft => ({ ...empty, ...own });
const issues = (own: Partial<AdapterDraft>) => {
  const check = checkAdapter(draft(own));
  return check.ok ? {} : Object.fromEntries(check.issues);
};

const full: Adapter = {
  systemPrefix: 'You are terse.',
  systemSuffix: 'Answer in English.',
  replace: [{ find: 'GPT', with: 'the assistant' }],
  set: { temperature: 0.2, reasoning: { effort: 'low' }, stop: ['END'] },
  remove: ['seed'],
  maxTokens: 800,
};

describe('the rules for prompts of one target', () => {
  test('come back from their form exactly as they went in', () => {
    const check = checkAdapter(draftOfAdapter(full));
    expect(check.ok ? check.adapter : null).toEqual(full);
  });

  test('are none when the form is empty', () => {
    expect(checkAdapter(empty)).toEqual({ ok: true, adapter: null });
  });

  test('a value that is not JSON is refused beside it, and says what to write', () => {
    const text = issues({ set: [{ id: 0, name: 'reasoning_effort', value: 'low' }] });
    expect(text).toEqual({ 'set.0.value': expect.stringContaining('"low" in quotes') });
    const check = checkAdapter(draft({ set: [{ id: 0, name: 'reasoning_effort', value: '"low"' }] }));
    expect(check).toEqual({ ok: true, adapter: { set: { reasoning_effort: 'low' } } });
  });

  test('the request itself is no parameter, and a parameter has one rule', () => {
    const row = (id: number, name: string) => ({ id, name, value: '1' });
    expect(issues({ set: [row(0, 'messages')] })).toEqual({
      'set.0.name': expect.stringContaining('the request itself'),
    });
    expect(issues({ set: [row(0, 'top_p'), row(1, 'top_p')] })).toEqual({
      'set.1.name': 'top_p is set above already.',
    });
    expect(issues({ set: [row(0, 'seed')], remove: ['seed'] })).toEqual({
      'set.0.name': 'seed is left out below: choose one.',
    });
    expect(issues({ remove: ['seed', 'model'] })).toEqual({ remove: expect.stringContaining('model: ') });
  });

  test('nothing to find and no tokens at all are refused', () => {
    expect(issues({ replace: [{ id: 0, find: '', with: 'x' }] })).toEqual({
      'replace.0.find': 'Say what to find.',
    });
    expect(Object.keys(issues({ maxTokens: 0 }))).toEqual(['maxTokens']);
  });

  test('are told in a few words, and saving says what they change', () => {
    expect(adapterWords(full)).toEqual([
      'system prompt',
      '1 replacement',
      'sets temperature, reasoning, stop',
      'leaves out seed',
      'at most 800 tokens',
    ]);
    const chain: DraftEntry[] = [
      { target: 'claude', enabled: true, adapter: null },
      { target: 'gpt-us', enabled: true, adapter: full },
    ];
    const changed = setEntryAdapter(setEntryAdapter(chain, 'claude', { maxTokens: 5 }), 'gpt-us', null);
    const said = chainChanges(chain, changed, demoTargets());
    expect(said).toHaveLength(2);
    expect(said[0]).toContain('gets a changed prompt: at most 5 tokens.');
    expect(said[1]).toContain('gets the prompt as it came.');
  });

  test('are the same whatever the order of their fields', () => {
    expect(sameAdapter({ set: { a: 1, b: 2 }, maxTokens: 3 }, { maxTokens: 3, set: { b: 2, a: 1 } })).toBe(
      true,
    );
    expect(sameAdapter({ set: { a: 1 } }, { set: { a: 2 } })).toBe(false);
    expect(sameAdapter(null, {})).toBe(true);
  });
});
