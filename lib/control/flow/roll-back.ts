import type { FlowView } from '#lib/contract/api.ts';
import { change } from '../change.ts';
import type { Fault } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { ControlError } from '../errors.ts';
import { faultsOfFlow, flowToEdit, samePublished, writeFlow } from './save.ts';
import { requireExists } from './version-view.ts';

export interface RollBackFlowInput {
  slug: string;
  /** The flow's version that the caller read. */
  expectedVersion: number;
  /** The version whose chain and policy are to be in force again. */
  number: number;
  reason: string;
}

/**
 * Publishes an earlier version once more, as a new one. A draft stays, and has been overtaken.
 * @throws ControlError `not_found` (flow, version); `stale_version` with the current flow; `conflict` when that is in force; `invalid`
 * (`reason`; `chain.1` of that version when its target has been removed since)
 */
export async function rollBackFlow({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: RollBackFlowInput;
}): Promise<FlowView> {
  const { slug, expectedVersion, number, reason } = input;
  return change(ctx, 'config', async (tools) => {
    const edit = await flowToEdit(tools.tx, slug, expectedVersion);
    const { current } = edit;
    const { chain, policy } = requireExists(current, number, await tools.tx.flowVersions.get(slug, number));
    const live = current.published.number;
    if (samePublished(current.published, { chain, policy })) throw alreadyInForce(number, live);
    refuseBroken(number, faultsOfFlow(edit.rows, { ...current, published: { chain, policy } }));
    return writeFlow(tools, edit, {
      action: 'flow.rollback',
      summary: `Rolled the flow ${current.name} back to version ${number}, as version ${live + 1}.`,
      reason,
      next: { ...current, published: { chain, policy } },
    });
  });
}

/** Its targets may have been removed since. */
function refuseBroken(number: number, issues: Fault[]): void {
  if (issues.length === 0) return;
  const why = issues.map(({ message }) => message).join(' ');
  throw new ControlError('invalid', `Version ${number} cannot be put in force again: ${why}`, { issues });
}

function alreadyInForce(number: number, live: number): ControlError {
  return new ControlError(
    'conflict',
    number === live
      ? `Version ${number} is in force: there is nothing to roll back.`
      : `Version ${number} says what version ${live} has in force already: there is nothing to roll back.`,
  );
}
