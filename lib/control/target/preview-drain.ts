import type { DrainPreview } from '#lib/contract/onboarding.ts';
import type { Repositories } from '#lib/store/store.ts';
import { authorise } from '../actor.ts';
import { inForce } from '../change.ts';
import { found } from '../checks.ts';
import { loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { drainImpactOf } from './drain-impact.ts';

/** What draining a target would do now; changes nothing. @throws ControlError `not_found` */
export async function previewDrain({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string };
}): Promise<DrainPreview> {
  authorise(ctx);
  return ctx.store.transaction(async (tx) => {
    found(await tx.targets.get(input.slug), 'target', input.slug);
    return drainImpactNow(ctx, tx, input.slug);
  });
}

/** The same inside a transaction that is already open. */
export async function drainImpactNow(
  ctx: ControlContext,
  tx: Repositories,
  slug: string,
): Promise<DrainPreview> {
  const nowWallMs = ctx.now();
  return drainImpactOf({
    rows: await loadRows(tx),
    views: ctx.gateway.breakers(),
    overrides: inForce(await tx.overrides.list(), nowWallMs),
    target: slug,
    flowRates: ctx.gateway.flowRates(),
    nowWallMs,
  });
}
