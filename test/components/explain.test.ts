import { describe, expect, test } from 'vitest';
import { downChoices, explainBody, type Question, questionWords } from '#components/flow/explain-question.ts';
import { roleWords, stepRole, verdictWords } from '#components/flow/explain-words.ts';
import { type ExplainStep, explainInputSchema } from '#lib/contract/explain.ts';
import { demoTargets } from './flow-fixtures.ts';

const rest: Question = { stakes: null, asks: [], tokens: null, down: [] };
const question = (own: Partial<Question>): Question => ({ ...rest, ...own });

describe('a question about a request that nobody sends', () => {
  test('at rest is about an ordinary one, now', () => {
    expect(explainBody(rest)).toEqual(explainInputSchema.parse({}));
    expect(questionWords(rest)).toBe('an ordinary request');
  });

  test('is the same request in the body and in words', () => {
    const asked = question({
      stakes: 'high',
      asks: ['tools', 'vision', 'whole'],
      tokens: 5000,
      down: ['provider:openai', 'endpoint:openai.us-east'],
    });
    expect(explainInputSchema.parse(explainBody(asked))).toEqual({
      stakes: 'high',
      stream: false,
      needs: { tools: true, vision: true, jsonSchema: false },
      inputTokens: 5000,
      assume: [
        { scope: 'provider', id: 'openai', state: 'open' },
        { scope: 'endpoint', id: 'openai.us-east', state: 'open' },
      ],
    });
    expect(questionWords(asked)).toBe(
      'a high-stakes request with tools and images answered whole of 5000 tokens, if provider openai and endpoint openai.us-east are down',
    );
  });

  test('a link with nonsense in it still opens the page', () => {
    expect(explainBody(question({ down: ['moon:x', 'target:', 'plain', ''] })).assume).toEqual([]);
  });

  test('offers all that the chain stands on, each once', () => {
    const choices = downChoices(
      [{ target: 'gpt-us' }, { target: 'mini' }, { target: 'claude' }],
      demoTargets(),
    );
    expect(choices.map(({ group, items }) => [group, items.map(({ value }) => value)])).toEqual([
      ['Targets', ['target:gpt-us', 'target:mini', 'target:claude']],
      ['Endpoints', ['endpoint:openai.us-east', 'endpoint:anthropic.global']],
      ['Providers', ['provider:openai', 'provider:anthropic']],
    ]);
  });
});

describe('a step of the answer', () => {
  const step = (own: Partial<ExplainStep>): ExplainStep => ({
    target: 'gpt-us',
    verdict: 'standby',
    alternate: false,
    reason: null,
    scope: null,
    scopeId: null,
    text: '',
    dueAtWallMs: null,
    ...own,
  });
  const plan = { primary: 'gpt-us', lastResort: null };

  test('says what becomes of the target and how it stands to the primary', () => {
    expect(verdictWords(step({ verdict: 'chosen' }), plan)).toBe('called first');
    expect(verdictWords(step({ verdict: 'chosen', reason: 'cooldown' }), plan)).toBe('waited for');
    expect(verdictWords(step({ verdict: 'chosen' }), { ...plan, lastResort: 'gpt-us' })).toBe(
      'called as a last resort',
    );
    expect(roleWords(step({}), plan)).toBe('primary');
    expect(roleWords(step({ target: 'gpt-eu', alternate: true }), plan)).toBe('alternate: same model');
    expect(roleWords(step({ target: 'claude' }), plan)).toBe('backup model');
    expect(roleWords(step({ target: 'off', reason: 'disabled' }), plan)).toBe('disabled');
  });

  test('has a colour only when something is wrong', () => {
    expect(stepRole(step({}))).toBe('stale');
    expect(stepRole(step({ verdict: 'chosen' }))).toBe('carry');
    expect(stepRole(step({ verdict: 'skipped', reason: 'breaker_open' }))).toBe('open');
    expect(stepRole(step({ verdict: 'skipped', reason: 'ramp' }))).toBe('probe');
    expect(stepRole(step({ verdict: 'skipped', reason: 'incapable' }))).toBe('stale');
  });
});
