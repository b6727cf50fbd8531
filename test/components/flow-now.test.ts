import { describe, expect, test } from 'vitest';
import { chainRoles, type DraftEntry } from '#components/flow/chain-draft.ts';
import { type FlowNowInput, flowNow, flowSentence, shortWhy } from '#components/flow/flow-now.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { type PolicyInput, policySchema } from '#lib/contract/policy.ts';
import { breakerView, demoTargets } from './flow-fixtures.ts';

const targets = demoTargets();
const scopes: [BreakerView['scope'], string][] = [
  ['target', 'gpt-us'],
  ['target', 'gpt-eu'],
  ['target', 'claude'],
  ['provider', 'openai'],
];

/** gpt-us, gpt-eu and claude in this order, all closed but what is given. */
function input(policy: PolicyInput, ...views: BreakerView[]): FlowNowInput {
  const draft: DraftEntry[] = ['gpt-us', 'gpt-eu', 'claude'].map((target) => ({
    target,
    enabled: true,
    adapter: null,
  }));
  const roles = chainRoles(draft, targets);
  const chain = draft.map((entry, at) => ({ ...entry, role: roles[at] ?? 'disabled' }));
  const all = [...scopes.map(([scope, id]) => breakerView(scope, id, {})), ...views];
  return {
    flow: { chain, policy: policySchema.parse(policy) },
    targets,
    breakers: new Map(all.map((view) => [`${view.scope}:${view.id}`, view])),
    now: 1000,
  };
}

const say = (given: FlowNowInput) => flowSentence(flowNow(given), given, (ms) => `T${ms}`);
const open = {
  effective: 'open',
  state: 'open',
  outageSinceWallMs: null,
  openUntilWallMs: 5000,
  sinceWallMs: 7,
  why: '5 failures in a row.',
} as const;

describe('who answers a flow now', () => {
  test('the primary while its breakers are closed', () => {
    expect(say(input({}))).toBe('Serving from its primary, gpt-4o (us-east).');
  });

  test('an alternate, as the same model, when the primary is open', () => {
    expect(say(input({ mode: 'quality' }, breakerView('target', 'gpt-us', open)))).toBe(
      'gpt-4o (us-east) is open since T7 (5 failures in a row); answered by gpt-4o (eu-west), the same model.',
    );
  });

  test('an open provider takes all its targets away, and high stakes are told so', () => {
    const given = input({ mode: 'mixed', badge: { on: true } }, breakerView('provider', 'openai', open));
    expect(flowNow(given).servedBy?.slug).toBe('claude');
    expect(flowNow(given).highStakes).toBeNull();
    expect(say(given)).toBe(
      'gpt-4o (us-east) is open with its provider openai since T7 (5 failures in a row); answered by claude-sonnet (Anthropic), with the badge. High-stakes requests are told “Try again in a moment.”',
    );
  });

  test('a quality flow refuses rather than serve a backup model', () => {
    const given = input({ mode: 'quality' }, breakerView('provider', 'openai', open));
    expect(flowNow(given).servedBy).toBeNull();
    expect(say(given)).toContain('nobody may answer');
  });

  test('a forced-open primary names who did it and why', () => {
    const override = {
      scope: 'target',
      id: 'gpt-us',
      kind: 'forced_open',
      reason: 'Provider incident',
      by: 'user:ana@example.com',
      setAtWallMs: 0,
      expiresAtWallMs: null,
    } as const;
    const given = input({}, breakerView('target', 'gpt-us', { effective: 'forced_open', override }));
    expect(say(given)).toContain('is forced open by ana (Provider incident)');
  });

  test('a cooldown passes its target over until it ends', () => {
    const cooldown = { untilWallMs: 9000, class: 'rate_limited', message: '429' };
    expect(say(input({}, breakerView('target', 'gpt-us', { cooldown })))).toContain(
      'is cooling down until T9000',
    );
  });
});

test('a long cause loses what the provider said, a short one is kept whole', () => {
  const long = `A probe failed: ${'The server had an error. '.repeat(4)}`;
  expect(shortWhy(long)).toBe('a probe failed');
  expect(shortWhy('12 of 20 calls failed in 60 s: 9 server errors.')).toBe(
    '12 of 20 calls failed in 60 s: 9 server errors',
  );
});
