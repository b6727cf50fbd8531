import type { FlowVersionDetail } from '#lib/contract/flow-editing.ts';
import { authorise } from '../actor.ts';
import { found } from '../checks.ts';
import type { ControlContext } from '../context.ts';
import { requireExists, viewVersion } from './version-view.ts';

/** One published version, whole; what an older product did not write has its default. @throws ControlError `not_found` */
export async function getFlowVersion({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string; number: number };
}): Promise<FlowVersionDetail> {
  authorise(ctx);
  const { slug, number } = input;
  const { flow, row, previous } = await ctx.store.transaction(async (tx) => ({
    flow: found(await tx.flows.get(slug), 'flow', slug),
    row: await tx.flowVersions.get(slug, number),
    previous: await tx.flowVersions.get(slug, number - 1),
  }));
  const version = requireExists(flow, number, row);
  return { ...viewVersion(flow, version, previous), chain: version.chain, policy: version.policy };
}
