import type { FlowView } from '#lib/contract/api.ts';
import type { FlowRow, NewFlow } from '#lib/store/flows.ts';
import { change } from '../change.ts';
import { found, requireVersion, sameJson } from '../checks.ts';
import { checkRows, flowDocument, loadRows, withRow } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { viewFlow } from './view.ts';

/** The part of a flow that its editors change. */
export type FlowContent = NewFlow & {
  published: Pick<FlowRow['published'], 'chain' | 'policy'>;
};

export interface SaveFlowInput {
  slug: string;
  expectedVersion: number;
  action: string;
  summary: (current: FlowRow) => string;
  reason: string | null;
  /** The flow as it should be. Throws ControlError `invalid`. */
  apply: (current: FlowRow) => FlowContent;
}

/**
 * What every edit of a flow does: compare-and-set, check the whole configuration, add a version when chain or policy differ, audit.
 * @throws ControlError `not_found`, `stale_version`, `invalid`
 */
export async function saveFlow(ctx: ControlContext, input: SaveFlowInput): Promise<FlowView> {
  const { slug, expectedVersion, reason } = input;
  return change(ctx, 'config', async ({ tx, by, atWallMs, audit }) => {
    const rows = await loadRows(tx);
    const current = found(
      rows.flows.find((row) => row.slug === slug),
      'flow',
      slug,
    );
    const view = viewFlow(current, rows.targets);
    requireVersion(current.version, expectedVersion, `The flow "${slug}"`, view);
    const next = input.apply(current);
    if (sameJson(flowDocument(next), flowDocument(current))) return view;
    checkRows({ ...rows, flows: withRow<FlowContent>(rows.flows, next) }, { list: 'flows', slug });
    const publishes = !sameJson(
      [next.published.chain, next.published.policy],
      [current.published.chain, current.published.policy],
    );
    const { chain, policy } = next.published;
    await tx.flows.update(expectedVersion, next, publishes ? { chain, policy, atWallMs, by, reason } : null);
    await audit({
      action: input.action,
      entity: 'flow',
      entityId: slug,
      summary: input.summary(current),
      reason,
      before: flowDocument(current),
      after: flowDocument(next),
    });
    return viewFlow(found(await tx.flows.get(slug), 'flow', slug), rows.targets);
  });
}
