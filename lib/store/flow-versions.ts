import type { ChainEntry } from '#lib/contract/config.ts';
import { type Policy, policySchema } from '#lib/contract/policy.ts';
import type { FlowVersion, Prisma } from './generated/client.ts';
import { fromJson, toJson } from './json.ts';

/** What a version publishes; never changed afterwards. */
export interface Publication {
  chain: ChainEntry[];
  policy: Policy;
  atWallMs: number;
  by: string;
  reason: string | null;
}

export type VersionRow = Publication & { number: number };

/** Versions are added with the flow that they put in force (`flows.ts`) and go with it; nothing changes one. */
export function flowVersionRepository(db: Prisma.TransactionClient) {
  return {
    /** Newest first: at most `take` of those below number `before` (null: from the newest). */
    async list(flowSlug: string, before: number | null, take: number): Promise<VersionRow[]> {
      const rows = await db.flowVersion.findMany({
        where: { flowSlug, ...(before === null ? {} : { number: { lt: before } }) },
        orderBy: { number: 'desc' },
        take,
      });
      return rows.map(toVersionRow);
    },
    async get(flowSlug: string, number: number): Promise<VersionRow | null> {
      const row = await db.flowVersion.findUnique({ where: { flowSlug_number: { flowSlug, number } } });
      return row === null ? null : toVersionRow(row);
    },
  };
}

export async function addVersion(
  db: Prisma.TransactionClient,
  flowSlug: string,
  number: number,
  publication: Publication,
): Promise<void> {
  await db.flowVersion.create({
    data: {
      flowSlug,
      number,
      chain: toJson(publication.chain),
      policy: toJson(publication.policy),
      publishedAt: new Date(publication.atWallMs),
      publishedBy: publication.by,
      reason: publication.reason,
    },
  });
}

export function toVersionRow(row: FlowVersion): VersionRow {
  return {
    number: row.number,
    chain: fromJson<ChainEntry[]>(row.chain),
    // An older version of the product wrote fewer fields: the others take their defaults.
    policy: policySchema.parse(row.policy),
    atWallMs: row.publishedAt.getTime(),
    by: row.publishedBy,
    reason: row.reason,
  };
}
