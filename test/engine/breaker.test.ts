import { describe, expect, it } from 'vitest';
import { makeFailure } from './factories.ts';
import { LEASE, makeBreaker, START } from './make-breaker.ts';

describe('opening', () => {
  it('opens at the fifth failure in a row and not before', () => {
    const { breaker, fail } = makeBreaker();
    fail(START, 4);
    expect(breaker.peek(START)).toBe('closed');
    fail(START);
    expect(breaker.peek(START)).toBe('open');
  });

  it('forgets the row when a call succeeds in between', () => {
    const { breaker, fail, call } = makeBreaker();
    fail(START, 4);
    call(START, 'ok');
    fail(START, 4);
    expect(breaker.peek(START)).toBe('closed');
  });

  it('keeps counting the row across calls that say nothing', () => {
    const { breaker, fail, call } = makeBreaker();
    fail(START, 4);
    call(START, 'none');
    fail(START);
    expect(breaker.peek(START)).toBe('open');
  });

  it('opens for a target that is called rarely and fails every time', () => {
    const { breaker, fail } = makeBreaker();
    for (let n = 0; n < 5; n += 1) fail(START + n * 600_000);
    expect(breaker.peek(START + 4 * 600_000)).toBe('open');
  });

  it('opens at the failure rate once there are enough calls, also when the deciding call is a good one', () => {
    const { breaker, fail, call } = makeBreaker({ consecutiveFailures: 1000 });
    fail(START, 10);
    for (let n = 0; n < 9; n += 1) call(START, 'ok');
    expect(breaker.peek(START)).toBe('closed');
    call(START, 'ok');
    expect(breaker.snapshot(START)).toMatchObject({ state: 'open', reason: 'failure_rate' });
  });

  it('opens when four of five answers are slow', () => {
    const { breaker, call } = makeBreaker();
    for (let n = 0; n < 4; n += 1) call(START, 'ok');
    for (let n = 0; n < 15; n += 1) call(START, 'slow');
    expect(breaker.peek(START)).toBe('closed');
    call(START, 'slow');
    expect(breaker.snapshot(START)).toMatchObject({ state: 'open', reason: 'slow_rate' });
  });

  it('drops every bucket that has elapsed, however long the silence was', () => {
    const { breaker, fail, call } = makeBreaker({ consecutiveFailures: 1000 });
    fail(START, 19);
    const later = START + 3_600_000;
    call(later, 'failure');
    expect(breaker.snapshot(later)).toMatchObject({ state: 'closed', window: { ok: 0, failure: 1 } });
  });

  it('never counts below zero after idle gaps of any length', () => {
    const { breaker, fail, call } = makeBreaker({ consecutiveFailures: 1000, minimumCalls: 10_000 });
    for (let gap = 1; gap < 40; gap += 1) {
      const now = START + gap * gap * 2_000;
      fail(now, 3);
      call(now, 'slow');
      const { window } = breaker.snapshot(now);
      const recount = window.buckets.reduce((sum, bucket) => sum + bucket.failure, 0);
      expect(window.failure).toBe(recount);
      expect(window.buckets.every(({ ok, slow, failure }) => Math.min(ok, slow, failure) >= 0)).toBe(true);
    }
  });

  it('works with a window of one second', () => {
    const { breaker, fail } = makeBreaker({ windowSeconds: 1, consecutiveFailures: 3 });
    fail(START, 3);
    expect(breaker.peek(START)).toBe('open');
  });

  it('starts cold after it has closed', () => {
    const { breaker, fail, call } = makeBreaker({ probeSuccesses: 1 });
    fail(START, 5);
    call(START + 10_000, 'ok');
    expect(breaker.snapshot(START + 10_000)).toMatchObject({
      state: 'closed',
      window: { ok: 0, failure: 0, consecutiveFailures: 0 },
    });
  });
});

describe('the open period', () => {
  it('doubles with every trip up to the maximum, and stays finite', () => {
    const { breaker, edges, fail, call } = makeBreaker();
    fail(START, 5);
    let now = START;
    for (let trip = 1; trip < 2_000; trip += 1) {
      now = breaker.snapshot(now).openUntil ?? Number.NaN;
      call(now, 'failure', makeFailure('server_error'));
    }
    const periods = edges.filter(({ to }) => to === 'open').map(({ openForMs }) => openForMs);
    expect(periods.slice(0, 4)).toEqual([10_000, 20_000, 30_000, 30_000]);
    expect(periods.at(-1)).toBe(30_000);
  });

  it('is shortened at random by up to 30 %', () => {
    const { edges, fail } = makeBreaker({}, 0.5);
    fail(START, 5);
    expect(edges[0]?.openForMs).toBe(8_500);
  });

  it('forgets one trip for every stable minute', () => {
    const { breaker, edges, fail, call } = makeBreaker({ probeSuccesses: 1, maxOpenSeconds: 3600 });
    fail(START, 5);
    call(START + 10_000, 'failure');
    call(START + 30_000, 'failure');
    const closedAt = START + 70_000;
    call(closedAt, 'ok');
    expect(breaker.snapshot(closedAt).trips).toBe(3);
    fail(closedAt + 125_000, 5);
    expect(edges.at(-1)).toMatchObject({ to: 'open', openForMs: 20_000 });
  });

  it('is not made longer by failures that arrive while it is open', () => {
    const { breaker, acquire, fail } = makeBreaker();
    const early = Array.from({ length: 10 }, () => acquire(START));
    fail(START, 5);
    for (const permit of early) breaker.settle(permit, 'failure', START + 5_000);
    expect(breaker.snapshot(START + 5_000)).toMatchObject({ state: 'open', openUntil: START + 10_000 });
    expect(breaker.peek(START + 10_000)).toBe('half_open');
  });

  it('turns everybody down with the same frozen value, without throwing', () => {
    const { breaker, fail } = makeBreaker();
    fail(START, 5);
    const first = breaker.tryAcquire(START + 1);
    expect(first).toEqual({ reason: 'breaker_open' });
    expect(Object.isFrozen(first)).toBe(true);
    expect(breaker.tryAcquire(START + 2)).toBe(first);
  });
});

describe('half-open', () => {
  const HALF = START + 10_000;

  it('lets one probe through and turns the others down at once', () => {
    const { breaker, acquire, fail } = makeBreaker();
    fail(START, 5);
    expect(breaker.isProbe(acquire(HALF))).toBe(true);
    for (let n = 0; n < 100; n += 1) expect(breaker.tryAcquire(HALF)).toEqual({ reason: 'probing' });
  });

  it('closes after two good probes, whatever the minimum of calls is', () => {
    const { breaker, fail, call } = makeBreaker({ minimumCalls: 10_000 });
    fail(START, 5);
    call(HALF, 'ok');
    expect(breaker.peek(HALF)).toBe('half_open');
    call(HALF, 'ok');
    expect(breaker.peek(HALF)).toBe('closed');
  });

  it('opens again at any failure, for longer', () => {
    const { breaker, edges, fail, call } = makeBreaker();
    fail(START, 5);
    call(HALF, 'ok');
    call(HALF, 'failure', makeFailure('timeout', { message: 'no first token in 15 s' }));
    expect(edges.at(-1)).toMatchObject({
      why: 'A probe failed: timeout.',
      errors: [{ class: 'timeout', message: 'no first token in 15 s' }],
    });
    expect(breaker.snapshot(HALF)).toMatchObject({
      state: 'open',
      reason: 'probe_failed',
      why: expect.stringMatching(/^5 calls in a row failed: .*\. A probe failed since: timeout\.$/),
      outageSince: START,
      openUntil: HALF + 20_000,
    });
  });

  it('frees the slot, and nothing else, when the probe is cancelled', () => {
    const { breaker, fail, call } = makeBreaker();
    fail(START, 5);
    call(HALF, 'none');
    expect(breaker.snapshot(HALF)).toMatchObject({
      state: 'half_open',
      probe: { successes: 0, inFlight: false },
    });
    call(HALF, 'ok');
    call(HALF, 'ok');
    expect(breaker.peek(HALF)).toBe('closed');
  });

  it('opens again when a probe hangs longer than its lease, and recovers later', () => {
    const { breaker, edges, acquire, fail, call } = makeBreaker();
    fail(START, 5);
    const hung = acquire(HALF);
    expect(breaker.peek(HALF + LEASE - 1)).toBe('half_open');
    expect(breaker.peek(HALF + LEASE)).toBe('open');
    const again = HALF + LEASE + 20_000;
    expect(breaker.tryAcquire(again - 1)).toEqual({ reason: 'breaker_open' });
    expect(edges.at(-1)).toMatchObject({ reason: 'probe_expired', at: HALF + LEASE });
    call(again, 'ok');
    breaker.settle(hung, 'failure', again);
    expect(breaker.snapshot(again)).toMatchObject({ state: 'half_open', window: { late: 1 } });
    call(again, 'ok');
    expect(breaker.peek(again)).toBe('closed');
  });

  it('is not decided by results of calls from before the trip', () => {
    const { breaker, acquire, fail, call } = makeBreaker();
    const [good = 0, bad = 0, gone = 0] = [acquire(START), acquire(START), acquire(START)];
    fail(START, 5);
    expect(breaker.peek(HALF)).toBe('half_open');
    call(HALF, 'ok');
    breaker.settle(good, 'ok', HALF);
    breaker.settle(bad, 'failure', HALF);
    breaker.settle(gone, 'none', HALF);
    expect(breaker.snapshot(HALF)).toMatchObject({
      state: 'half_open',
      probe: { successes: 1 },
      window: { late: 2 },
    });
  });

  it('takes a slow probe for a recovery unless slowness was what opened it', () => {
    const failed = makeBreaker({ probeSuccesses: 1 });
    failed.fail(START, 5);
    failed.call(HALF, 'slow');
    expect(failed.breaker.peek(HALF)).toBe('closed');
    const slow = makeBreaker({ probeSuccesses: 1 });
    for (let n = 0; n < 20; n += 1) slow.call(START, 'slow');
    slow.call(HALF, 'slow');
    expect(slow.breaker.peek(HALF)).toBe('open');
  });

  it('opens again when the stream of a good probe breaks afterwards', () => {
    const { breaker, acquire, fail } = makeBreaker();
    fail(START, 5);
    const probe = acquire(HALF);
    const { generation } = breaker;
    breaker.settle(probe, 'ok', HALF);
    breaker.charge(generation, HALF + 1, makeFailure('connection'));
    expect(breaker.peek(HALF + 1)).toBe('open');
  });
});
