import { describe, expect, it } from 'vitest';
import { makeFailure } from './factories.ts';
import { makeBreaker, START } from './make-breaker.ts';

describe('permits', () => {
  it('count once, however often they are given back', () => {
    const { breaker, acquire } = makeBreaker();
    const permit = acquire(START);
    for (let n = 0; n < 10; n += 1) breaker.settle(permit, 'failure', START);
    expect(breaker.snapshot(START)).toMatchObject({ state: 'closed', inFlight: 0, window: { failure: 1 } });
  });

  it('cannot be given back in the place of another call that uses the same slot', () => {
    const { breaker, acquire } = makeBreaker();
    const first = acquire(START);
    breaker.settle(first, 'ok', START);
    acquire(START);
    breaker.settle(first, 'failure', START);
    expect(breaker.snapshot(START)).toMatchObject({ inFlight: 1, window: { ok: 1, failure: 0 } });
  });

  it('are kept apart for thousands of calls in flight', () => {
    const { breaker, acquire } = makeBreaker();
    const permits = Array.from({ length: 5_000 }, () => acquire(START));
    expect(new Set(permits).size).toBe(5_000);
    for (const permit of permits) breaker.settle(permit, 'ok', START);
    expect(breaker.snapshot(START)).toMatchObject({ inFlight: 0, window: { ok: 5_000 } });
  });
});

describe('an override', () => {
  it('masks the machine and expires exactly on time', () => {
    const { breaker, acquire } = makeBreaker();
    breaker.setMask({ kind: 'forced_open', until: START + 1_000 });
    expect(breaker.tryAcquire(START + 999)).toEqual({ reason: 'forced_open' });
    expect(breaker.peek(START + 1_000)).toBe('closed');
    acquire(START + 1_000);
  });

  it('does not let forced-closed calls touch the machine', () => {
    const { breaker, fail, acquire, call } = makeBreaker();
    fail(START, 5);
    breaker.setMask({ kind: 'forced_closed', until: START + 5_000 });
    for (let n = 0; n < 20; n += 1) call(START, n % 2 === 0 ? 'ok' : 'failure');
    const out = acquire(START);
    expect(breaker.snapshot(START)).toMatchObject({ state: 'open', effective: 'forced_closed', trips: 1 });
    expect(breaker.peek(START + 5_000)).toBe('open');
    breaker.settle(out, 'ok', START + 10_000);
    expect(breaker.snapshot(START + 10_000)).toMatchObject({ state: 'half_open', probe: { successes: 0 } });
  });

  it('stays forced open when the open period underneath ends', () => {
    const { breaker, fail } = makeBreaker();
    fail(START, 5);
    breaker.setMask({ kind: 'forced_open', until: Number.POSITIVE_INFINITY });
    const later = START + 3_600_000;
    expect(breaker.tryAcquire(later)).toEqual({ reason: 'forced_open' });
    expect(breaker.snapshot(later)).toMatchObject({ state: 'half_open', effective: 'forced_open' });
  });
});

describe('operators', () => {
  it('close it with a reset, and calls that were out do not count any more', () => {
    const { breaker, acquire, fail } = makeBreaker();
    const out = acquire(START);
    fail(START, 5);
    breaker.reset(START);
    breaker.settle(out, 'failure', START);
    expect(breaker.snapshot(START)).toMatchObject({
      state: 'closed',
      reason: 'operator_reset',
      trips: 0,
      window: { failure: 0, late: 1 },
    });
  });

  it('can have an open breaker probed now', () => {
    const { breaker, acquire, fail } = makeBreaker();
    fail(START, 5);
    breaker.probeNow(START + 1);
    expect(breaker.isProbe(acquire(START + 1))).toBe(true);
    expect(breaker.tryAcquire(START + 1)).toEqual({ reason: 'probing' });
  });
});

describe('what it tells', () => {
  it('is one event per edge, in order, with the generation counting up', () => {
    const { breaker, edges, fail, call } = makeBreaker();
    fail(START, 5);
    call(START + 10_000, 'ok');
    call(START + 10_000, 'ok');
    breaker.peek(START + 20_000);
    expect(edges.map(({ from, to, generation }) => `${generation} ${from} ${to}`)).toEqual([
      '1 closed open',
      '2 open half_open',
      '3 half_open closed',
    ]);
  });

  it('is the counts and the latest errors that caused a trip, in words too', () => {
    const { edges, fail } = makeBreaker();
    fail(START, 2, makeFailure('timeout'));
    fail(START, 3, makeFailure('server_error', { status: 503, message: 'upstream down' }));
    expect(edges[0]).toMatchObject({
      reason: 'consecutive_failures',
      why: '5 calls in a row failed: 3 server errors, 2 timeouts.',
      window: { ok: 0, slow: 0, failure: 5, consecutiveFailures: 5 },
    });
    expect(edges[0]?.errors).toHaveLength(5);
    expect(edges[0]?.errors[0]).toEqual({
      at: START,
      class: 'server_error',
      status: 503,
      message: 'upstream down',
    });
  });

  it('names the share of calls that failed', () => {
    const { edges, fail, call } = makeBreaker({ consecutiveFailures: 1000 });
    for (let n = 0; n < 8; n += 1) call(START, 'ok');
    fail(START, 9, makeFailure('server_error'));
    fail(START, 3, makeFailure('timeout'));
    expect(edges[0]?.why).toBe('12 of 20 calls failed in 60 s: 9 server errors, 3 timeouts.');
  });

  it('does not change by being looked at', () => {
    const { breaker, edges, fail, acquire } = makeBreaker();
    fail(START, 5);
    acquire(START + 10_000);
    const told = edges.length;
    const before = breaker.snapshot(START + 10_000);
    breaker.peek(START + 999_999);
    breaker.why(START + 999_999);
    breaker.dueAt(START + 999_999);
    expect(edges).toHaveLength(told);
    expect(breaker.snapshot(START + 10_000)).toEqual(before);
  });
});
