import { change } from '../change.ts';
import { found, refuseWhileUsed, requireVersion } from '../checks.ts';
import { flowDocument } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { viewFlow } from './view.ts';

/** @throws ControlError `not_found`, `stale_version`, `in_use` naming the API keys whose default flow it is */
export async function removeFlow({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string; expectedVersion: number };
}): Promise<void> {
  const { slug, expectedVersion } = input;
  await change(ctx, 'config', async ({ tx, audit }) => {
    const current = found(await tx.flows.get(slug), 'flow', slug);
    const view = viewFlow(current, await tx.targets.list());
    requireVersion(current.version, expectedVersion, `The flow "${slug}"`, view);
    const keys = (await tx.apiKeys.list()).filter(({ defaultFlow }) => defaultFlow === slug);
    refuseWhileUsed(
      `The flow "${slug}"`,
      keys.map(({ name }) => `the API key "${name}" (as its default flow)`),
      'Remove those keys first.',
    );
    await tx.flows.remove(slug);
    await audit({
      action: 'flow.remove',
      entity: 'flow',
      entityId: slug,
      summary: `Removed the flow ${current.name}.`,
      before: flowDocument(current),
    });
  });
}
