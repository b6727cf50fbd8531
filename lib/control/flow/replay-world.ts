import type { ChainEntry } from '#lib/contract/config.ts';
import type { ReplayFlow, ReplayWorld } from '#lib/replay/types.ts';
import { engineFlow, engineModel } from '../breaker/engine-model.ts';
import type { ConfigRows } from '../config/document.ts';
import type { Published } from './save.ts';

/** A chain and a policy as they are replayed. */
export function replayFlow(slug: string, published: Published): ReplayFlow {
  const { midStream, buffer } = published.policy;
  return { engine: engineFlow(slug, published), midStream, buffer };
}

/** What is configured now, as far as it bears on these chains: whoever calls the same providers shares their breakers. */
export function replayWorld(
  rows: ConfigRows,
  chains: readonly (readonly ChainEntry[])[],
): Omit<ReplayWorld, 'overrides'> {
  const { targets } = engineModel(rows);
  const providers = new Set(chains.flat().map(({ target }) => targets.get(target)?.provider));
  const sharing = rows.flows.filter(({ published }) =>
    published.chain.some(({ target }) => providers.has(targets.get(target)?.provider)),
  );
  return {
    targets: [...targets.values()],
    breaker: rows.breaker,
    flows: new Map(sharing.map(({ slug, published }) => [slug, replayFlow(slug, published)])),
    prices: new Map(rows.targets.flatMap(({ slug, prices }) => (prices === null ? [] : [[slug, prices]]))),
  };
}

/** Targets of these chains that nobody called: what they did before the span is looked up. */
export function uncalled(
  chains: readonly (readonly ChainEntry[])[],
  requests: readonly { attempts: readonly { target: string }[] }[],
): string[] {
  const wanted = new Set(chains.flat().map(({ target }) => target));
  for (const { attempts } of requests) for (const { target } of attempts) wanted.delete(target);
  return [...wanted];
}
