import { describe, expect, it } from 'vitest';
import { ScopePermit } from '#lib/engine/scopes.ts';
import type { OverrideKind, ScopeKind } from '#lib/engine/types.ts';
import { makeFailure } from './factories.ts';
import { makeChain } from './make-chain.ts';

const NOW = 1_000_000;

function setup() {
  const chain = makeChain(NOW);
  const scopes = { target: chain.leaf, endpoint: chain.endpoint, provider: chain.provider };
  const open = (kind: ScopeKind) => {
    const { breaker } = scopes[kind];
    for (let n = 0; n < 5; n += 1) {
      const permit = breaker.tryAcquire(NOW);
      if (typeof permit === 'number') breaker.settle(permit, 'failure', NOW);
    }
  };
  const force = (kind: ScopeKind, as: OverrideKind) =>
    scopes[kind].breaker.setMask({ kind: as, until: Number.POSITIVE_INFINITY });
  const permit = (now = NOW): ScopePermit => {
    const got = chain.tryAcquire(now);
    if (!(got instanceof ScopePermit)) throw new Error(`Blocked by ${got.scope.id}`);
    return got;
  };
  return { chain, ...scopes, open, force, permit };
}

describe('acquiring', () => {
  it('changes nothing anywhere when any scope says no', () => {
    const { chain, target, endpoint, provider, open } = setup();
    open('target');
    open('provider');
    const half = NOW + 10_000;
    provider.breaker.tryAcquire(half);
    const before = [target, endpoint, provider].map(({ breaker }) => breaker.snapshot(half));
    expect(chain.tryAcquire(half)).toMatchObject({ scope: provider, reason: 'probing' });
    expect([target, endpoint, provider].map(({ breaker }) => breaker.snapshot(half))).toEqual(before);
    expect(target.breaker.peek(half)).toBe('half_open');
  });

  it('recovers after its parent turned it down while it was half-open', () => {
    const { target, endpoint, open, permit, chain } = setup();
    open('target');
    open('endpoint');
    const half = NOW + 10_000;
    const other = endpoint.breaker.tryAcquire(half);
    expect(chain.tryAcquire(half)).toMatchObject({ scope: endpoint });
    if (typeof other === 'number') endpoint.breaker.settle(other, 'ok', half);
    for (let n = 0; n < 2; n += 1) permit(half).settle('ok', half, null, null);
    expect(target.breaker.peek(half)).toBe('closed');
    expect(endpoint.breaker.peek(half)).toBe('closed');
  });

  it('names the narrowest open scope, and the latest instant of all that are open', () => {
    const { chain, target, endpoint, open } = setup();
    open('target');
    open('endpoint');
    endpoint.breaker.setMask(null);
    expect(chain.block(NOW)).toMatchObject({ scope: target, reason: 'breaker_open', dueAt: NOW + 10_000 });
  });
});

describe('charging', () => {
  it('charges an endpoint only with failures to reach it', () => {
    const { permit, target, endpoint, provider } = setup();
    const failures = [
      makeFailure('server_error', { status: 500 }),
      makeFailure('timeout', { timeout: 'first_token' }),
      makeFailure('connection', { connect: true }),
      makeFailure('timeout', { timeout: 'connect' }),
    ];
    for (const failure of failures) permit().settle('failure', NOW, failure, failure);
    expect(target.breaker.snapshot(NOW).window).toMatchObject({ failure: 4 });
    expect(endpoint.breaker.snapshot(NOW).window).toMatchObject({ ok: 1, failure: 2 });
    expect(provider.breaker.snapshot(NOW).window).toMatchObject({ ok: 0, failure: 0 });
  });

  it('takes any answer, a refusal too, for proof that the endpoint can be reached', () => {
    const { permit, target, endpoint } = setup();
    const failure = makeFailure('rate_limited', { status: 429 });
    permit().settle('none', NOW, failure, failure);
    permit().settle('ok', NOW, null, null);
    expect(target.breaker.snapshot(NOW).window).toMatchObject({ ok: 1, failure: 0 });
    expect(endpoint.breaker.snapshot(NOW).window).toMatchObject({ ok: 2 });
  });

  it('takes a call that lost to a faster one for slow, and for no success of anybody, least of all as a probe', () => {
    const { permit, target, endpoint, open } = setup();
    const lost = makeFailure('timeout');
    permit().settle('slow', NOW, null, lost);
    expect(target.breaker.snapshot(NOW).window).toMatchObject({ slow: 1 });
    expect(endpoint.breaker.snapshot(NOW).window).toMatchObject({ ok: 0, slow: 0, failure: 0 });
    open('target');
    permit(NOW + 10_000).settle('slow', NOW + 10_000, null, lost);
    expect(target.breaker.snapshot(NOW + 10_000)).toMatchObject({
      state: 'half_open',
      probe: { successes: 0, inFlight: false },
    });
  });

  it('counts a call once, however often it is settled', () => {
    const { permit, target, endpoint } = setup();
    const got = permit();
    for (let n = 0; n < 3; n += 1) got.settle('ok', NOW, null, null);
    expect(target.breaker.snapshot(NOW)).toMatchObject({ inFlight: 0, window: { ok: 1 } });
    expect(endpoint.breaker.snapshot(NOW)).toMatchObject({ inFlight: 0, window: { ok: 1 } });
  });
});

describe('overrides', () => {
  it('a forced-open parent beats everything below it', () => {
    const { chain, force, provider } = setup();
    force('target', 'forced_closed');
    force('endpoint', 'forced_closed');
    force('provider', 'forced_open');
    expect(chain.tryAcquire(NOW)).toMatchObject({ scope: provider, reason: 'forced_open' });
  });

  it('a forced-closed child beats its parents\u2019 own verdicts', () => {
    const { permit, force, open, endpoint, provider } = setup();
    open('endpoint');
    open('provider');
    force('target', 'forced_closed');
    permit().settle('ok', NOW, null, null);
    expect(endpoint.breaker.peek(NOW)).toBe('open');
    expect(provider.breaker.peek(NOW)).toBe('open');
  });

  it('a forced-closed parent does not close its children', () => {
    const { chain, force, open, target } = setup();
    open('target');
    force('provider', 'forced_closed');
    expect(chain.tryAcquire(NOW)).toMatchObject({ scope: target, reason: 'breaker_open' });
  });

  it('calls let through by a forced-closed target are not charged to it, also when their stream breaks', () => {
    const { permit, force, target } = setup();
    force('target', 'forced_closed');
    const got = permit();
    got.settle('failure', NOW, makeFailure('server_error'), makeFailure('server_error'));
    got.charge(makeFailure('connection'), NOW);
    expect(target.breaker.snapshot(NOW).window).toMatchObject({ failure: 0, late: 0 });
  });
});
