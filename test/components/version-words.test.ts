import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markChanges } from '#components/flow/changed-consequences.ts';
import { consequences } from '#components/flow/consequences.ts';
import { contentChanges, type FlowContent } from '#components/flow/draft-content.ts';
import { pointerWords } from '#components/flow/version/pointer-words.ts';
import { pointerChanges } from '#components/flow/version/pointers.ts';
import { reasonFault } from '#components/flow/version/publish-reason.ts';
import { type PolicyInput, policySchema } from '#lib/contract/policy.ts';
import { contentsOf } from './flow-content-arbitraries.ts';
import { demoProviders, demoTargets } from './flow-fixtures.ts';

const targets = demoTargets();
const content = (policy: PolicyInput, ...slugs: string[]): FlowContent => ({
  chain: slugs.map((target) => ({ target, enabled: true, adapter: null })),
  policy: policySchema.parse(policy),
});

describe('what publishing changes', () => {
  const before = content({}, 'gpt-us', 'claude');
  const after: FlowContent = {
    ...content({ mode: 'quality', badge: { on: true } }, 'claude', 'gpt-us', 'mini'),
    chain: [
      { target: 'claude', enabled: true, adapter: { systemPrefix: 'Be brief.' } },
      { target: 'gpt-us', enabled: false, adapter: null },
      { target: 'mini', enabled: true, adapter: null },
    ],
  };

  test('is told in sentences, the chain first, then the policy in the form’s order', () => {
    expect(contentChanges(before, after, targets)).toEqual([
      'claude-sonnet (Anthropic) becomes the primary.',
      'gpt-4o (us-east) moves from position 1 to position 2.',
      'claude-sonnet (Anthropic) gets a changed prompt: system prompt.',
      'gpt-4o (us-east) is disabled: it is never called for this flow.',
      'gpt-mini (us-east) is added at position 3.',
      'Mode: availability becomes quality.',
      'Badge: off becomes on.',
    ]);
  });

  test('is told exactly as pointers, with both values', () => {
    expect(pointerChanges(before, after)).toEqual([
      { path: '/chain', op: 'change', before: ['gpt-us', 'claude'], after: ['claude', 'gpt-us', 'mini'] },
      { path: '/chain/gpt-us/enabled', op: 'change', before: true, after: false },
      { path: '/chain/claude/adapter', op: 'add', after: { systemPrefix: 'Be brief.' } },
      { path: '/chain/mini', op: 'add', after: { enabled: true } },
      { path: '/policy/mode', op: 'change', before: 'availability', after: 'quality' },
      { path: '/policy/badge/on', op: 'change', before: false, after: true },
    ]);
  });

  test('of a version in the list is told from its pointers alone', () => {
    expect(pointerWords(pointerChanges(before, after), (slug) => slug.toUpperCase())).toEqual([
      'The order becomes CLAUDE, GPT-US and MINI.',
      'GPT-US is disabled.',
      'The prompt rules for CLAUDE change.',
      'MINI is added.',
      'Mode: availability becomes quality.',
      'Badge: off becomes on.',
    ]);
    const removed = pointerChanges(content({}, 'gpt-us', 'claude'), content({}, 'claude'));
    expect(pointerWords(removed, (slug) => slug)).toEqual(['gpt-us is removed.']);
  });

  test('is something exactly when the contents differ, in sentences and in pointers alike', () => {
    const any = contentsOf(['gpt-us', 'claude', 'mini']);
    fc.assert(
      fc.property(any, any, (one, other) => {
        expect(contentChanges(one, one, targets)).toEqual([]);
        expect(pointerChanges(one, one)).toEqual([]);
        const differ = contentChanges(one, other, targets).length > 0;
        expect(pointerChanges(one, other).length > 0).toBe(differ);
      }),
    );
  });

  test('needs a reason of ten characters', () => {
    expect(reasonFault('too short')).toContain('at least 10 characters');
    expect(reasonFault('   short   ')).toContain('at least 10 characters');
    expect(reasonFault('long enough')).toBeNull();
  });
});

describe('what follows from a draft', () => {
  const providers = demoProviders();
  const said = (policy: PolicyInput, ...slugs: string[]) => {
    const { chain } = content({}, ...slugs);
    return consequences({ chain, policy: policySchema.parse(policy), targets, providers });
  };
  const marked = (draft: ReturnType<typeof said>, live: ReturnType<typeof said>) =>
    markChanges(live, draft).filter(({ today }) => today.length > 0);

  test('is marked only where it is not so today, with what is so today', () => {
    const live = said({ mode: 'mixed' }, 'gpt-us', 'gpt-eu', 'claude');
    const draft = said({ mode: 'mixed', badge: { on: true } }, 'gpt-us', 'gpt-eu', 'claude');
    const changes = marked(draft, live);
    expect(changes.map(({ key }) => key)).toEqual(['rate_limited', 'model_down', 'vendor_dark']);
    expect(changes[2]?.outcomes.map(({ stakes, changed }) => [stakes, changed])).toEqual([
      ['low', true],
      ['high', false],
    ]);
    expect(changes[2]?.today[0]).toEqual({
      stakes: 'low',
      text: 'claude-sonnet (Anthropic) answers, and users are not told.',
    });
  });

  test('of an unchanged draft is not marked at all', () => {
    expect(marked(said({}, 'gpt-us', 'claude'), said({}, 'gpt-us', 'claude'))).toEqual([]);
  });

  test('with another primary names today’s case', () => {
    const changes = marked(said({}, 'claude', 'gpt-us'), said({}, 'gpt-us', 'claude'));
    expect(changes.find(({ key }) => key === 'vendor_dark')).toMatchObject({
      when: 'If all of Anthropic is down',
      today: [
        { text: 'If all of OpenAI is down: claude-sonnet (Anthropic) answers, and users are not told.' },
      ],
    });
  });
});
