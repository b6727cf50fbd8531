import { describe, expect, test } from 'vitest';
import type { DraftEntry } from '#components/flow/chain-draft.ts';
import { consequences } from '#components/flow/consequences.ts';
import { flowNow, flowSentence } from '#components/flow/flow-now.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { type PolicyInput, policySchema } from '#lib/contract/policy.ts';
import { breakerView, demoTargets } from './flow-fixtures.ts';

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

describe('who answers a flow now', () => {
  const draft = chain('gpt-us', 'gpt-eu', 'claude');
  const lookup =
    (...views: BreakerView[]) =>
    (scope: string, id: string) =>
      views.find((view) => view.scope === scope && view.id === id);
  const open = {
    effective: 'open',
    state: 'open',
    openUntilWallMs: 5000,
    why: '5 failures in a row.',
  } as const;

  test('the primary while its breakers are closed', () => {
    const now = flowNow(draft, policy({}), targets, lookup());
    expect(now).toMatchObject({ primary: 'gpt-us', servedBy: 'gpt-us', degraded: false, blocked: null });
    expect(flowSentence(now, policy({}), targets)).toBe('Serving from its primary, gpt-4o (us-east).');
  });

  test('an alternate, undegraded, when the primary is open', () => {
    const now = flowNow(
      draft,
      policy({ mode: 'quality' }),
      targets,
      lookup(breakerView('target', 'gpt-us', open)),
    );
    expect(now).toMatchObject({ servedBy: 'gpt-eu', degraded: false });
    expect(now.blocked).toMatchObject({ kind: 'open', untilWallMs: 5000 });
  });

  test('an open provider takes all its targets away', () => {
    const mixed = policy({ mode: 'mixed', badge });
    const now = flowNow(draft, mixed, targets, lookup(breakerView('provider', 'openai', open)));
    expect(now).toMatchObject({ servedBy: 'claude', highStakes: null, degraded: true });
    expect(flowSentence(now, mixed, targets)).toBe(
      'gpt-4o (us-east) is open; answered by claude-sonnet (Anthropic), with the badge. High-stakes requests are told “Try again in a moment.”',
    );
  });

  test('a quality flow refuses rather than serve a backup model', () => {
    const now = flowNow(
      draft,
      policy({ mode: 'quality' }),
      targets,
      lookup(breakerView('provider', 'openai', open)),
    );
    expect(now).toMatchObject({ servedBy: null, degraded: true });
  });

  test('a cooldown blocks its target, a forced-closed breaker does not', () => {
    const cooled = { cooldown: { untilWallMs: 9, class: 'rate_limited', message: '429' } };
    expect(
      flowNow(draft, policy({}), targets, lookup(breakerView('target', 'gpt-us', cooled))).blocked,
    ).toEqual({
      kind: 'cooldown',
      why: '429',
      untilWallMs: 9,
    });
    const forced = { ...open, effective: 'forced_closed' } as const;
    expect(
      flowNow(draft, policy({}), targets, lookup(breakerView('target', 'gpt-us', forced))).servedBy,
    ).toBe('gpt-us');
  });
});
