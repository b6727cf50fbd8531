import { describe, expect, it } from 'vitest';
import { chainState, decidingView } from '#components/breaker/chain-state.ts';
import { linkNote, linkWords } from '#components/breaker/chain-words.ts';
import { breaker, byKey, flow, NOON, openBreaker, override, target, targets } from './live-factories.ts';

const ALL = targets(target('a'), target('b'), target('c'));
const three = (policy = {}) =>
  flow(
    'chat',
    [
      ['a', 'primary'],
      ['b', 'alternate'],
      ['c', 'backup'],
    ],
    policy,
  );
const state = (breakers: ReturnType<typeof byKey>, policy = {}) =>
  chainState({ flow: three(policy), targets: ALL, breakers, now: NOON });

describe('who carries a flow', () => {
  it('is the primary while it is closed', () => {
    expect(state(byKey(breaker('a'), breaker('b'), breaker('c'))).carryingAt).toBe(0);
  });

  it('is the next one that lets calls through', () => {
    expect(state(byKey(openBreaker('a'), openBreaker('b'), breaker('c'))).carryingAt).toBe(2);
  });

  it('is nobody when only a backup model is left and the flow does not serve one', () => {
    const breakers = byKey(openBreaker('a'), openBreaker('b'), breaker('c'));
    expect(state(breakers, { mode: 'quality' }).carryingAt).toBeNull();
    expect(state(breakers, { mode: 'mixed', defaultStakes: 'high' }).carryingAt).toBeNull();
    expect(state(breakers, { mode: 'mixed', defaultStakes: 'low' }).carryingAt).toBe(2);
  });

  it('is a closed target rather than one that takes a single probe', () => {
    const probing = breaker('a', { state: 'half_open' });
    expect(state(byKey(probing, breaker('b'), breaker('c'))).carryingAt).toBe(1);
    expect(state(byKey(probing, openBreaker('b'), openBreaker('c'))).carryingAt).toBe(0);
  });

  it('skips what is cooling down or disabled, and takes what is forced closed', () => {
    const cooling = breaker('a', {
      cooldown: { untilWallMs: NOON + 5_000, class: 'rate_limited', message: '' },
    });
    const forced = openBreaker('b', { effective: 'forced_closed', override: override('forced_closed') });
    expect(state(byKey(cooling, forced, breaker('c'))).carryingAt).toBe(1);
    const disabled = flow('chat', [
      ['a', 'disabled'],
      ['b', 'primary'],
    ]);
    expect(
      chainState({ flow: disabled, targets: ALL, breakers: byKey(breaker('a'), breaker('b')), now: NOON })
        .carryingAt,
    ).toBe(1);
  });

  it('is decided by the scope above when that is open', () => {
    const provider = openBreaker('openai', { scope: 'provider' });
    const breakers = byKey(breaker('a'), provider);
    expect(decidingView('a', ALL.get('a'), breakers)).toBe(provider);
    expect(state(breakers).carryingAt).toBeNull();
  });
});

describe('a target of the chain in words', () => {
  it('is its role when nothing is wrong, and its state with what happens next when something is', () => {
    const { links } = state(byKey(openBreaker('a'), breaker('b'), breaker('c')));
    expect(links.map((link) => linkNote(link, NOON))).toEqual([
      'Open · probe in 12 s',
      'alternate',
      'backup model',
    ]);
  });

  it('tells a screen reader role, place, state and use', () => {
    const { links } = state(byKey(openBreaker('a'), breaker('b'), breaker('c')));
    const words = links.map((link, at) => linkWords(link, at, 3, NOON));
    expect(words[0]).toBe(', primary, position 1 of 3. Open · probe in 12 s. Passed over.');
    expect(words[1]).toBe(', alternate, position 2 of 3. Closed. Carrying.');
    expect(words[2]).toBe(', backup model, position 3 of 3. Closed. Standing by.');
  });

  it('names the scope that decides', () => {
    const endpoint = openBreaker('openai.us-east', { scope: 'endpoint' });
    const { links } = state(byKey(breaker('a'), endpoint));
    const [first] = links;
    expect(first && linkNote(first, NOON)).toBe('Open · probe in 12 s (endpoint us-east)');
  });
});
