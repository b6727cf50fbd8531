import type { ConfigDiff } from '#lib/contract/api.ts';
import type { Repositories } from '#lib/store/store.ts';
import { authorise } from '../actor.ts';
import { type ChangeTools, change } from '../change.ts';
import { requireVersion } from '../checks.ts';
import type { ControlContext } from '../context.ts';
import { readConfigVersion } from '../setting-keys.ts';
import { applyRows } from './apply-rows.ts';
import { diffRows } from './comparable.ts';
import { desiredRows, parseDocument } from './desired.ts';
import { documentOf, loadRows } from './document.ts';

export interface ReplaceConfigInput {
  /** A Config document, not yet checked. */
  document: unknown;
  /** Answers with the differences and changes nothing. */
  dryRun?: boolean;
  /** The version that the caller read; null: whatever is there is replaced. */
  expectedVersion?: number | null;
  /** Why, for the audit and the history of the flows that change. */
  reason?: string;
}

/**
 * Puts a whole document in force, in one transaction: what it does not hold is removed, simulated or not; API keys stay.
 * @throws ControlError `invalid` with the path of every fault (`flows.0.chain.2`), `stale_version`; nothing has changed then
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
  const { expectedVersion = null, reason = null } = input;
  if (input.dryRun === true) {
    return ctx.store.transaction(async (tx) => {
      await requireConfigVersion(tx, expectedVersion);
      const current = await loadRows(tx);
      return diffRows(current, desiredRows(ctx, config, current));
    });
  }
  return change(ctx, 'config', async (tools) => {
    await requireConfigVersion(tools.tx, expectedVersion);
    const what = { action: 'config.replace', done: 'Replaced the configuration', reason };
    return replaceRows(ctx, tools, config, what);
  });
}

/** @throws ControlError `stale_version` when somebody has changed something since */
export async function requireConfigVersion(tx: Repositories, expected: number | null): Promise<void> {
  if (expected === null) return;
  const version = await readConfigVersion(tx);
  requireVersion(version, expected, 'The configuration', { version });
}

/** The same as part of a change that is under way. */
export async function replaceRows(
  ctx: Pick<ControlContext, 'store'>,
  tools: ChangeTools,
  config: ReturnType<typeof parseDocument>,
  what: { action: string; done: string; reason: string | null },
): Promise<ConfigDiff> {
  const { action, done, reason } = what;
  const current = await loadRows(tools.tx);
  const desired = desiredRows(ctx, config, current);
  const diff = diffRows(current, desired);
  if (diff.changes.length === 0) return diff;
  await applyRows(tools, current, desired, reason ?? `${done}.`);
  await tools.audit({
    action,
    entity: 'config',
    entityId: 'config',
    summary: `${done}: ${diff.changes.length} ${diff.changes.length === 1 ? 'difference' : 'differences'}.`,
    reason,
    before: documentOf(current),
    after: documentOf(desired),
  });
  return diff;
}
