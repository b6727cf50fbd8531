import { pruneOverrides } from '../breaker/prune-overrides.ts';
import { change } from '../change.ts';
import { found, refuseWhileUsed, requireVersion } from '../checks.ts';
import { loadRows, targetDocument } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { viewTarget } from './view.ts';

/** @throws ControlError `not_found`, `stale_version`, `in_use` naming the flows whose chain has it */
export async function removeTarget({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string; expectedVersion: number };
}): Promise<void> {
  const { slug, expectedVersion } = input;
  await change(ctx, 'config', async (tools) => {
    const { tx, audit } = tools;
    const rows = await loadRows(tx);
    const current = found(
      rows.targets.find((row) => row.slug === slug),
      'target',
      slug,
    );
    const view = viewTarget(current, rows);
    requireVersion(current.version, expectedVersion, `The target "${slug}"`, view);
    refuseWhileUsed(
      `The target "${slug}"`,
      view.flows.map((flow) => `the flow "${flow}"`),
      'Take it out of those chains first.',
    );
    await tx.targets.remove(slug);
    await audit({
      action: 'target.remove',
      entity: 'target',
      entityId: slug,
      summary: `Removed the target ${slug}.`,
      before: targetDocument(current),
    });
    await pruneOverrides(tools);
  });
}
