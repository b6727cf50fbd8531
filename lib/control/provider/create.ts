import type { ProviderView } from '#lib/contract/api.ts';
import type { ConfigProvider } from '#lib/contract/config.ts';
import { change } from '../change.ts';
import { found, refuseDuplicate } from '../checks.ts';
import { checkRows, loadRows, providerDocument, withRow } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { providerRow } from './row.ts';
import { viewProvider } from './view.ts';

/** @throws ControlError `already_exists`, `invalid` */
export async function createProvider({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: ConfigProvider;
}): Promise<ProviderView> {
  return change(ctx, 'config', async ({ tx, audit }) => {
    const rows = await loadRows(tx);
    refuseDuplicate(
      rows.providers.some(({ slug }) => slug === input.slug),
      'provider',
      input.slug,
    );
    const row = providerRow(ctx, input, null);
    const providers = withRow<typeof row>(rows.providers, row);
    checkRows({ ...rows, providers }, { list: 'providers', slug: row.slug });
    await tx.providers.create(row);
    await audit({
      action: 'provider.create',
      entity: 'provider',
      entityId: row.slug,
      summary: `Added the provider ${row.name}.`,
      after: providerDocument(row),
    });
    return viewProvider(ctx, found(await tx.providers.get(row.slug), 'provider', row.slug));
  });
}
