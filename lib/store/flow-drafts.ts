import type { ChainEntry } from '#lib/contract/config.ts';
import { type Policy, policySchema } from '#lib/contract/policy.ts';
import type { FlowDraft, Prisma } from './generated/client.ts';
import { fromJson, toJson } from './json.ts';

export interface FlowDraftRow {
  flow: string;
  chain: ChainEntry[];
  policy: Policy;
  /** The number of the published version that it was made from. */
  basedOn: number;
  savedAtWallMs: number;
  savedBy: string;
  version: number;
}

/** At most one a flow; it goes with its flow. */
export function flowDraftRepository(db: Prisma.TransactionClient) {
  return {
    async get(flowSlug: string): Promise<FlowDraftRow | null> {
      const row = await db.flowDraft.findUnique({ where: { flowSlug } });
      return row === null ? null : toRow(row);
    },
    /** Takes the place of the draft that is there, if any: the caller has compared their versions in this transaction. */
    async put(draft: FlowDraftRow): Promise<void> {
      const columns = {
        basedOn: draft.basedOn,
        chain: toJson(draft.chain),
        policy: toJson(draft.policy),
        savedAt: new Date(draft.savedAtWallMs),
        savedBy: draft.savedBy,
        version: draft.version,
      };
      await db.flowDraft.upsert({
        where: { flowSlug: draft.flow },
        create: { flowSlug: draft.flow, ...columns },
        update: columns,
      });
    },
    async remove(flowSlug: string): Promise<void> {
      await db.flowDraft.deleteMany({ where: { flowSlug } });
    },
  };
}

function toRow(row: FlowDraft): FlowDraftRow {
  return {
    flow: row.flowSlug,
    chain: fromJson<ChainEntry[]>(row.chain),
    // An older version of the product wrote fewer fields: the others take their defaults.
    policy: policySchema.parse(row.policy),
    basedOn: row.basedOn,
    savedAtWallMs: row.savedAt.getTime(),
    savedBy: row.savedBy,
    version: row.version,
  };
}
