import { pruneOverrides } from '../breaker/prune-overrides.ts';
import { change } from '../change.ts';
import { found, refuseWhileUsed, requireVersion } from '../checks.ts';
import { providerDocument } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { viewProvider } from './view.ts';

/** @throws ControlError `not_found`, `stale_version`, `in_use` naming its targets */
export async function removeProvider({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string; expectedVersion: number };
}): Promise<void> {
  const { slug, expectedVersion } = input;
  await change(ctx, 'config', async (tools) => {
    const { tx, audit } = tools;
    const current = found(await tx.providers.get(slug), 'provider', slug);
    requireVersion(current.version, expectedVersion, `The provider "${slug}"`, viewProvider(ctx, current));
    const targets = (await tx.targets.list()).filter(({ provider }) => provider === slug);
    refuseWhileUsed(
      `The provider "${slug}"`,
      targets.map((target) => `the target "${target.slug}"`),
      'Remove those first.',
    );
    await tx.providers.remove(slug);
    await audit({
      action: 'provider.remove',
      entity: 'provider',
      entityId: slug,
      summary: `Removed the provider ${current.name}.`,
      before: providerDocument(current),
    });
    await pruneOverrides(tools);
  });
}
