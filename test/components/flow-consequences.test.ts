import { describe, expect, test } from 'vitest';
import type { DraftEntry } from '#components/flow/chain-draft.ts';
import { consequences } from '#components/flow/consequences.ts';
import { type PolicyInput, policySchema } from '#lib/contract/policy.ts';
import { demoTargets } from './flow-fixtures.ts';

const targets = demoTargets();
const chain = (...slugs: string[]): DraftEntry[] =>
  slugs.map((target) => ({ target, enabled: true, adapter: null }));
const policy = (own: PolicyInput) => policySchema.parse(own);
const badge = { on: true, text: 'Answered by backup model' };

describe('the consequences of a flow', () => {
  test('mixed: low stakes get the backup with the badge, high stakes are told to try again', () => {
    const draft = chain('gpt-us', 'claude');
    expect(consequences({ draft, targets, policy: policy({ mode: 'mixed', badge }) })).toEqual([
      'Normally gpt-4o (us-east) answers.',
      'If gpt-4o (us-east) is down: low stakes: claude-sonnet (Anthropic) answers, with the badge “Answered by backup model”; high stakes: callers get the error “Try again in a moment.” and may try again after 30 s.',
      'If everything is down: callers get the error “Try again in a moment.” and may try again after 30 s.',
    ]);
  });

  test('an alternate answers everyone in every mode, without a badge', () => {
    for (const mode of ['availability', 'quality', 'mixed'] as const) {
      const said = consequences({
        draft: chain('gpt-us', 'gpt-eu'),
        targets,
        policy: policy({ mode, badge }),
      });
      expect(said[1]).toBe(
        'If gpt-4o (us-east) is down: gpt-4o (eu-west) answers, the same model, without a badge.',
      );
    }
  });

  test('a chain with an alternate and a backup also says what happens when the model is down everywhere', () => {
    const said = consequences({
      draft: chain('gpt-us', 'gpt-eu', 'claude'),
      targets,
      policy: policy({ mode: 'availability' }),
    });
    expect(said[2]).toBe(
      'If gpt-4o is down everywhere: claude-sonnet (Anthropic) answers, and users are not told.',
    );
  });

  test('quality never promises a backup model', () => {
    const said = consequences({
      draft: chain('gpt-us', 'claude'),
      targets,
      policy: policy({ mode: 'quality', degraded: { as: 'message', message: 'Back soon.' } }),
    });
    expect(said[1]).toBe(
      'If gpt-4o (us-east) is down: callers get the message “Back soon.”, marked as degraded.',
    );
  });

  test('a chain without an enabled target says so', () => {
    expect(consequences({ draft: chain('off'), targets, policy: policy({}) })).toHaveLength(1);
  });
});
