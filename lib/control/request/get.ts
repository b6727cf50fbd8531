import type { RequestRecord } from '#lib/contract/records.ts';
import { authorise } from '../actor.ts';
import { found } from '../checks.ts';
import type { ControlContext } from '../context.ts';

/** One request with the trail of its attempts. @throws ControlError `not_found`, also for one that was not sampled */
export async function getRequest({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { id: string };
}): Promise<RequestRecord> {
  authorise(ctx);
  return found(await ctx.store.requests.get(input.id), 'recorded request', input.id);
}
