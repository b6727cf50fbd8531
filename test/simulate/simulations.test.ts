import { describe, expect, it } from 'vitest';
import { hedged } from './hedging.ts';
import { type BackoffName, contend } from './jitter.ts';
import { healthyFrom, overload, peakSent, UNTIL_S } from './metastable.ts';
import { CALLS, mostLoad, retrying } from './retry-budget.ts';
import { atLeast, falseAlarms, inferred, outageCost } from './scope-inference.ts';
import { throttledRetries } from './throttle.ts';

describe('jitter, for contending clients', () => {
  it.each([50, 100])(
    'full jitter does the least work, and exponential backoff without jitter takes longest (%i)',
    (clients) => {
      const of = (name: BackoffName) => contend(name, clients, 12);
      const [none, exponential, equal, full, decorrelated] = [
        of('none'),
        of('exponential'),
        of('equal'),
        of('full'),
        of('decorrelated'),
      ];
      expect(full.calls).toBeLessThan(equal.calls);
      expect(equal.calls).toBeLessThan(decorrelated.calls);
      expect(decorrelated.calls).toBeLessThan(exponential.calls);
      expect(exponential.calls).toBeLessThan(none.calls);
      expect(exponential.doneMs).toBeGreaterThan(5 * equal.doneMs);
      expect(equal.doneMs).toBeGreaterThan(full.doneMs);
      expect(full.doneMs).toBeGreaterThan(decorrelated.doneMs);
    },
  );
});

describe('the retry budget', () => {
  it.each([0.01, 0.1, 0.3, 0.5, 0.9, 1])(
    'adds a tenth to the load at most, with %f of the attempts failing',
    (failing) => {
      expect(retrying('the engine', failing).load).toBeLessThanOrEqual(mostLoad(CALLS));
    },
  );

  it('multiplies a dead provider’s load by four without it, and leaves it alone with it', () => {
    expect(retrying('three retries', 1).load).toBe(4);
    expect(retrying('the engine', 1).load).toBeLessThan(1.01);
  });

  it('costs next to nothing while few calls fail', () => {
    expect(retrying('three retries', 0.01).success - retrying('the engine', 0.01).success).toBeLessThan(
      0.0005,
    );
  });
});

describe('a retry throttle', () => {
  it.each([
    [0.05, 0.052],
    [0.08, 0.062],
    [0.1, 0.02],
    [0.15, 0],
    [1, 0],
  ])('with %f failing retries %f of the calls', (failing, share) => {
    expect(throttledRetries(failing)).toBeCloseTo(share, 2);
  });
});

describe('an overloaded server after a ten-second stop', () => {
  it('stays down for good under one retry a call, though it has room to spare', () => {
    const run = overload('one retry');
    expect(healthyFrom(run)).toBeNull();
    expect(run.goodput.slice(UNTIL_S - 60).every((answers) => answers === 0)).toBe(true);
    expect(run.sent[UNTIL_S - 1]).toBe(560);
  });

  it('needs two minutes to drain its queue without retries, and no longer with a budget for them', () => {
    const without = healthyFrom(overload('no retries')) ?? Number.NaN;
    expect(without).toBeGreaterThan(180);
    expect(without).toBeLessThan(220);
    const budgeted = overload('retry with a budget');
    expect(Math.abs((healthyFrom(budgeted) ?? Number.NaN) - without)).toBeLessThan(10);
    expect(peakSent(budgeted)).toBeLessThan(320);
  });

  it('is well within twenty seconds behind the breaker, with the same retry', () => {
    expect(healthyFrom(overload('retry behind the breaker'))).toBeLessThanOrEqual(90);
  });
});

describe('hedging with one straggler in twenty', () => {
  const none = hedged(0);
  const capped = hedged(0.06);

  it('brings the 99th percentile from thirteen seconds to under two, for six calls more in a hundred', () => {
    expect(none.p99Ms).toBeGreaterThan(12_000);
    expect(capped.p99Ms).toBeLessThan(2_500);
    expect(capped.extra).toBeLessThanOrEqual(0.061);
  });

  it('does little with a budget smaller than the share of stragglers', () => {
    expect(hedged(0.02).p99Ms).toBeGreaterThan(10_000);
  });

  it('adds hardly a call to a total outage, where it would double the load without a limit', () => {
    expect(hedged(1, { outage: true }).extra).toBe(1);
    expect(hedged(0.06, { outage: true }).extra).toBeLessThan(0.01);
  });
});

describe('the inference that an endpoint is down', () => {
  it('is a thousand times less often wrong than two open models alone would make it', () => {
    expect(atLeast(8, 2, 0.02)).toBeCloseTo(1.0e-2, 3);
    expect(falseAlarms(8, 0.02)).toBeLessThan(1.2e-5);
    expect(falseAlarms(20, 0.02)).toBeLessThan(1e-10);
  });

  it('is the engine’s own: its share of false alarms is the closed form’s', async () => {
    const [children, q, trials] = [4, 0.3, 400];
    const expected = falseAlarms(children, q);
    const deviation = Math.sqrt((expected * (1 - expected)) / trials);
    const share = await inferred(children, q, trials);
    expect(Math.abs(share - expected)).toBeLessThan(4 * deviation);
  });

  it.each([
    [1, 5],
    [2, 10],
    [4, 10],
    [10, 25],
  ])('a dead endpoint with %i models in use costs %i attempts', async (models, attempts) => {
    expect(await outageCost(models)).toBe(attempts);
  });
});
