import { Cooldowns } from '#lib/engine/cooldowns.ts';
import { Registry } from '#lib/engine/registry.ts';
import type { ScopeChain } from '#lib/engine/scopes.ts';
import { makeConfig, makeFlow, makeTarget } from './factories.ts';

/** One target with its endpoint and provider, as a configuration makes them. */
export function makeChain(now: number): ScopeChain {
  const target = makeTarget('p.e.t');
  const registry = new Registry(
    () => 0,
    new Cooldowns(),
    () => undefined,
  );
  registry.configure(makeConfig([target], makeFlow([target])), now, 0);
  const resolved = registry.target(target.slug);
  if (resolved === undefined) throw new Error('The configuration has no such target.');
  return resolved.chain;
}
