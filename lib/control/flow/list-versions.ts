import type { FlowVersion } from '#lib/contract/flow-editing.ts';
import { authorise } from '../actor.ts';
import { found } from '../checks.ts';
import type { ControlContext } from '../context.ts';
import { type Page, rowBefore } from '../page.ts';
import { viewVersion } from './version-view.ts';

/** Newest first, each with what it changed. @throws ControlError `not_found`, `invalid` for a cursor that no page gave */
export async function listFlowVersions({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string; cursor?: string; limit: number };
}): Promise<Page<FlowVersion>> {
  authorise(ctx);
  const { slug, cursor, limit } = input;
  const before = rowBefore(cursor);
  // One more than asked for: the last one shown is compared with it.
  const { flow, rows } = await ctx.store.transaction(async (tx) => ({
    flow: found(await tx.flows.get(slug), 'flow', slug),
    rows: await tx.flowVersions.list(slug, before, limit + 1),
  }));
  const items = rows.slice(0, limit).map((row, at) => viewVersion(flow, row, rows[at + 1] ?? null));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? String(last.number) : null };
}
