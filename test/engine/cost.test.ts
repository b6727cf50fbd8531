import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Breaker } from '#lib/engine/breaker.ts';
import { type Scope, ScopeChain, ScopePermit } from '#lib/engine/scopes.ts';
import type { ScopeKind } from '#lib/engine/types.ts';
import { SETTINGS } from './factories.ts';

const NANOSECONDS_PER_SCOPE = 150;

function makeChain(): ScopeChain {
  const scope = (kind: ScopeKind, id: string): Scope => ({
    kind,
    id,
    breaker: new Breaker({ settings: SETTINGS, random: () => 0, now: 0 }),
    override: null,
    seqBase: 0,
  });
  return new ScopeChain(scope('target', 't'), scope('endpoint', 'e'), scope('provider', 'p'));
}

function callTimes(chain: ScopeChain, times: number): void {
  for (let now = 0; now < times; now += 1) {
    const permit = chain.tryAcquire(now);
    if (permit instanceof ScopePermit) permit.settle('ok', now, null, null);
  }
}

describe('a healthy call', () => {
  it('costs little: acquiring and settling three scopes, in CPU time, the best of ten rounds', () => {
    const chain = makeChain();
    const rounds = Array.from({ length: 10 }, () => {
      const before = process.cpuUsage();
      callTimes(chain, 100_000);
      const { user, system } = process.cpuUsage(before);
      return ((user + system) * 1000) / 100_000;
    });
    expect(Math.min(...rounds)).toBeLessThan(3 * NANOSECONDS_PER_SCOPE);
  });

  it('keeps no memory, over a million calls', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const chain = makeChain();
    callTimes(chain, 10_000);
    collect();
    const before = process.memoryUsage().heapUsed;
    callTimes(chain, 1_000_000);
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000);
  });
});
