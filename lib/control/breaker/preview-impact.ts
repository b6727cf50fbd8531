import type { Impact } from '#lib/contract/api.ts';
import type { Override } from '#lib/contract/breaker-view.ts';
import type { Repositories } from '#lib/store/store.ts';
import { authorise } from '../actor.ts';
import { inForce } from '../change.ts';
import { loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { impactOf } from './impact.ts';
import { requireScope } from './scopes.ts';

/** What an override of this kind would do now; changes nothing. @throws ControlError `not_found` */
export async function previewImpact({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: Pick<Override, 'scope' | 'id' | 'kind'>;
}): Promise<Impact> {
  const by = authorise(ctx);
  return ctx.store.transaction(async (tx) => {
    await requireScope(tx, input.scope, input.id);
    const proposed = { ...input, reason: '', by, setAtWallMs: ctx.now(), expiresAtWallMs: null };
    return impactNow(ctx, tx, proposed);
  });
}

/** The same inside a transaction that is already open. */
export async function impactNow(ctx: ControlContext, tx: Repositories, proposed: Override): Promise<Impact> {
  const nowWallMs = ctx.now();
  return impactOf({
    rows: await loadRows(tx),
    views: ctx.gateway.breakers(),
    overrides: inForce(await tx.overrides.list(), nowWallMs),
    proposed,
    flowRates: ctx.gateway.flowRates(),
    nowWallMs,
  });
}
