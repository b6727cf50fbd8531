import type { Exceptions } from '#lib/contract/readiness.ts';
import { addVersion, type Publication, toVersionRow, type VersionRow } from './flow-versions.ts';
import type { Flow, FlowVersion, Prisma } from './generated/client.ts';
import { fromJson, toJson, toNullableJson } from './json.ts';

export interface FlowRow {
  slug: string;
  name: string;
  aliases: string[];
  simulated: boolean;
  /** null: nobody has said. */
  callerTimeoutSeconds: number | null;
  /** Items of the readiness check that are deliberately as they are. */
  exceptions: Exceptions;
  version: number;
  published: VersionRow;
  /** Something is about to be published (`flow-drafts.ts`). */
  hasDraft: boolean;
}

export type NewFlow = Omit<FlowRow, 'version' | 'published' | 'hasDraft'>;

/** A flow and whether it has a draft. */
const WITH_DRAFT = { draft: { select: { version: true } } } as const;
type FoundFlow = Flow & { draft: { version: number } | null };

/** Few enough that the statement's expression stays shallow. */
const FLOWS_A_QUERY = 100;

export function flowRepository(db: Prisma.TransactionClient) {
  return {
    async list(): Promise<FlowRow[]> {
      const flows = await db.flow.findMany({ orderBy: { id: 'asc' }, include: WITH_DRAFT });
      const published = await publishedOf(db, flows);
      return flows.map((flow) => toRow(flow, published));
    },
    async get(slug: string): Promise<FlowRow | null> {
      const flow = await db.flow.findUnique({ where: { slug }, include: WITH_DRAFT });
      return flow === null ? null : toRow(flow, await publishedOf(db, [flow]));
    },
    async create(flow: NewFlow, publication: Publication): Promise<void> {
      await db.flow.create({ data: { ...columns(flow), slug: flow.slug, publishedVersion: 1 } });
      await addVersion(db, flow.slug, 1, publication);
    },
    /** With a publication, a new version is added and put in force. False when the row is no longer at `version`, or gone. */
    async update(version: number, flow: NewFlow, publication: Publication | null): Promise<boolean> {
      const current = await db.flow.findUnique({ where: { slug: flow.slug } });
      if (current === null || current.version !== version) return false;
      const publishedVersion = current.publishedVersion + (publication === null ? 0 : 1);
      await db.flow.update({
        where: { slug: flow.slug },
        data: { ...columns(flow), publishedVersion, version: version + 1 },
      });
      if (publication !== null) await addVersion(db, flow.slug, publishedVersion, publication);
      return true;
    },
    async remove(slug: string): Promise<void> {
      await db.flow.deleteMany({ where: { slug } });
    },
  };
}

async function publishedOf(db: Prisma.TransactionClient, flows: Flow[]): Promise<Map<string, FlowVersion>> {
  const found = new Map<string, FlowVersion>();
  for (let from = 0; from < flows.length; from += FLOWS_A_QUERY) {
    const OR = flows
      .slice(from, from + FLOWS_A_QUERY)
      .map((flow) => ({ flowSlug: flow.slug, number: flow.publishedVersion }));
    for (const version of await db.flowVersion.findMany({ where: { OR } }))
      found.set(version.flowSlug, version);
  }
  return found;
}

function columns(flow: NewFlow) {
  const { name, simulated, callerTimeoutSeconds, exceptions } = flow;
  return {
    name,
    aliases: toJson(flow.aliases),
    simulated,
    callerTimeoutSeconds,
    exceptions: toNullableJson(Object.keys(exceptions).length === 0 ? null : exceptions),
  };
}

function toRow(flow: FoundFlow, published: Map<string, FlowVersion>): FlowRow {
  const version = published.get(flow.slug);
  if (version === undefined) {
    throw new Error(
      `Flow "${flow.slug}" has no version ${flow.publishedVersion}: the database was changed by hand.`,
    );
  }
  return {
    slug: flow.slug,
    name: flow.name,
    aliases: fromJson<string[]>(flow.aliases),
    simulated: flow.simulated,
    callerTimeoutSeconds: flow.callerTimeoutSeconds,
    exceptions: fromJson<Exceptions | null>(flow.exceptions) ?? {},
    version: flow.version,
    published: toVersionRow(version),
    hasDraft: flow.draft !== null,
  };
}
