import type { ProviderKind } from '#lib/contract/config.ts';
import type { Prisma } from './generated/client.ts';
import { fromJson, toNullableJson } from './json.ts';

/** A credential at rest: an environment variable's name, or a key sealed by the secret box. */
export type StoredCredential = { env: string } | { sealed: string };

/** The key before a rotation, good until then. */
export interface PreviousCredential {
  credential: StoredCredential;
  untilWallMs: number;
}

export interface EndpointRow {
  slug: string;
  region: string | null;
  baseUrl: string;
  credential: StoredCredential | null;
  previous: PreviousCredential | null;
}

export interface ProviderRow {
  slug: string;
  name: string;
  kind: ProviderKind;
  simulated: boolean;
  credential: StoredCredential | null;
  previous: PreviousCredential | null;
  endpoints: EndpointRow[];
  version: number;
}

export type NewProvider = Omit<ProviderRow, 'version'>;

const include = { endpoints: { orderBy: { position: 'asc' } } } as const;
type Loaded = Prisma.ProviderGetPayload<{ include: typeof include }>;

export function providerRepository(db: Prisma.TransactionClient) {
  return {
    async list(): Promise<ProviderRow[]> {
      return (await db.provider.findMany({ include, orderBy: { id: 'asc' } })).map(toRow);
    },
    async get(slug: string): Promise<ProviderRow | null> {
      const found = await db.provider.findUnique({ where: { slug }, include });
      return found === null ? null : toRow(found);
    },
    async create(provider: NewProvider): Promise<void> {
      await db.provider.create({
        data: {
          slug: provider.slug,
          ...columns(provider),
          endpoints: { create: provider.endpoints.map(endpointColumns) },
        },
      });
    },
    /** False when the row is no longer at `version`, or gone. */
    async update(version: number, provider: NewProvider): Promise<boolean> {
      const { slug, endpoints } = provider;
      const { count } = await db.provider.updateMany({
        where: { slug, version },
        data: { ...columns(provider), version: version + 1 },
      });
      if (count === 0) return false;
      const kept = endpoints.map((endpoint) => endpoint.slug);
      await db.endpoint.deleteMany({ where: { providerSlug: slug, slug: { notIn: kept } } });
      for (const [position, endpoint] of endpoints.entries()) {
        const data = endpointColumns(endpoint, position);
        await db.endpoint.upsert({
          where: { providerSlug_slug: { providerSlug: slug, slug: endpoint.slug } },
          create: { ...data, providerSlug: slug },
          update: data,
        });
      }
      return true;
    },
    async remove(slug: string): Promise<void> {
      await db.provider.deleteMany({ where: { slug } });
    },
    /** Until commit, targets may point at endpoints that do not exist (yet). */
    async deferReferences(): Promise<void> {
      await db.$executeRawUnsafe('PRAGMA defer_foreign_keys=ON');
    },
  };
}

function columns(provider: NewProvider) {
  return {
    name: provider.name,
    kind: provider.kind,
    simulated: provider.simulated,
    credential: toNullableJson(provider.credential),
    previous: toNullableJson(provider.previous),
  };
}

function endpointColumns(endpoint: EndpointRow, position: number) {
  return {
    slug: endpoint.slug,
    position,
    region: endpoint.region,
    baseUrl: endpoint.baseUrl,
    credential: toNullableJson(endpoint.credential),
    previous: toNullableJson(endpoint.previous),
  };
}

function toRow(found: Loaded): ProviderRow {
  return {
    slug: found.slug,
    name: found.name,
    // Written from the contract's enum only.
    kind: found.kind as ProviderKind,
    simulated: found.simulated,
    credential: fromJson<StoredCredential | null>(found.credential),
    previous: fromJson<PreviousCredential | null>(found.previous),
    endpoints: found.endpoints.map((endpoint) => ({
      slug: endpoint.slug,
      region: endpoint.region,
      baseUrl: endpoint.baseUrl,
      credential: fromJson<StoredCredential | null>(endpoint.credential),
      previous: fromJson<PreviousCredential | null>(endpoint.previous),
    })),
    version: found.version,
  };
}
