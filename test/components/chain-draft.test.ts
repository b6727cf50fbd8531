import { describe, expect, test } from 'vitest';
import { chainChanges } from '#components/flow/chain-changes.ts';
import {
  addEntry,
  chainBody,
  chainRoles,
  type DraftEntry,
  moveEntry,
  removeEntry,
  sameChain,
  setEntryAdapter,
  setEntryEnabled,
} from '#components/flow/chain-draft.ts';
import { targetLabel } from '#components/flow/target-label.ts';
import { demoTargets } from './flow-fixtures.ts';

const targets = demoTargets();
const entry = (target: string, enabled = true): DraftEntry => ({ target, enabled, adapter: null });
const chain = ['gpt-us', 'gpt-eu', 'claude'].map((slug) => entry(slug));
const order = (draft: DraftEntry[]) => draft.map((each) => each.target).join(' ');

describe('a chain draft', () => {
  test('moves one entry and keeps the others in order', () => {
    expect(order(moveEntry(chain, 2, 0))).toBe('claude gpt-us gpt-eu');
    expect(order(moveEntry(chain, 0, 9))).toBe('gpt-eu claude gpt-us');
    expect(order(moveEntry(chain, 7, 0))).toBe('gpt-us gpt-eu claude');
  });

  test('never holds a target twice', () => {
    expect(order(addEntry(chain, 'gpt-us'))).toBe('gpt-us gpt-eu claude');
    expect(order(addEntry(chain, 'mini'))).toBe('gpt-us gpt-eu claude mini');
  });

  test('is equal to another by order, enablement and rules for prompts', () => {
    expect(sameChain(chain, [...chain])).toBe(true);
    expect(sameChain(chain, moveEntry(chain, 0, 1))).toBe(false);
    expect(sameChain(chain, setEntryEnabled(chain, 'claude', false))).toBe(false);
    expect(sameChain(chain, removeEntry(chain, 'claude'))).toBe(false);
    expect(sameChain(chain, setEntryAdapter(chain, 'claude', { maxTokens: 9 }))).toBe(false);
  });

  test('sends an adapter along, so that reordering does not lose it', () => {
    const withAdapter = [{ ...entry('claude'), adapter: { systemSuffix: 'Be brief.' } }, entry('gpt-us')];
    expect(chainBody(withAdapter)).toEqual([
      { target: 'claude', enabled: true, adapter: { systemSuffix: 'Be brief.' } },
      { target: 'gpt-us', enabled: true },
    ]);
  });
});

describe('the roles of a chain', () => {
  test('the first callable target is the primary; its family are alternates, others backups', () => {
    expect(chainRoles(chain, targets)).toEqual(['primary', 'alternate', 'backup']);
    expect(chainRoles(moveEntry(chain, 2, 0), targets)).toEqual(['primary', 'backup', 'backup']);
  });

  test('a disabled entry, or one whose target is disabled, is passed over', () => {
    expect(chainRoles(setEntryEnabled(chain, 'gpt-us', false), targets)).toEqual([
      'disabled',
      'primary',
      'backup',
    ]);
    expect(chainRoles([entry('off'), entry('claude')], targets)).toEqual(['disabled', 'primary']);
  });
});

describe('what a draft changes', () => {
  test('nothing when the order is the same', () => {
    expect(chainChanges(chain, [...chain], targets)).toEqual([]);
  });

  test('a new primary is said as that, and the others that merely slid are not listed', () => {
    expect(chainChanges(chain, moveEntry(chain, 2, 0), targets)).toEqual([
      'claude-sonnet (Anthropic) becomes the primary.',
    ]);
  });

  test('moves, additions, removals and enablement are each named once', () => {
    const after = [entry('gpt-us'), entry('claude', false), entry('mini')];
    expect(chainChanges(chain, after, targets)).toEqual([
      'claude-sonnet (Anthropic) is disabled: it is never called for this flow.',
      'gpt-mini (us-east) is added at position 3.',
      'gpt-4o (eu-west) is removed.',
    ]);
    expect(chainChanges(chain, moveEntry(chain, 1, 2), targets)).toHaveLength(1);
  });

  test('disabling everything says that no primary is left', () => {
    const off = chain.map((each) => ({ ...each, enabled: false }));
    expect(chainChanges(chain, off, targets)[0]).toBe('No target is left to be the primary.');
  });
});

describe('the label of a target', () => {
  test('is its model and place, and its slug where two would read the same', () => {
    expect(targetLabel(targets, 'gpt-us')).toBe('gpt-4o (us-east)');
    expect(targetLabel(targets, 'claude')).toBe('claude-sonnet (Anthropic)');
    expect(targetLabel(targets, 'gone')).toBe('gone');
    const twins = new Map(targets);
    const twin = targets.get('gpt-us');
    if (twin) twins.set('gpt-us-2', { ...twin, slug: 'gpt-us-2' });
    expect(targetLabel(twins, 'gpt-us-2')).toBe('gpt-4o (us-east) [gpt-us-2]');
  });
});
