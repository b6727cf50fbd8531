import { describe, expect, test } from 'vitest';
import {
  retryAfterSeconds,
  safeReturnPath,
  setupRefusal,
  signInRefusal,
} from '#components/auth/auth-errors.ts';
import { FAULT_TEXTS, faultSentence, modelsAt } from '#components/simulator/fault-words.ts';
import { FAULTS, type SimulatorView } from '#lib/contract/simulator.ts';

describe('a refused sign-in', () => {
  test('never says which of email and password was wrong', () => {
    expect(signInRefusal(401, null)).toEqual(signInRefusal(403, null));
  });

  test('too many attempts says when to try again', () => {
    const wait = retryAfterSeconds(new Headers({ 'x-retry-after': '42' }), 0);
    expect(signInRefusal(429, wait).advice).toContain('in 42 s');
    expect(signInRefusal(429, 600).advice).toContain('10 minutes');
    expect(retryAfterSeconds(new Headers({ 'retry-after': new Date(5000).toUTCString() }), 2000)).toBe(3);
    expect(retryAfterSeconds(new Headers(), 0)).toBeNull();
  });

  test('a used set-up link says what to do', () => {
    expect(setupRefusal(409, null, null).advice).toContain('prints a new link');
  });

  test('only a path of this site is returned to', () => {
    expect(safeReturnPath('/flows?x=1')).toBe('/flows?x=1');
    for (const bad of ['//evil.example', '/\\evil.example', 'https://evil.example', '', null]) {
      expect(safeReturnPath(bad)).toBe('/');
    }
  });
});

describe('simulated faults', () => {
  const view: SimulatorView = {
    running: true,
    traffic: true,
    faults: [],
    providers: [
      {
        slug: 'sim-openai',
        name: 'OpenAI (simulated)',
        endpoints: [
          { slug: 'us-east', region: 'us-east', models: ['gpt-4o', 'gpt-4o-mini'] },
          { slug: 'eu-west', region: 'eu-west', models: ['gpt-4o'] },
        ],
      },
    ],
  };

  test('every fault has its own words', () => {
    expect(new Set(FAULTS.map((fault) => FAULT_TEXTS[fault].label)).size).toBe(FAULTS.length);
  });

  test('a rule is said with only what it narrows', () => {
    const rule = { id: '1', sinceWallMs: 0, provider: 'sim-openai', fault: 'silence', share: 1 } as const;
    expect(faultSentence(rule, view)).toBe('OpenAI (simulated): silence');
    expect(faultSentence({ ...rule, endpoint: 'us-east', model: 'gpt-4o', share: 0.5 }, view)).toBe(
      'OpenAI (simulated), us-east, gpt-4o: silence for 50 % of calls',
    );
  });

  test('models are those of the chosen place', () => {
    expect(modelsAt(view, 'sim-openai', null)).toEqual(['gpt-4o', 'gpt-4o-mini']);
    expect(modelsAt(view, 'sim-openai', 'eu-west')).toEqual(['gpt-4o']);
    expect(modelsAt(view, 'other', null)).toEqual([]);
  });
});
