import { describe, expect, it } from 'vitest';
import { availableActions } from '#components/breaker/available-actions.ts';
import { barredAbove, chainState, decidingView } from '#components/breaker/chain-state.ts';
import { linkNote } from '#components/breaker/chain-words.ts';
import { rampWords, shadowWords } from '#components/breaker/recovery-words.ts';
import { conditionOf, conditionText } from '#components/breaker/state-meta.ts';
import { breakerMarks } from '#components/chart/marks.ts';
import { stripSegments, stripShares } from '#components/chart/strip-segments.ts';
import { flowNow, flowSentence } from '#components/flow/flow-now.ts';
import { announceTransitions } from '#components/live/announcement.ts';
import { attentionItems } from '#components/overview/attention.ts';
import {
  nextProbe,
  recoverySentences,
  troubledBreakers,
  troubleSentences,
} from '#components/overview/trouble-words.ts';
import { targetSentence } from '#components/target/target-sentence.ts';
import { DEFAULT_BREAKER } from '#lib/contract/breaker-settings.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import {
  breaker,
  byKey,
  flow,
  NOON,
  openBreaker,
  override,
  target,
  targets,
  transition,
} from './live-factories.ts';

const WHY = '3 of the 4 targets used lately are open: gpt-us, mini and nano.';

function derived(id: string, part: Partial<BreakerView> = {}): BreakerView {
  return breaker(id, {
    scope: 'endpoint',
    effective: 'derived_open',
    derived: {
      sinceWallMs: NOON - 240_000,
      open: ['gpt-us', 'mini', 'nano'],
      recent: 4,
      probeAtWallMs: NOON + 8_000,
      why: WHY,
    },
    ...part,
  });
}

const recovering = (id: string): BreakerView =>
  breaker(id, {
    reason: 'probes_succeeded',
    why: '2 probes succeeded.',
    ramp: { share: 0.1, nextAtWallMs: NOON + 12_000 },
  });

const text = (view: BreakerView) => conditionText(conditionOf({ view, now: NOON }), view, NOON);

describe('a scope that is open because its children are', () => {
  it('says so in a word of its own, with its next probe', () => {
    expect(text(derived('openai.us-east'))).toBe('Presumed down · probe in 8 s');
    const out = derived('openai.us-east');
    expect(text({ ...out, derived: out.derived && { ...out.derived, probeAtWallMs: null } })).toBe(
      'Presumed down · probe in flight',
    );
  });

  it('decides for its targets, also for one that is closed itself', () => {
    const us = target('gpt-us');
    const views = byKey(
      breaker('gpt-us'),
      derived('openai.us-east'),
      breaker('openai', { scope: 'provider' }),
    );
    const deciding = decidingView('gpt-us', us, views);
    expect(deciding?.id).toBe('openai.us-east');
    expect(barredAbove(views.get('target:gpt-us'), deciding)).toEqual({
      condition: 'derived_open',
      text: 'endpoint presumed down',
    });
    const { links, carryingAt } = chainState({
      flow: flow('f', [
        ['gpt-us', 'primary'],
        ['claude', 'backup'],
      ]),
      targets: targets(us, target('claude', { endpointId: 'anthropic.global', provider: 'anthropic' })),
      breakers: new Map([...views, ...byKey(breaker('claude'))]),
      now: NOON,
    });
    expect(carryingAt).toBe(1);
    const [first] = links;
    expect(first && linkNote(first, NOON)).toBe('Presumed down · probe in 8 s (endpoint us-east)');
  });

  it('gives way to an operator: a target that is forced closed is called', () => {
    const forced = breaker('gpt-us', { override: override('forced_closed') });
    const views = byKey(forced, derived('openai.us-east'));
    expect(decidingView('gpt-us', target('gpt-us'), views)).toBe(forced);
    const provider = breaker('openai', { scope: 'provider', override: override('forced_open') });
    expect(decidingView('gpt-us', target('gpt-us'), byKey(forced, derived('openai.us-east'), provider))).toBe(
      provider,
    );
  });

  it('is told with its cause and its next probe on the overview', () => {
    const views = byKey(openBreaker('gpt-us', { openUntilWallMs: NOON + 3_000 }), derived('openai.us-east'));
    const troubled = troubledBreakers(views);
    expect(troubled.map(({ id }) => id)).toEqual(['gpt-us', 'openai.us-east']);
    expect(troubleSentences(troubled, NOON, 'utc')[1]).toBe(
      'Endpoint openai.us-east is presumed down since 11:56: 3 of the 4 targets used lately are open: gpt-us, mini and nano.',
    );
    expect(nextProbe(troubled, NOON)).toEqual(['Next probe in 8 s.']);
  });

  it('wants attention, and can be probed and reset like any other', () => {
    const input = { flows: [], targets: targets(), providers: [], gateway: null, now: NOON };
    const [item] = attentionItems({ ...input, breakers: byKey(derived('openai.us-east')) });
    expect(item).toMatchObject({
      condition: 'derived_open',
      title: 'endpoint openai.us-east',
      text: `Presumed down · probe in 8 s. ${WHY}`,
      action: { type: 'breaker', action: 'probe', scope: 'endpoint', id: 'openai.us-east' },
    });
    const refusals = (view: BreakerView) =>
      new Map(availableActions(view, NOON).map(({ action, refusal }) => [action, refusal]));
    const now = refusals(derived('x'));
    expect([now.get('reset'), now.get('probe'), now.get('force-closed')]).toEqual([null, null, null]);
    const out = derived('x');
    const probing = { ...out, derived: out.derived && { ...out.derived, probeAtWallMs: null } };
    expect(refusals(probing).get('probe')).toBe('Its probe is on its way.');
  });

  it('explains a target’s silence on the target’s own page and in its flow’s sentence', () => {
    const closed = breaker('gpt-us');
    const sentence = targetSentence({
      view: closed,
      deciding: derived('openai.us-east'),
      condition: 'closed',
      now: NOON,
      zone: 'utc',
    });
    expect(sentence).toContain(`Its endpoint openai.us-east is not letting calls through: ${WHY}`);
    const input = {
      flow: flow('f', [
        ['gpt-us', 'primary'],
        ['claude', 'backup'],
      ]),
      targets: targets(
        target('gpt-us'),
        target('claude', { endpointId: 'a.g', provider: 'a', model: 'claude' }),
      ),
      breakers: byKey(closed, derived('openai.us-east'), breaker('claude')),
      now: NOON,
    };
    expect(flowSentence(flowNow(input), input, () => '11:56')).toContain(
      'is passed over with its endpoint openai.us-east since 11:56 (3 of the 4 targets used lately are open)',
    );
  });

  it('has edges of its own: on the strip, on charts, and for a screen reader', () => {
    const edges = [
      transition('openai.us-east', { scope: 'endpoint', to: 'derived_open', reason: 'children_open' }),
      transition('openai.us-east', {
        scope: 'endpoint',
        atWallMs: NOON + 60,
        from: 'derived_open',
        to: 'closed',
        reason: 'child_succeeded',
      }),
    ];
    const segments = stripSegments(edges, undefined, NOON - 40, NOON + 100);
    expect(segments.map(({ state }) => state)).toEqual(['closed', 'derived_open', 'closed']);
    expect(stripShares(segments).derived_open).toBeCloseTo(60 / 140);
    expect(breakerMarks(edges, NOON - 40, NOON + 100).marks.map((mark) => mark.text)).toEqual([
      'openai.us-east closed',
      'openai.us-east presumed down',
    ]);
    expect(announceTransitions(edges.slice(0, 1))).toBe('1 breaker presumed down: openai.us-east.');
    const standing = stripSegments([], derived('x'), NOON - 60_000, NOON);
    expect(standing.map(({ state }) => state)).toEqual(['derived_open']);
  });
});

describe('a target that takes its traffic back in steps', () => {
  it('says how much it takes now and what comes next', () => {
    expect(text(recovering('gpt-us'))).toBe('Recovering · takes 10 % · more in 12 s');
    const ramp = { share: 0.1, nextAtWallMs: NOON + 12_000 };
    expect(rampWords(ramp, { ...DEFAULT_BREAKER }, NOON)).toBe('takes 10 % of the traffic, 50 % in 12 s');
    expect(rampWords({ ...ramp, share: 0.5 }, { ...DEFAULT_BREAKER }, NOON)).toBe(
      'takes 50 % of the traffic, all in 12 s',
    );
  });

  it('is told on the overview while it does so', () => {
    expect(recoverySentences(byKey(breaker('a')))).toEqual([]);
    expect(recoverySentences(byKey(recovering('gpt-us'), breaker('a')))).toEqual([
      'gpt-us takes its traffic back in steps, 10 % for now.',
    ]);
    expect(recoverySentences(byKey(recovering('gpt-us'), recovering('mini')))).toEqual([
      'gpt-us and mini take their traffic back in steps.',
    ]);
  });

  it('is not drawn as carrying while another target takes the rest', () => {
    const chain = flow('f', [
      ['gpt-us', 'primary'],
      ['claude', 'backup'],
    ]);
    const state = (...views: BreakerView[]) =>
      chainState({ flow: chain, targets: targets(), breakers: byKey(...views), now: NOON });
    expect(state(recovering('gpt-us'), breaker('claude')).carryingAt).toBe(1);
    expect(state(recovering('gpt-us'), openBreaker('claude')).carryingAt).toBe(0);
  });
});

describe('a breaker in metrics-only mode', () => {
  const watching = openBreaker('gpt-us', {
    shadow: { opened: 2, rejected: 31, sinceWallMs: NOON - 3_600_000 },
  });

  it('never looks open, because it turns nobody away; the word says what it would do', () => {
    expect(text(watching)).toBe('Closed · would be open');
    expect(text({ ...watching, state: 'closed', effective: 'closed' })).toBe('Closed · metrics only');
    expect(troubledBreakers(byKey(watching))).toEqual([]);
    const state = chainState({
      flow: flow('f', [['gpt-us', 'primary']]),
      targets: targets(target('gpt-us')),
      breakers: byKey(watching),
      now: NOON,
    });
    expect(state.carryingAt).toBe(0);
  });

  it('says on its own page what it would be, and why', () => {
    const said = targetSentence({
      view: watching,
      deciding: watching,
      condition: 'closed',
      now: NOON,
      zone: 'utc',
    });
    expect(said).toBe(
      'It would be open since 11:51, if it were not in metrics-only mode. 12 of 20 calls failed in 60 s: 12 timeouts.',
    );
  });

  it('is still forced open when an operator forces it', () => {
    expect(text({ ...watching, effective: 'forced_open', override: override('forced_open') })).toContain(
      'FORCED OPEN',
    );
  });

  it('tells what it would have done', () => {
    expect(shadowWords(watching.shadow, NOON, 'utc')).toBe(
      'Metrics only: its breaker turns nobody away. Since 11:00 it would have opened 2 times and turned away 31 calls.',
    );
    const idle = { opened: 0, rejected: 0, sinceWallMs: NOON - 3_600_000 };
    expect(shadowWords(idle, NOON, 'utc')).toContain('Since 11:00 it would not have opened.');
  });
});

describe('a credential that waits for a person', () => {
  const pinned = (name: string) =>
    breaker('gpt-us', { cooldown: { untilWallMs: NOON + 240_000, class: name, message: 'Refused.' } });

  it('says what is wrong instead of that it cools', () => {
    expect(text(pinned('auth'))).toBe('Key refused · next try in 4 min');
    expect(text(pinned('quota_exhausted'))).toBe('Quota used up · next try in 4 min');
    expect(text(pinned('rate_limited'))).toBe('Cooling · 4 min left');
  });

  it('stands above an open breaker, which heals by itself', () => {
    const input = { flows: [], targets: targets(), providers: [], gateway: null, now: NOON };
    const items = attentionItems({ ...input, breakers: byKey(openBreaker('a'), pinned('auth')) });
    expect(items.map(({ title }) => title)).toEqual(['gpt-us', 'a']);
  });
});
