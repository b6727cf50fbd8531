import type { ChangeTools } from '../change.ts';
import { nameScope, scopesOf } from './scopes.ts';

/** Drops the overrides of scopes that no longer exist, each with its own audit entry. Part of the change that removed the scope. */
export async function pruneOverrides({ tx, audit, overridesChanged }: ChangeTools): Promise<void> {
  const scopes = await scopesOf(tx);
  for (const override of await tx.overrides.list()) {
    const { scope, id } = override;
    if (scopes[scope].has(id)) continue;
    await tx.overrides.remove(scope, id);
    await audit({
      action: 'breaker.override.clear',
      entity: scope,
      entityId: id,
      summary: `Cleared the override of ${nameScope(scope, id)}, which was removed.`,
      before: override,
    });
    overridesChanged();
  }
}
