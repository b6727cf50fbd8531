import type { ConfigDiff } from '#lib/contract/api.ts';
import { authorise } from '../actor.ts';
import { type ChangeTools, change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { applyRows } from './apply-rows.ts';
import { diffRows } from './comparable.ts';
import { desiredRows, parseDocument } from './desired.ts';
import { documentOf, loadRows } from './document.ts';

export interface ReplaceConfigInput {
  /** A Config document, not yet checked. */
  document: unknown;
  /** Answers with the differences and changes nothing. */
  dryRun?: boolean;
}

/**
 * Puts a whole document in force, in one transaction: what it does not hold is removed, simulated or not; API keys stay.
 * @throws ControlError `invalid` with the path of every fault (`flows.0.chain.2`); nothing has changed then
 */
export async function replaceConfig({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: ReplaceConfigInput;
}): Promise<ConfigDiff> {
  authorise(ctx);
  const config = parseDocument(input.document);
  if (input.dryRun === true) {
    return ctx.store.transaction(async (tx) => {
      const current = await loadRows(tx);
      return diffRows(current, desiredRows(ctx, config, current));
    });
  }
  return change(ctx, 'config', (tools) =>
    replaceRows(ctx, tools, config, 'config.replace', 'Replaced the configuration'),
  );
}

/** The same as part of a change that is under way. */
export async function replaceRows(
  ctx: Pick<ControlContext, 'store'>,
  tools: ChangeTools,
  config: ReturnType<typeof parseDocument>,
  action: string,
  what: string,
): Promise<ConfigDiff> {
  const current = await loadRows(tools.tx);
  const desired = desiredRows(ctx, config, current);
  const diff = diffRows(current, desired);
  if (diff.changes.length === 0) return diff;
  await applyRows(tools, current, desired, `${what}.`);
  await tools.audit({
    action,
    entity: 'config',
    entityId: 'config',
    summary: `${what}: ${diff.changes.length} ${diff.changes.length === 1 ? 'difference' : 'differences'}.`,
    before: documentOf(current),
    after: documentOf(desired),
  });
  return diff;
}
