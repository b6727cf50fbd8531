import { describe, expect, it } from 'vitest';
import { availableActions } from '#components/breaker/available-actions.ts';
import { checkDraft, EMPTY_DRAFT, toOverride, withQuickPick } from '#components/breaker/override-form.ts';
import { conditionOf, conditionText, drainWord, nextStep } from '#components/breaker/state-meta.ts';
import { overrideSummary } from '#components/shell/override-summary.ts';
import { targetSentence } from '#components/target/target-sentence.ts';
import { breaker, NOON, openBreaker, override } from './live-factories.ts';

const text = (view: ReturnType<typeof breaker>, enabled = true) =>
  conditionText(conditionOf({ view, enabled, now: NOON }), view, NOON);

describe('the words of a state badge', () => {
  it.each([
    ['closed', breaker('a'), 'Closed'],
    ['open with a probe due', openBreaker('a'), 'Open · probe in 12 s'],
    ['open, overdue', openBreaker('a', { openUntilWallMs: NOON - 1 }), 'Open · waiting for traffic'],
    [
      'half-open',
      breaker('a', {
        state: 'half_open',
        probe: { successes: 1, needed: 2, inFlight: false, leaseUntilWallMs: null },
      }),
      'Probing 1/2 · 1 more to close',
    ],
    ['forced open', breaker('a', { override: override('forced_open') }), 'FORCED OPEN · 43 min left'],
    [
      'forced closed for good',
      breaker('a', { override: override('forced_closed', { expiresAtWallMs: null }) }),
      'FORCED CLOSED · until cleared',
    ],
    [
      'cooling',
      breaker('a', { cooldown: { untilWallMs: NOON + 8_000, class: 'rate_limited', message: '' } }),
      'Cooling · 8 s left',
    ],
  ])('%s', (_name, view, words) => {
    expect(text(view)).toBe(words);
  });

  it('says disabled whatever the breaker holds, and unknown without one', () => {
    expect(text(openBreaker('a'), false)).toBe('Disabled');
    expect(conditionOf({ view: undefined, now: NOON })).toBe('unknown');
  });

  it.each([
    ['calls under way', 3, 'Draining · 3 in flight'],
    ['the last one gone', 0, 'Drained'],
    ['nothing heard of its calls', null, 'Disabled'],
  ])('counts down what runs at a target that is off: %s', (_case, inFlight, word) => {
    expect(drainWord(inFlight)).toBe(word);
  });

  it('ends a cooldown when its time has come', () => {
    const view = breaker('a', { cooldown: { untilWallMs: NOON, class: 'quota', message: '' } });
    expect(conditionOf({ view, now: NOON })).toBe('closed');
  });

  it('says what follows an override', () => {
    const view = breaker('a', { state: 'open', override: override('forced_closed') });
    expect(nextStep('forced_closed', view, NOON)).toBe('then automatic: open');
  });
});

describe('the sentence of a target', () => {
  const sentence = (view: ReturnType<typeof breaker>, deciding = view) =>
    targetSentence({
      view,
      deciding,
      condition: conditionOf({ view, now: NOON }),
      now: NOON,
      zone: 'utc',
    });

  it('says state, since, why and what happens next', () => {
    expect(sentence(openBreaker('a'))).toBe(
      'Open since 11:51. 12 of 20 calls failed in 60 s: 12 timeouts. Next: probe in 12 s; its successes close it again.',
    );
  });

  it('names the scope above that blocks it', () => {
    expect(sentence(breaker('a'), openBreaker('openai', { scope: 'provider' }))).toContain(
      'Its provider openai is not letting calls through: 12 of 20',
    );
  });

  it('tells who forced it, why, and what lies underneath', () => {
    expect(
      sentence(openBreaker('a', { effective: 'forced_closed', override: override('forced_closed') })),
    ).toBe('Forced closed by ana since 06:00, until 12:43: "Provider incident" Underneath, automatic: open.');
  });
});

describe('what can be done to a breaker', () => {
  const refusals = (view: ReturnType<typeof breaker> | undefined) =>
    Object.fromEntries(availableActions(view, NOON).map(({ action, refusal }) => [action, refusal]));

  it('says why an action cannot work now', () => {
    const closed = refusals(breaker('a'));
    expect(closed['force-open']).toBeNull();
    expect(closed.probe).toBe('It is closed: every call goes through already.');
    expect(closed.clear).toBe('There is no override to clear.');
    expect(refusals(openBreaker('a')).probe).toBeNull();
    expect(refusals(breaker('a', { override: override('forced_open') })).probe).toBe(
      'An override is in force; clear it first.',
    );
  });

  it('offers nothing on a breaker that nobody has reported', () => {
    expect(Object.values(refusals(undefined)).every((refusal) => refusal !== null)).toBe(true);
  });
});

describe('the override form', () => {
  const impact = {
    scope: 'target' as const,
    id: 'a',
    kind: 'forced_open' as const,
    sentences: [],
    flows: [],
    flowsWithoutTarget: ['contract-review'],
  };
  const good = { ...EMPTY_DRAFT, reason: 'Provider incident' };

  it('wants a reason of ten characters', () => {
    expect(checkDraft(EMPTY_DRAFT, undefined).reason).toContain('at least 10 characters');
    expect(checkDraft(good, undefined)).toEqual({});
  });

  it('wants an extra yes for an override without an end, and for a flow left without a target', () => {
    expect(checkDraft({ ...good, expiry: 'never' }, undefined).expiry).toBeDefined();
    expect(checkDraft(good, impact).acknowledge).toBeDefined();
    expect(checkDraft({ ...good, acknowledged: true }, impact)).toEqual({});
  });

  it('sends an hour by default, null for no end, and the acknowledgement only where it is needed', () => {
    expect(toOverride(good, 'forced_open', undefined)).toEqual({
      kind: 'forced_open',
      reason: 'Provider incident',
      expiresInSeconds: 3600,
    });
    expect(toOverride({ ...good, expiry: 'never', acknowledged: true }, 'forced_open', impact)).toMatchObject(
      {
        expiresInSeconds: null,
        acknowledge: 'no-target',
      },
    );
  });

  it('starts the reason with a quick pick and keeps what was written', () => {
    expect(withQuickPick('', 'Provider incident')).toBe('Provider incident');
    expect(withQuickPick('status page is red', 'Provider incident')).toBe(
      'Provider incident: status page is red',
    );
    expect(withQuickPick('Provider incident: x', 'Provider incident')).toBe('Provider incident: x');
  });
});

describe('the banner of overrides', () => {
  it('names the oldest and who set it', () => {
    const two = [override('forced_open'), override('forced_closed', { id: 'b', setAtWallMs: NOON - 60_000 })];
    expect(overrideSummary(two, NOON)).toBe('2 overrides, oldest 6 h by ana');
    expect(overrideSummary(two.slice(0, 1), NOON)).toBe('1 override (target claude), set 6 h ago by ana');
    expect(overrideSummary([], NOON)).toBeNull();
  });
});
