import type { Override } from '#lib/contract/breaker-view.ts';
import { change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { ControlError } from '../errors.ts';
import { nameScope, requireScope } from './scopes.ts';

/**
 * Gives a scope back to its automatic breaker. Resolves when the gateway has taken it over.
 * @throws ControlError `not_found` (no such scope, or no override on it), `gateway_timeout` when it is saved but not confirmed
 */
export async function clearOverride({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: Pick<Override, 'scope' | 'id'> & { reason?: string };
}): Promise<void> {
  const { scope, id, reason } = input;
  await change(ctx, 'overrides', async ({ tx, audit }) => {
    await requireScope(tx, scope, id);
    const before = await tx.overrides.get(scope, id);
    if (before === null) {
      throw new ControlError('not_found', `There is no override on ${nameScope(scope, id)}.`);
    }
    await tx.overrides.remove(scope, id);
    await audit({
      action: 'breaker.override.clear',
      entity: scope,
      entityId: id,
      summary: `Cleared the override of ${nameScope(scope, id)}.`,
      reason: reason ?? null,
      before,
    });
  });
}
