import { enginePolicy, rateLimitScope } from '#lib/contract/engine-terms.ts';
import type { ServedBy } from '#lib/contract/served-by.ts';
import type {
  ConfigSnapshot,
  SnapshotApiKey,
  SnapshotEndpoint,
  SnapshotFlow,
  SnapshotProvider,
  SnapshotTarget,
} from '#lib/contract/snapshot.ts';
import type { EngineConfig, EngineFlow, EngineTarget } from '#lib/engine/types.ts';
import { countsTokens } from '#lib/wire/anthropic/count-tokens.ts';
import type { UpstreamTarget } from '#lib/wire/types.ts';

/** A target with everything that a request needs of it, looked up once per snapshot. */
export interface TargetEntry {
  engine: EngineTarget;
  upstream: UpstreamTarget;
  servedBy: ServedBy;
  /** `provider/endpoint/model`, safe as a header's value. */
  servedByHeader: string;
  simulated: boolean;
  /** The key before a rotation, while both are good; null: none. */
  previous: { credential: string; untilWallMs: number } | null;
}

export interface FlowEntry {
  flow: SnapshotFlow;
  engine: EngineFlow;
  /** The same without backup models, whatever the mode: for answers that only the primary's model can give. */
  alternatesOnly: EngineFlow;
  /** The targets that can count tokens, in the chain's order; null when there are none. */
  counting: EngineFlow | null;
  /** By target slug, with the flow's own adapter rules in `upstream`. */
  targets: ReadonlyMap<string, TargetEntry>;
  simulated: boolean;
}

/** A snapshot as requests use it: every lookup is one map access. Immutable; a request keeps the one it began with. */
export interface SnapshotIndex {
  version: number;
  createdAtWallMs: number;
  engine: EngineConfig;
  /** By slug and by alias. */
  flows: ReadonlyMap<string, FlowEntry>;
  /** In the snapshot's order. */
  flowList: readonly FlowEntry[];
  /** By slug, whether a flow has them or not. */
  targets: ReadonlyMap<string, TargetEntry>;
  /** By lower-case hex SHA-256 of the key. */
  apiKeys: ReadonlyMap<string, SnapshotApiKey>;
  /** `https://host:port` of every endpoint that a target uses. */
  origins: ReadonlySet<string>;
}

/** Builds the index. Throws a RangeError that names what is missing when the snapshot contradicts itself. */
export function indexSnapshot(snapshot: ConfigSnapshot): SnapshotIndex {
  const targets = indexTargets(snapshot);
  const flowList = snapshot.flows.map((flow) => indexFlow(flow, targets));
  const flows = new Map<string, FlowEntry>();
  for (const entry of flowList) for (const alias of entry.flow.aliases) flows.set(alias, entry);
  for (const entry of flowList) flows.set(entry.flow.slug, entry);
  return {
    version: snapshot.version,
    createdAtWallMs: snapshot.createdAtWallMs,
    engine: {
      targets: [...targets.values()].map((entry) => entry.engine),
      flows: flowList.map((entry) => entry.engine),
      breaker: snapshot.breaker,
    },
    flows,
    flowList,
    targets,
    apiKeys: new Map(snapshot.apiKeys.map((key) => [key.sha256, key])),
    origins: new Set([...targets.values()].map((entry) => new URL(entry.upstream.baseUrl).origin)),
  };
}

function indexTargets(snapshot: ConfigSnapshot): Map<string, TargetEntry> {
  const endpoints = new Map<string, { provider: SnapshotProvider; endpoint: SnapshotEndpoint }>();
  for (const provider of snapshot.providers) {
    for (const endpoint of provider.endpoints) endpoints.set(endpoint.id, { provider, endpoint });
  }
  const targets = new Map<string, TargetEntry>();
  for (const target of snapshot.targets) {
    const place = endpoints.get(target.endpointId);
    if (place === undefined) {
      throw new RangeError(`Target "${target.slug}" uses endpoint "${target.endpointId}", which is missing.`);
    }
    targets.set(target.slug, indexTarget(target, place.provider, place.endpoint));
  }
  return targets;
}

function indexTarget(
  target: SnapshotTarget,
  provider: SnapshotProvider,
  endpoint: SnapshotEndpoint,
): TargetEntry {
  const servedBy = {
    target: target.slug,
    provider: provider.slug,
    endpoint: endpoint.slug,
    model: target.model,
  };
  return {
    engine: {
      slug: target.slug,
      provider: target.provider,
      endpointId: target.endpointId,
      model: target.model,
      modelFamily: target.modelFamily,
      contextWindow: target.contextWindow,
      capabilities: target.capabilities,
      enabled: target.enabled,
      rateLimitScope: rateLimitScope(provider.kind),
      credentialId: endpoint.credentialId,
      breaker: target.breaker,
      metricsOnly: target.metricsOnly,
    },
    upstream: {
      kind: provider.kind,
      baseUrl: endpoint.baseUrl,
      region: endpoint.region,
      model: target.model,
      deployment: target.deployment,
      credential: endpoint.credential,
      adapter: null,
    },
    servedBy,
    servedByHeader: `${provider.slug}/${endpoint.slug}/${target.model}`.replace(/[^\x20-\x7e]/g, '?'),
    simulated: provider.simulated,
    previous: endpoint.previous ?? null,
  };
}

/** A flow over some of the targets, as requests use it. Throws a RangeError when one is missing. */
export function indexFlow(flow: SnapshotFlow, targets: ReadonlyMap<string, TargetEntry>): FlowEntry {
  const own = new Map<string, TargetEntry>();
  for (const { target, adapter } of flow.chain) {
    const entry = targets.get(target);
    if (entry === undefined) {
      throw new RangeError(`Flow "${flow.slug}" names the target "${target}", which is missing.`);
    }
    own.set(target, adapter === null ? entry : { ...entry, upstream: { ...entry.upstream, adapter } });
  }
  const policy = enginePolicy(flow.policy);
  const chain = flow.chain.map(({ target, enabled }) => ({ target, enabled }));
  const counting = chain.filter(({ target }) => {
    const entry = own.get(target);
    return entry !== undefined && countsTokens(entry.upstream);
  });
  return {
    flow,
    engine: { slug: flow.slug, chain, policy },
    alternatesOnly: { slug: flow.slug, chain, policy: { ...policy, mode: 'quality' } },
    counting:
      counting.length === 0
        ? null
        : {
            slug: flow.slug,
            chain: counting,
            policy: { ...policy, mode: 'availability', hedge: null, patience: null },
          },
    targets: own,
    simulated: [...own.values()].some((entry) => entry.simulated),
  };
}
