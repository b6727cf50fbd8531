import type { FlowView } from '#lib/contract/api.ts';
import type { ConfigFlow } from '#lib/contract/config.ts';
import { change } from '../change.ts';
import { found, refuseDuplicate } from '../checks.ts';
import { checkRows, flowColumns, flowDocument, loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { viewFlow } from './view.ts';

/** Publishes version 1. @throws ControlError `already_exists`, `invalid` (no such target, a name that another flow has) */
export async function createFlow({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: ConfigFlow;
}): Promise<FlowView> {
  const { slug, name, chain, policy } = input;
  return change(ctx, 'config', async ({ tx, by, atWallMs, audit }) => {
    const rows = await loadRows(tx);
    refuseDuplicate(
      rows.flows.some((row) => row.slug === slug),
      'flow',
      slug,
    );
    const row = { ...flowColumns(input), simulated: false, published: { chain, policy } };
    checkRows({ ...rows, flows: [...rows.flows, row] }, { list: 'flows', slug });
    await tx.flows.create(row, { chain, policy, atWallMs, by, reason: null });
    await audit({
      action: 'flow.create',
      entity: 'flow',
      entityId: slug,
      summary: `Added the flow ${name}.`,
      after: flowDocument(row),
    });
    return viewFlow(found(await tx.flows.get(slug), 'flow', slug), rows.targets);
  });
}
