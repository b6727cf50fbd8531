import { describe, expect, it } from 'vitest';
import { attentionItems } from '#components/overview/attention.ts';
import { mergeChanges, openingsStillFelt, withoutProbes } from '#components/overview/changes.ts';
import { groupTargets } from '#components/overview/target-order.ts';
import { errorClasses } from '#components/target/error-taxonomy.ts';
import { checkTarget, draftOf, toCreate, toPatch } from '#components/target/target-draft.ts';
import { type RowsInput, targetGroups } from '#components/target/target-rows.ts';
import { bucketBars, windowSentences } from '#components/target/window-buckets.ts';
import type { ProviderView } from '#lib/contract/api.ts';
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

const provider = (slug: string, endpoints: string[], problems: string[] = []): ProviderView => ({
  slug,
  name: slug,
  kind: 'openai',
  simulated: false,
  credential: null,
  overlap: null,
  endpoints: endpoints.map((name) => ({
    id: `${slug}.${name}`,
    slug: name,
    region: null,
    baseUrl: 'https://example.com',
    credential: null,
    overlap: null,
  })),
  problems,
  version: 1,
});
const claude = target('claude', {
  provider: 'anthropic',
  endpoint: 'global',
  endpointId: 'anthropic.global',
});
const gptUs = target('gpt-us', { flows: ['support-chat'] });
const gptEu = target('gpt-eu', { endpoint: 'eu', endpointId: 'openai.eu' });

function groups(part: Partial<RowsInput>) {
  return targetGroups({
    providers: [provider('anthropic', ['global']), provider('openai', ['us-east', 'eu'])],
    targets: [gptUs, claude, gptEu],
    breakers: byKey(breaker('claude'), openBreaker('gpt-us'), breaker('gpt-eu')),
    pulses: new Map(),
    now: NOON,
    query: '',
    sort: 'name',
    descending: false,
    overridesOnly: false,
    ...part,
  });
}
const names = (list: ReturnType<typeof groups>) =>
  list.map((group) => [group.provider.slug, ...group.rows.map((row) => row.target.slug)]);

describe('the list of targets', () => {
  it('is grouped by provider and sorted by name', () => {
    expect(names(groups({}))).toEqual([
      ['anthropic', 'claude'],
      ['openai', 'gpt-eu', 'gpt-us'],
    ]);
  });

  it('puts the group with the worst target first when sorted by state', () => {
    expect(names(groups({ sort: 'state', descending: true }))).toEqual([
      ['openai', 'gpt-us', 'gpt-eu'],
      ['anthropic', 'claude'],
    ]);
  });

  it('is filtered by name, model or flow', () => {
    expect(names(groups({ query: 'support' }))).toEqual([['openai', 'gpt-us']]);
    expect(groups({ query: 'nothing like it' })).toEqual([]);
  });

  it('shows only what is overridden, endpoints and providers included', () => {
    const forced = byKey(
      breaker('claude', { override: override('forced_open') }),
      breaker('openai.eu', { scope: 'endpoint', override: override('forced_open') }),
    );
    const shown = groups({ overridesOnly: true, breakers: forced });
    expect(names(shown)).toEqual([['anthropic', 'claude'], ['openai']]);
    expect(shown[1]?.endpoints.map(({ id }) => id)).toEqual(['openai.eu']);
  });
});

describe('tiles of the overview', () => {
  it('keep their place while they are few and come worst first when they are many', () => {
    const few = groupTargets([gptUs, gptEu], byKey(openBreaker('gpt-us'), breaker('gpt-eu')), NOON);
    expect(few[0]?.targets.map(({ slug }) => slug)).toEqual(['gpt-eu', 'gpt-us']);
    const many = Array.from({ length: 13 }, (_, n) => target(`t${n}`));
    const sorted = groupTargets(many, byKey(openBreaker('t9')), NOON);
    expect(sorted[0]?.targets[0]?.slug).toBe('t9');
  });
});

describe('what needs attention', () => {
  const items = (part: Partial<Parameters<typeof attentionItems>[0]>) =>
    attentionItems({
      flows: [],
      targets: targets(claude, gptUs),
      providers: [],
      breakers: byKey(),
      gateway: null,
      now: NOON,
      ...part,
    });

  it('is nothing when all is closed', () => {
    expect(items({ breakers: byKey(breaker('claude')) })).toEqual([]);
  });

  it('comes worst first: a flow without a target, then an open breaker, an override, a probe', () => {
    const found = items({
      flows: [flow('review', [['gpt-us', 'primary']])],
      breakers: byKey(
        breaker('claude', { override: override('forced_closed') }),
        openBreaker('gpt-us'),
        breaker('x', { state: 'half_open' }),
      ),
    });
    expect(found.map(({ key }) => key)).toEqual([
      'flow:review',
      'target:gpt-us',
      'target:x',
      'target:claude',
    ]);
  });

  it('offers the one likely action', () => {
    const [open] = items({ breakers: byKey(openBreaker('gpt-us')) });
    expect(open?.action).toEqual({ type: 'breaker', action: 'probe', scope: 'target', id: 'gpt-us' });
    const [forced] = items({ breakers: byKey(breaker('claude', { override: override('forced_open') })) });
    expect(forced?.action).toMatchObject({ action: 'clear' });
  });

  it('warns of a flow on its last target, and of a provider that cannot work', () => {
    const found = items({
      flows: [
        flow('chat', [
          ['claude', 'primary'],
          ['gpt-us', 'backup'],
        ]),
      ],
      breakers: byKey(breaker('claude'), openBreaker('gpt-us')),
      providers: [provider('openai', ['us'], ['OPENAI_API_KEY is not set.'])],
    });
    expect(found.map(({ text }) => text)).toContain('On its last target, claude.');
    expect(found.find(({ text }) => text === 'OPENAI_API_KEY is not set.')?.href).toBe('/providers/openai');
  });

  it('does not count a disabled target', () => {
    const off = targets(target('gpt-us', { enabled: false }));
    expect(items({ targets: off, breakers: byKey(openBreaker('gpt-us')) })).toEqual([]);
  });
});

describe('what changed', () => {
  it('is one list of transitions and actions, newest first, ten long', () => {
    const entry = {
      id: 'a1',
      atWallMs: NOON + 5,
      by: 'user:ana@example.com',
      via: 'dashboard' as const,
      action: 'flow.update',
      entity: 'flow',
      entityId: 'chat',
      summary: 'Turned the badge on',
      reason: null,
      before: null,
      after: null,
    };
    const events = Array.from({ length: 12 }, (_, n) => transition(`t${n}`, { atWallMs: NOON + n }));
    const changes = mergeChanges(events, [entry]);
    expect(changes).toHaveLength(10);
    expect(changes.map(({ atMs }) => atMs)).toEqual(
      changes.map(({ atMs }) => atMs).toSorted((a, b) => b - a),
    );
    expect(changes.some(({ kind }) => kind === 'action')).toBe(true);
  });
});

describe('changes for callers', () => {
  it('are openings and closings, not the probes in between', () => {
    const edges = [
      transition('a', { from: 'closed', to: 'open' }),
      transition('a', { from: 'open', to: 'half_open' }),
      transition('a', { from: 'half_open', to: 'open' }),
      transition('a', { from: 'half_open', to: 'closed' }),
    ];
    expect(withoutProbes(edges).map(({ to }) => to)).toEqual(['open', 'closed']);
  });
});

describe('openings of outages that last', () => {
  it('are told although their event was pushed out, and only once when it was not', () => {
    const open = openBreaker('gpt-us');
    const since = open.outageSinceWallMs ?? 0;
    expect(
      openingsStillFelt([open, breaker('claude')], []).map(({ id, atWallMs }) => [id, atWallMs]),
    ).toEqual([['gpt-us', since]]);
    expect(openingsStillFelt([open], [transition('gpt-us', { atWallMs: since + 40 })])).toEqual([]);
  });
});

describe('the window of a breaker', () => {
  const window = { seconds: 60, ok: 8, slow: 2, failure: 10, consecutiveFailures: 3, late: 1, buckets: [] };

  it('says the shares against their limits', () => {
    const settings = { minimumCalls: 20, failureRate: 0.5, slowRate: 0.8, consecutiveFailures: 5 };
    expect(windowSentences(window, settings)).toEqual([
      '20 calls in 60 s: 8 ok, 2 slow, 10 failed.',
      'Failed 50 %, opens at 50 %; slow 10 %, opens at 80 %.',
      '3 failed in a row, opens at 5.',
      '1 came too late to count.',
    ]);
  });

  it('does not judge shares below the least number of calls', () => {
    expect(windowSentences(window, { minimumCalls: 21 })).toContain('Shares are judged from 21 calls on.');
  });

  it('draws every bucket on one scale', () => {
    expect(
      bucketBars([
        { ok: 2, slow: 0, failure: 2 },
        { ok: 1, slow: 1, failure: 0 },
      ]),
    ).toEqual([
      { place: 0, ok: 0.5, slow: 0, failure: 0.5 },
      { place: 1, ok: 0.25, slow: 0.25, failure: 0 },
    ]);
    expect(bucketBars([{ ok: 0, slow: 0, failure: 0 }])[0]).toEqual({ place: 0, ok: 0, slow: 0, failure: 0 });
  });
});

describe('errors by class', () => {
  it('are counted without what is fine, most frequent first', () => {
    const found = errorClasses({ ok: 900, timeout: 3, server_error: 8, aborted: 2 }, [], 'gpt-us');
    expect(found.map(({ words, count }) => [words, count])).toEqual([
      ['server error', 8],
      ['timeout', 3],
    ]);
  });
});

describe('the form of a target', () => {
  const draft = { ...draftOf(null), slug: 'gpt-us', endpointId: 'openai.us-east', model: ' gpt-4o ' };

  it('sends only what was written', () => {
    expect(toCreate(draft)).toEqual({
      slug: 'gpt-us',
      provider: 'openai',
      endpoint: 'us-east',
      model: 'gpt-4o',
    });
  });

  it('takes emptied fields back to their defaults', () => {
    const edited = draftOf(target('x', { breaker: { openSeconds: 15 }, contextWindow: 8000 }));
    expect(
      toPatch({ ...edited, contextWindow: '', breaker: { ...edited.breaker, openSeconds: '' } }),
    ).toMatchObject({
      contextWindow: null,
      breaker: null,
      capabilities: null,
    });
  });

  it('shows shares as per cent and sends them as shares, as the defaults do', () => {
    const edited = draftOf(target('x', { breaker: { failureRate: 0.3, rampFirstShare: 0.25 } }));
    expect(edited.breaker).toMatchObject({ failureRate: '30', rampFirstShare: '25', slowRate: '' });
    const sent = toPatch({
      ...edited,
      breaker: { ...edited.breaker, failureRate: '12.5' },
      metricsOnly: true,
    });
    expect(sent).toMatchObject({ breaker: { failureRate: 0.125, rampFirstShare: 0.25 }, metricsOnly: true });
  });

  it('complains beside the field, in the words of the contract', () => {
    const bad = { ...draft, slug: 'No Good', breaker: { ...draft.breaker, failureRate: '150' } };
    const errors = checkTarget(bad, true);
    expect(errors.slug).toContain('Use 1 to 63 of a-z');
    expect(errors['breaker.failureRate']).toBe('Above 0 and at most 100 %.');
    expect(checkTarget(draftOf(null), true).endpoint).toBe('Choose where the calls go.');
    expect(checkTarget(draft, true)).toEqual({});
  });

  it('sends the two prices of a target together, and takes emptied ones back', () => {
    const priced = draftOf(target('x', { prices: { input: 2.5, output: 10 } }));
    expect(priced).toMatchObject({ priceInput: '2.5', priceOutput: '10' });
    expect(toPatch({ ...priced, priceOutput: '12' }).prices).toEqual({ input: 2.5, output: 12 });
    expect(toPatch({ ...priced, priceInput: ' ', priceOutput: '' }).prices).toBeNull();
  });

  it('refuses one price alone, and what is no price, beside the field', () => {
    const priced = { ...draft, priceInput: '2.5', priceOutput: '' };
    expect(checkTarget(priced, true)).toEqual({ 'prices.output': 'Both prices, or neither.' });
    const worded = { ...draft, priceInput: 'two', priceOutput: '-1' };
    const errors = checkTarget(worded, true);
    expect(errors['prices.input']).toBe('A number of dollars, such as 2.5.');
    expect(errors['prices.output']).toBeDefined();
  });
});
