import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type ScopeChain, ScopePermit } from '#lib/engine/scopes.ts';
import type { Verdict } from '#lib/engine/types.ts';
import { makeFailure } from './factories.ts';
import { makeBreaker, START } from './make-breaker.ts';
import { makeChain } from './make-chain.ts';

/** How fast it is, `npm run bench -- engine` tells, beside two libraries; here is what must not grow. */
const MILLION = 1_000_000;

function collectedHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  return process.memoryUsage().heapUsed;
}

function callTimes(chain: ScopeChain, times: number, verdict: Verdict): void {
  for (let now = 0; now < times; now += 1) {
    const permit = chain.tryAcquire(now);
    if (permit instanceof ScopePermit) permit.settle(verdict, now, null, null);
  }
}

describe('a healthy call', () => {
  it('keeps no memory, over a million calls through three scopes', () => {
    const chain = makeChain(0);
    callTimes(chain, 10_000, 'ok');
    const before = collectedHeap();
    callTimes(chain, MILLION, 'ok');
    expect(collectedHeap() - before).toBeLessThan(200_000);
  });
});

describe('a failing target', () => {
  it('keeps no memory, over a million calls that are let through or turned away', () => {
    const chain = makeChain(0);
    callTimes(chain, 10_000, 'failure');
    const before = collectedHeap();
    callTimes(chain, MILLION, 'failure');
    expect(collectedHeap() - before).toBeLessThan(200_000);
  });

  it('costs the same for every failure, however many are in the window', () => {
    const { breaker, acquire } = makeBreaker({ consecutiveFailures: MILLION, minimumCalls: 10 * MILLION });
    const failure = makeFailure('server_error');
    // A window that were sorted or walked at every failure would take minutes here.
    for (let call = 0; call < 500_000; call += 1) breaker.settle(acquire(START), 'failure', START, failure);
    expect(breaker.snapshot(START).window.failure).toBe(500_000);
    expect(breaker.snapshot(START).errors).toHaveLength(5);
  });
});
