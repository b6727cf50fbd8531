import { describe, expect, it } from 'vitest';
import { type VerdictInput, verdict } from '#components/overview/verdict.ts';
import {
  breaker,
  byKey,
  flow,
  NOON,
  openBreaker,
  override,
  pulse,
  target,
  targets,
} from './live-factories.ts';

const CHAIN = [
  ['claude', 'primary'],
  ['gpt-us', 'backup'],
] as const;
const BOTH = targets(
  target('claude', { provider: 'anthropic', endpointId: 'anthropic.global' }),
  target('gpt-us'),
);

function say(part: Partial<VerdictInput>): string {
  const { headline, sentences } = verdict(input(part));
  return [headline, ...sentences].join(' ');
}

function input(part: Partial<VerdictInput>): VerdictInput {
  return {
    ready: true,
    flows: [flow('support-chat', [...CHAIN], { badge: { on: true } })],
    targets: BOTH,
    breakers: byKey(breaker('claude'), breaker('gpt-us')),
    pulses: new Map([['support-chat', pulse('support-chat')]]),
    gateway: null,
    now: NOON,
    zone: 'utc',
    ...part,
  };
}

const down = {
  up: false,
  pid: null,
  rssBytes: null,
  utilisation: null,
  snapshotVersion: null,
  lastTickWallMs: null,
};

describe('the sentence that opens the overview', () => {
  it('is short when everything is well', () => {
    expect(say({})).toBe('Serving. All 2 targets are closed. 2.0 requests a second, 0 % failed.');
    expect(verdict(input({})).tone).toBe('fine');
  });

  it('says why, who answers instead and when the next probe comes', () => {
    expect(say({ breakers: byKey(openBreaker('claude'), breaker('gpt-us')) })).toBe(
      'Serving. claude is open since 11:51: 12 of 20 calls failed in 60 s: 12 timeouts. support-chat is answered by gpt-us, with the badge. Next probe in 12 s. 2.0 requests a second, 0 % failed.',
    );
  });

  it('says when the answer of a backup model carries no badge', () => {
    const flows = [flow('support-chat', [...CHAIN])];
    expect(say({ flows, breakers: byKey(openBreaker('claude'), breaker('gpt-us')) })).toContain(
      'answered by gpt-us, without a badge',
    );
  });

  it('calls an alternate the same model elsewhere', () => {
    const flows = [
      flow('support-chat', [
        ['claude', 'primary'],
        ['gpt-us', 'alternate'],
      ]),
    ];
    expect(say({ flows, breakers: byKey(openBreaker('claude'), breaker('gpt-us')) })).toContain(
      'answered by gpt-us, the same model elsewhere',
    );
  });

  it('tells what callers get when a flow has no target', () => {
    const flows = [
      flow('contract-review', [...CHAIN], { mode: 'quality' }),
      flow('support-chat', [...CHAIN]),
    ];
    const state = verdict(input({ flows, breakers: byKey(openBreaker('claude'), breaker('gpt-us')) }));
    expect(state.headline).toBe('Partly serving.');
    expect(state.tone).toBe('down');
    expect(state.sentences[0]).toBe(
      'contract-review has no target: its callers get "Try again in a moment."',
    );
  });

  it('does not serve when no flow has a target', () => {
    const text = say({ breakers: byKey(openBreaker('claude'), openBreaker('gpt-us')) });
    expect(text).toMatch(/^Not serving\. support-chat has no target/);
  });

  it('does not serve without the gateway, whatever the breakers say', () => {
    expect(say({ gateway: down })).toBe(
      'Not serving. The gateway worker is not running; the supervisor is starting it again.',
    );
  });

  it('names who forced a breaker and until when', () => {
    const forced = breaker('claude', { override: override('forced_open') });
    expect(say({ breakers: byKey(forced, breaker('gpt-us')) })).toContain(
      'claude is forced open by ana until 12:43.',
    );
  });

  it('counts the successes of a probe', () => {
    const probing = breaker('claude', {
      state: 'half_open',
      probe: { successes: 1, needed: 2, inFlight: true, leaseUntilWallMs: null },
    });
    expect(say({ breakers: byKey(probing, breaker('gpt-us')) })).toContain(
      'claude is probing: 1 of 2 successes.',
    );
  });

  it('tells open breakers in one sentence, the longest outage first, and what began it', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((id, n) =>
      openBreaker(id, {
        outageSinceWallMs: NOON - 60_000 * (9 - n),
        why: '5 calls in a row failed: 5 server errors. 3 probes failed since.',
      }),
    );
    expect(say({ breakers: byKey(breaker('claude'), breaker('gpt-us'), ...many) })).toContain(
      'a, b, c, d and 1 other are open, a since 11:51: 5 calls in a row failed: 5 server errors. ',
    );
  });

  it('keeps a number with a decimal point whole when it shortens a cause', () => {
    const slow = openBreaker('claude', { why: 'First token after 2.4 s. Slow calls: 16 of 20.' });
    expect(say({ breakers: byKey(slow, breaker('gpt-us')) })).toContain(
      '11:51: First token after 2.4 s. support',
    );
  });

  it('tells two overrides and counts the rest', () => {
    const forced = ['a', 'b', 'c'].map((id) => breaker(id, { override: override('forced_open') }));
    const text = say({ breakers: byKey(breaker('claude'), breaker('gpt-us'), ...forced) });
    expect(text).toContain('a is forced open');
    expect(text).toContain('b is forced open');
    expect(text).toContain('1 more breaker is not plainly closed: c.');
  });

  it('lets a provider that is open decide for its targets', () => {
    const provider = openBreaker('anthropic', { scope: 'provider', why: 'Two of its targets are open.' });
    const text = say({ breakers: byKey(breaker('claude'), breaker('gpt-us'), provider) });
    expect(text).toContain('Provider anthropic is open since 11:51: Two of its targets are open.');
    expect(text).toContain('answered by gpt-us');
  });

  it('mentions a flow that fails although its breakers are closed', () => {
    const pulses = new Map([['support-chat', pulse('support-chat', { errorShare: 0.12 })]]);
    expect(say({ pulses })).toContain('support-chat failed 12 % of its requests in the last minute.');
  });

  it('tells how many answers came from a backup model or were refused', () => {
    const pulses = new Map([['support-chat', pulse('support-chat', { degradedShare: 0.82 })]]);
    expect(say({ pulses })).toContain('2.0 requests a second, 0 % failed, 82 % degraded.');
  });

  it('does not judge a flow by a handful of requests', () => {
    const pulses = new Map([['support-chat', pulse('support-chat', { errorShare: 0.5, requests: 4 })]]);
    expect(say({ pulses })).not.toContain('support-chat failed');
  });

  it('says that nothing came rather than that nothing failed', () => {
    expect(say({ pulses: new Map() })).toBe(
      'Serving. All 2 targets are closed. No requests in the last minute.',
    );
  });

  it('says what to do first when nothing is set up', () => {
    expect(say({ flows: [] })).toMatch(/^Nothing to serve yet\. Add a provider/);
  });

  it('does not guess before the picture has arrived', () => {
    expect(verdict(input({ ready: false }))).toMatchObject({ tone: 'unknown', headline: 'Connecting.' });
  });
});
