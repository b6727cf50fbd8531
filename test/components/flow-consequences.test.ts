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

const says = (draft: DraftEntry[], own: PolicyInput) =>
  consequences({ draft, targets, policy: policy(own) }).map(({ when, outcomes }) => [when, ...outcomes]);
const refused = 'allers get the error “Try again in a moment.” and may try again after 30 s.';

describe('the consequences of a flow', () => {
  test('mixed: low stakes get the backup with the badge, high stakes are told to try again', () => {
    expect(says(chain('gpt-us', 'claude'), { mode: 'mixed', badge })).toEqual([
      ['Normally', 'gpt-4o (us-east) answers.'],
      [
        'If gpt-4o (us-east) is down',
        'Low stakes: claude-sonnet (Anthropic) answers, with the badge “Answered by backup model”.',
        `High stakes: c${refused}`,
      ],
      ['If everything is down', `C${refused}`],
    ]);
  });

  test('an alternate answers everyone in every mode, without a badge', () => {
    for (const mode of ['availability', 'quality', 'mixed'] as const) {
      expect(says(chain('gpt-us', 'gpt-eu'), { mode, badge })[1]).toEqual([
        'If gpt-4o (us-east) is down',
        'gpt-4o (eu-west) answers, the same model, without a badge.',
      ]);
    }
  });

  test('a chain with an alternate and a backup also says what happens when the model is down everywhere', () => {
    expect(says(chain('gpt-us', 'gpt-eu', 'claude'), { mode: 'availability' })[2]).toEqual([
      'If gpt-4o is down everywhere',
      'claude-sonnet (Anthropic) answers, and users are not told.',
    ]);
  });

  test('quality never promises a backup model', () => {
    const degraded = { as: 'message', message: 'Back soon.' } as const;
    expect(says(chain('gpt-us', 'claude'), { mode: 'quality', degraded })[1]).toEqual([
      'If gpt-4o (us-east) is down',
      'Callers get the message “Back soon.”, marked as degraded.',
    ]);
  });

  test('a chain without an enabled target says so', () => {
    expect(says(chain('off'), {})).toEqual([
      ['No target is enabled', `Every request is refused: c${refused}`],
    ]);
  });
});
