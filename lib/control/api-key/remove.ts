import { change } from '../change.ts';
import { found } from '../checks.ts';
import type { ControlContext } from '../context.ts';

/** The key stops working as soon as the gateway has the new snapshot. @throws ControlError `not_found` */
export async function removeApiKey({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { id: string };
}): Promise<void> {
  await change(ctx, 'config', async ({ tx, audit }) => {
    const row = await tx.apiKeys.get(input.id);
    const current = found(row?.use === 'application' ? row : null, 'API key', input.id);
    await tx.apiKeys.remove(input.id);
    await audit({
      action: 'api-key.remove',
      entity: 'api-key',
      entityId: input.id,
      summary: `Removed the API key ${current.name}.`,
      before: { name: current.name, hint: current.hint, defaultFlow: current.defaultFlow },
    });
  });
}
