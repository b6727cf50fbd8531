import { credentialFault } from '#lib/contract/provider-rules.ts';
import { endpointId } from '#lib/contract/slug.ts';
import type {
  ConfigSnapshot,
  SnapshotEndpoint,
  SnapshotFlow,
  SnapshotProvider,
  SnapshotTarget,
} from '#lib/contract/snapshot.ts';
import type { BreakerSettings } from '#lib/engine/types.ts';
import type { FlowRow } from '#lib/store/flows.ts';
import type { EndpointRow, PreviousCredential, ProviderRow } from '#lib/store/providers.ts';
import type { Repositories } from '#lib/store/store.ts';
import type { TargetRow } from '#lib/store/targets.ts';
import { loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { ownerOf, resolveCredential } from '../credential.ts';
import { readConfigVersion } from '../setting-keys.ts';

type Resolver = Pick<ControlContext, 'env' | 'store' | 'now'>;

export interface BuiltSnapshot {
  /** Holds keys in clear: for the gateway only, never for a log. */
  snapshot: ConfigSnapshot;
  /** By provider: what stops it from working, in words. */
  problems: ReadonlyMap<string, string[]>;
}

/** Everything the gateway works from, as it is configured now. */
export async function buildSnapshot({ ctx }: { ctx: Resolver }): Promise<BuiltSnapshot> {
  return ctx.store.transaction((tx) => snapshotFrom(ctx, tx));
}

/** The same inside a transaction that is already open. */
export async function snapshotFrom(ctx: Resolver, tx: Repositories): Promise<BuiltSnapshot> {
  const { breaker, providers, targets, flows } = await loadRows(tx);
  const problems = new Map(providers.map((provider) => [provider.slug, problemsOf(ctx, provider)]));
  const apiKeys = (await tx.apiKeys.list()).map(({ id, sha256, defaultFlow, use }) => ({
    id,
    sha256,
    defaultFlow,
    use,
  }));
  const snapshot: ConfigSnapshot = {
    version: await readConfigVersion(tx),
    createdAtWallMs: ctx.now(),
    breaker,
    providers: providers.map((provider) => snapshotProvider(ctx, provider)),
    targets: targets.map((target) => snapshotTarget(target, breaker)),
    flows: flows.map(snapshotFlow),
    apiKeys,
  };
  return { snapshot, problems };
}

/** What stops a provider from working, in words; empty when nothing does. */
export function problemsOf(ctx: Pick<Resolver, 'env' | 'store'>, provider: ProviderRow): string[] {
  const own = resolveCredential(ctx, provider.credential, ownerOf(provider.slug));
  const relying = provider.endpoints.filter((endpoint) => endpoint.credential === null);
  const found: string[] = [];
  if (relying.length > 0 && own.problem !== null) found.push(own.problem);
  if (relying.length > 0 && provider.credential === null && needsKey(provider)) {
    const which = relying.map((endpoint) => endpointId(provider.slug, endpoint.slug)).join(', ');
    found.push(
      `No credential for ${which}: store an API key, or name an environment variable that holds one.`,
    );
  }
  if (relying.length > 0) found.push(...faultsOf(provider, own.key));
  for (const endpoint of provider.endpoints) {
    const { key, problem } = resolveCredential(
      ctx,
      endpoint.credential,
      ownerOf(provider.slug, endpoint.slug),
    );
    for (const text of [...(problem === null ? [] : [problem]), ...faultsOf(provider, key)])
      found.push(`${endpointId(provider.slug, endpoint.slug)}: ${text}`);
  }
  return found;
}

/** What is wrong with how a key is written, one that an environment variable holds included. */
function faultsOf(provider: ProviderRow, key: string | null): string[] {
  const fault = key === null ? null : credentialFault(provider.kind, key);
  return fault === null ? [] : [`The credential is not written as ${provider.kind} needs it. ${fault}`];
}

/** A server of one's own may take calls without a key. */
function needsKey(provider: ProviderRow): boolean {
  return !provider.simulated && provider.kind !== 'openai-compatible';
}

function snapshotProvider(ctx: Resolver, provider: ProviderRow): SnapshotProvider {
  const { slug, name, kind, simulated } = provider;
  const shared = {
    credential: resolveCredential(ctx, provider.credential, ownerOf(slug)).key,
    previous: previousOf(ctx, provider.previous, ownerOf(slug)),
  };
  return {
    slug,
    name,
    kind,
    simulated,
    endpoints: provider.endpoints.map((endpoint) => snapshotEndpoint(ctx, slug, endpoint, shared)),
  };
}

function snapshotEndpoint(
  ctx: Resolver,
  provider: string,
  endpoint: EndpointRow,
  shared: Pick<SnapshotEndpoint, 'credential' | 'previous'>,
): SnapshotEndpoint {
  const id = endpointId(provider, endpoint.slug);
  const { slug, region, baseUrl } = endpoint;
  const place = { id, slug, region, baseUrl };
  if (endpoint.credential === null) return { ...place, ...shared, credentialId: provider };
  const owner = ownerOf(provider, slug);
  const { key } = resolveCredential(ctx, endpoint.credential, owner);
  return {
    ...place,
    credential: key,
    previous: previousOf(ctx, endpoint.previous, owner),
    credentialId: id,
  };
}

/** The key before a rotation as long as it may be used; the gateway stops by itself at the end of that time. */
function previousOf(
  ctx: Resolver,
  previous: PreviousCredential | null,
  owner: string,
): SnapshotEndpoint['previous'] {
  if (previous === null || previous.untilWallMs <= ctx.now()) return undefined;
  const { key } = resolveCredential(ctx, previous.credential, owner);
  return key === null ? undefined : { credential: key, untilWallMs: previous.untilWallMs };
}

function snapshotTarget(target: TargetRow, breaker: BreakerSettings): SnapshotTarget {
  return {
    slug: target.slug,
    provider: target.provider,
    endpointId: endpointId(target.provider, target.endpoint),
    model: target.model,
    deployment: target.deployment,
    modelFamily: target.modelFamily ?? target.model,
    contextWindow: target.contextWindow,
    capabilities: target.capabilities,
    enabled: target.enabled,
    breaker: { ...breaker, ...target.breaker },
    metricsOnly: target.metricsOnly,
  };
}

function snapshotFlow(flow: FlowRow): SnapshotFlow {
  return {
    slug: flow.slug,
    name: flow.name,
    aliases: flow.aliases,
    version: flow.published.number,
    chain: flow.published.chain.map(({ target, enabled, adapter }) => ({
      target,
      enabled,
      adapter: adapter ?? null,
    })),
    policy: flow.published.policy,
  };
}
