import type { z } from 'zod';
import type { ApiKeyView, apiKeyCreateSchema } from '#lib/contract/api.ts';
import { change } from '../change.ts';
import { found } from '../checks.ts';
import { invalid } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { mintApiKey } from './mint.ts';
import { viewApiKey } from './view.ts';

/**
 * The answer holds the key, for the only time.
 * @throws ControlError `invalid` when the default flow does not exist
 */
export async function createApiKey({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: z.output<typeof apiKeyCreateSchema>;
}): Promise<ApiKeyView & { key: string }> {
  const { key, ...minted } = mintApiKey();
  return change(ctx, 'config', async ({ tx, by, atWallMs, audit }) => {
    const { name, defaultFlow } = input;
    if (defaultFlow !== null && (await tx.flows.get(defaultFlow)) === null) {
      const flows = (await tx.flows.list()).map(({ slug }) => slug).join(', ') || 'none';
      throw invalid([
        { path: 'defaultFlow', message: `There is no flow "${defaultFlow}"; there are: ${flows}.` },
      ]);
    }
    await tx.apiKeys.create({
      ...minted,
      name,
      defaultFlow,
      use: 'application',
      createdAtWallMs: atWallMs,
      createdBy: by,
      lastUsedAtWallMs: null,
    });
    const view = viewApiKey(found(await tx.apiKeys.get(minted.id), 'API key', minted.id));
    await audit({
      action: 'api-key.create',
      entity: 'api-key',
      entityId: minted.id,
      summary: `Created the API key ${name}.`,
      after: { name, hint: minted.hint, defaultFlow },
    });
    return { ...view, key };
  });
}
