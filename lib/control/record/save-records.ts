import type { RequestRecord } from '#lib/contract/records.ts';
import type { ControlContext } from '../context.ts';
import { inBatches } from './batches.ts';

/**
 * Stores sampled requests with their attempts, and when each API key was last seen; requests that are there already are left alone.
 * @returns how many were new
 */
export async function saveRecords({
  ctx,
  input,
}: {
  ctx: Pick<ControlContext, 'store'>;
  input: { requests: readonly RequestRecord[] };
}): Promise<number> {
  let added = 0;
  for (const requests of inBatches(input.requests)) {
    added += await ctx.store.transaction(async (tx) => {
      for (const [id, atWallMs] of lastUses(requests)) await tx.apiKeys.touch(id, atWallMs);
      return tx.requests.addAll(requests);
    });
  }
  return added;
}

function lastUses(requests: readonly RequestRecord[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { apiKeyId, atWallMs } of requests) {
    if (apiKeyId !== null) uses.set(apiKeyId, Math.max(uses.get(apiKeyId) ?? 0, atWallMs));
  }
  return uses;
}
