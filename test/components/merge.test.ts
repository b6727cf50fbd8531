import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DraftEntry } from '#components/flow/chain-draft.ts';
import { type FlowContent, sameContent } from '#components/flow/draft-content.ts';
import { merge, mergeFields, type Side, type ThreeWays } from '#components/flow/merge.ts';
import { type PolicyInput, policySchema } from '#lib/contract/policy.ts';
import { contentsOf } from './flow-content-arbitraries.ts';

const entry = (target: string, own: Partial<DraftEntry> = {}): DraftEntry => ({
  target,
  enabled: true,
  adapter: null,
  ...own,
});
const content = (policy: PolicyInput = {}, chain = [entry('gpt'), entry('claude')]): FlowContent => ({
  chain,
  policy: policySchema.parse(policy),
});
const base = content();
const NONE = new Map<string, Side>();
const fields = (ways: ThreeWays) => mergeFields(ways, (slug) => slug.toUpperCase());
const states = (ways: ThreeWays) => fields(ways).map(({ path, state }) => `${path} ${state}`);

describe('a three-way merge', () => {
  test('takes what only one side changed, from each side', () => {
    const ways = {
      base,
      theirs: content({ mode: 'quality', badge: { on: true } }),
      mine: content({ timeouts: { idleSeconds: 9 } }, [entry('claude'), entry('gpt')]),
    };
    expect(states(ways)).toEqual([
      'chain mine',
      'policy.mode theirs',
      'policy.badge.on theirs',
      'policy.timeouts.idleSeconds mine',
    ]);
    expect(merge(ways, NONE)).toEqual(
      content({ mode: 'quality', badge: { on: true }, timeouts: { idleSeconds: 9 } }, [
        entry('claude'),
        entry('gpt'),
      ]),
    );
  });

  test('merges two fields of one part, and asks only about the field that both changed', () => {
    const ways = {
      base,
      theirs: content({ badge: { on: true, text: 'Theirs' } }),
      mine: content({ badge: { text: 'Mine' }, degraded: { message: 'Later.' } }),
    };
    expect(fields(ways)).toContainEqual({
      path: 'policy.badge.text',
      label: 'Badge text',
      base: '“Answered by backup model”',
      theirs: '“Theirs”',
      mine: '“Mine”',
      state: 'conflict',
    });
    const badge = (choice: Side) => merge(ways, new Map([['policy.badge.text', choice]])).policy.badge;
    expect(badge('theirs')).toMatchObject({ on: true, text: 'Theirs' });
    expect(badge('mine')).toMatchObject({ on: true, text: 'Mine' });
  });

  test('the same change on both sides is no conflict', () => {
    const both = content({ mode: 'mixed' });
    expect(states({ base, theirs: both, mine: both })).toEqual(['policy.mode both']);
  });

  test('two orders are a conflict, told as the orders', () => {
    const ways = {
      base: content({}, [entry('a'), entry('b'), entry('c')]),
      theirs: content({}, [entry('b'), entry('a'), entry('c')]),
      mine: content({}, [entry('a'), entry('c'), entry('b'), entry('d')]),
    };
    expect(fields(ways)).toEqual([
      {
        path: 'chain',
        label: 'Targets and their order',
        base: 'A, B, C',
        theirs: 'B, A, C',
        mine: 'A, C, B, D',
        state: 'conflict',
      },
    ]);
    const order = (choice: Side) =>
      merge(ways, new Map([['chain', choice]])).chain.map(({ target }) => target);
    expect(order('theirs')).toEqual(['b', 'a', 'c']);
    expect(order('mine')).toEqual(['a', 'c', 'b', 'd']);
  });

  test('a switch and the prompt rules of one target merge apart from the order', () => {
    const ways = {
      base,
      theirs: content({}, [entry('claude', { enabled: false }), entry('gpt')]),
      mine: content({}, [entry('gpt'), entry('claude', { adapter: { systemPrefix: 'Be brief.' } })]),
    };
    expect(states(ways)).toEqual([
      'chain theirs',
      'chain.claude.enabled theirs',
      'chain.claude.adapter mine',
    ]);
    expect(merge(ways, NONE).chain).toEqual([
      entry('claude', { enabled: false, adapter: { systemPrefix: 'Be brief.' } }),
      entry('gpt'),
    ]);
  });

  test('a target that they removed while I changed it is asked about, in both directions', () => {
    const changed = content({}, [entry('gpt'), entry('claude', { enabled: false })]);
    const removed = content({}, [entry('gpt')]);
    const ways = { base, theirs: removed, mine: changed };
    expect(states(ways)).toEqual(['chain conflict']);
    expect(states({ base, theirs: changed, mine: removed })).toEqual(['chain conflict']);
    expect(merge(ways, new Map([['chain', 'theirs']]))).toEqual(removed);
    expect(merge(ways, new Map([['chain', 'mine']]))).toEqual(changed);
    expect(merge({ base, theirs: changed, mine: removed }, new Map([['chain', 'theirs']]))).toEqual(changed);
  });

  test('a number that is still empty in my form stays mine', () => {
    const mine = {
      ...base,
      policy: { ...base.policy, retry: { ...base.policy.retry, maxAttempts: '' as const } },
    };
    const merged = merge({ base, theirs: content({ mode: 'quality' }), mine }, NONE);
    expect(merged.policy).toMatchObject({ mode: 'quality', retry: { maxAttempts: '' } });
  });
});

describe('whatever was changed', () => {
  const any = contentsOf(['a', 'b', 'c']);

  test('of one side alone is the result, without a question', () => {
    fc.assert(
      fc.property(any, any, (from, to) => {
        expect(sameContent(merge({ base: from, theirs: from, mine: to }, NONE), to)).toBe(true);
        const theirs = { base: from, theirs: to, mine: from };
        expect(sameContent(merge(theirs, NONE), to)).toBe(true);
        for (const { state } of fields(theirs)) expect(state).toBe('theirs');
      }),
    );
  });

  test('all conflicts decided for one side leave every field of that side that is not the other’s own change', () => {
    fc.assert(
      fc.property(any, any, any, fc.constantFrom<Side>('theirs', 'mine'), (from, theirs, mine, side) => {
        const ways = { base: from, theirs, mine };
        const found = fields(ways);
        const choices = new Map(found.map(({ path }) => [path, side]));
        const merged = merge(ways, choices);
        const against = fields({ base: from, theirs: merged, mine: side === 'mine' ? mine : theirs });
        const other: Side = side === 'mine' ? 'theirs' : 'mine';
        const owned = new Set(found.filter(({ state }) => state === other).map(({ path }) => path));
        for (const field of against) {
          if (field.path.startsWith('policy.') && field.theirs !== field.mine)
            expect(owned).toContain(field.path);
        }
      }),
    );
  });
});
