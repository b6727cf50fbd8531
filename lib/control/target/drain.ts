import type { TargetView } from '#lib/contract/api.ts';
import type { Drain } from '#lib/contract/onboarding.ts';
import type { Repositories } from '#lib/store/store.ts';
import { change } from '../change.ts';
import { found } from '../checks.ts';
import { loadRows, targetDocument } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { ControlError } from '../errors.ts';
import { drainImpactNow } from './preview-drain.ts';
import { viewTarget } from './view.ts';

/**
 * Sends a target no new calls from now on, in no flow; those under way finish. It stays configured, disabled, until it is resumed.
 * Draining it again changes nothing.
 * @throws ControlError `not_found`, `needs_acknowledgement` when a flow would be left without a target
 */
export async function drainTarget({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: Drain & { slug: string };
}): Promise<TargetView> {
  const { slug, reason, acknowledge } = input;
  return setEnabled(ctx, slug, false, reason, async (tx) => {
    if (acknowledge === 'no-target') return;
    refuseSilentLoss((await drainImpactNow(ctx, tx, slug)).flowsWithoutTarget);
  });
}

/** Puts a drained target back into its chains, at once. @throws ControlError `not_found` */
export async function resumeTarget({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string };
}): Promise<TargetView> {
  return setEnabled(ctx, input.slug, true, null, async () => undefined);
}

async function setEnabled(
  ctx: ControlContext,
  slug: string,
  enabled: boolean,
  reason: string | null,
  check: (tx: Repositories) => Promise<void>,
): Promise<TargetView> {
  return change(ctx, 'config', async ({ tx, audit }) => {
    const rows = await loadRows(tx);
    const current = found(
      rows.targets.find((row) => row.slug === slug),
      'target',
      slug,
    );
    if (current.enabled === enabled) return viewTarget(current, rows);
    await check(tx);
    const { version, ...row } = { ...current, enabled };
    await tx.targets.update(version, row);
    await audit({
      action: enabled ? 'target.resume' : 'target.drain',
      entity: 'target',
      entityId: slug,
      summary: enabled
        ? `Resumed the target ${slug}: its chains use it again.`
        : `Drained the target ${slug}: no new calls, those under way finish. Reason: ${reason}`,
      reason,
      before: targetDocument(current),
      after: targetDocument(row),
    });
    return viewTarget(found(await tx.targets.get(slug), 'target', slug), rows);
  });
}

function refuseSilentLoss(flows: readonly string[]): void {
  if (flows.length === 0) return;
  const message = `This leaves ${flows.join(', ')} without a target: their users get the graceful message. Send acknowledge: "no-target" to do it all the same.`;
  throw new ControlError('needs_acknowledgement', message, { issues: [{ path: 'acknowledge', message }] });
}
