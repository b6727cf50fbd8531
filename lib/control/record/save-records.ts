import type { RequestRecord } from '#lib/contract/records.ts';
import type { ControlContext } from '../context.ts';

/** Stores sampled requests with their attempts; those that are there already are left alone. @returns how many were new */
export async function saveRecords({
  ctx,
  input,
}: {
  ctx: Pick<ControlContext, 'store'>;
  input: { requests: readonly RequestRecord[] };
}): Promise<number> {
  if (input.requests.length === 0) return 0;
  return ctx.store.transaction((tx) => tx.requests.addAll(input.requests));
}
