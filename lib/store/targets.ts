import type { Prices } from '#lib/contract/config.ts';
import type { BreakerSettings, Capability } from '#lib/engine/types.ts';
import type { Prisma, Target } from './generated/client.ts';
import { fromJson, toNullableJson } from './json.ts';

export interface TargetRow {
  slug: string;
  provider: string;
  endpoint: string;
  model: string;
  deployment: string | null;
  /** null: the model's name. */
  modelFamily: string | null;
  contextWindow: number | null;
  capabilities: Capability[] | null;
  enabled: boolean;
  /** Only what differs from the global settings. */
  breaker: Partial<BreakerSettings> | null;
  /** Its breaker decides and is shown, but turns nothing away. */
  metricsOnly: boolean;
  prices: Prices | null;
  version: number;
}

export type NewTarget = Omit<TargetRow, 'version'>;

export function targetRepository(db: Prisma.TransactionClient) {
  return {
    async list(): Promise<TargetRow[]> {
      return (await db.target.findMany({ orderBy: { id: 'asc' } })).map(toRow);
    },
    async get(slug: string): Promise<TargetRow | null> {
      const found = await db.target.findUnique({ where: { slug } });
      return found === null ? null : toRow(found);
    },
    async create(target: NewTarget): Promise<void> {
      await db.target.create({ data: { slug: target.slug, ...columns(target) } });
    },
    /** False when the row is no longer at `version`, or gone. */
    async update(version: number, target: NewTarget): Promise<boolean> {
      const { count } = await db.target.updateMany({
        where: { slug: target.slug, version },
        data: { ...columns(target), version: version + 1 },
      });
      return count > 0;
    },
    async remove(slug: string): Promise<void> {
      await db.target.deleteMany({ where: { slug } });
    },
  };
}

function columns(target: NewTarget) {
  return {
    providerSlug: target.provider,
    endpointSlug: target.endpoint,
    model: target.model,
    deployment: target.deployment,
    modelFamily: target.modelFamily,
    contextWindow: target.contextWindow,
    capabilities: toNullableJson(target.capabilities),
    enabled: target.enabled,
    breaker: toNullableJson(target.breaker),
    metricsOnly: target.metricsOnly,
    prices: toNullableJson(target.prices),
  };
}

function toRow(found: Target): TargetRow {
  return {
    slug: found.slug,
    provider: found.providerSlug,
    endpoint: found.endpointSlug,
    model: found.model,
    deployment: found.deployment,
    modelFamily: found.modelFamily,
    contextWindow: found.contextWindow,
    capabilities: fromJson<Capability[] | null>(found.capabilities),
    enabled: found.enabled,
    breaker: fromJson<Partial<BreakerSettings> | null>(found.breaker),
    metricsOnly: found.metricsOnly,
    prices: fromJson<Prices | null>(found.prices),
    version: found.version,
  };
}
