import type { TargetView } from '#lib/contract/api.ts';
import type { ConfigTarget } from '#lib/contract/config.ts';
import { change } from '../change.ts';
import { found, refuseDuplicate } from '../checks.ts';
import { checkRows, loadRows, targetDocument, withRow } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { targetRow } from './row.ts';
import { viewTarget } from './view.ts';

/** @throws ControlError `already_exists`, `invalid` (no such provider or endpoint, breaker settings that cannot recover) */
export async function createTarget({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: ConfigTarget;
}): Promise<TargetView> {
  return change(ctx, 'config', async ({ tx, audit }) => {
    const rows = await loadRows(tx);
    refuseDuplicate(
      rows.targets.some(({ slug }) => slug === input.slug),
      'target',
      input.slug,
    );
    const row = targetRow(input);
    checkRows(
      { ...rows, targets: withRow<typeof row>(rows.targets, row) },
      { list: 'targets', slug: row.slug },
    );
    await tx.targets.create(row);
    await audit({
      action: 'target.create',
      entity: 'target',
      entityId: row.slug,
      summary: `Added the target ${row.slug}: ${row.model} at ${row.provider}.${row.endpoint}.`,
      after: targetDocument(row),
    });
    return viewTarget(found(await tx.targets.get(row.slug), 'target', row.slug), rows);
  });
}
