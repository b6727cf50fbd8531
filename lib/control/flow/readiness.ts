import type { Readiness } from '#lib/contract/readiness.ts';
import { authorise } from '../actor.ts';
import { inForce } from '../change.ts';
import { found } from '../checks.ts';
import { loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { readinessFacts } from './readiness-facts.ts';
import { judgeReadiness } from './readiness-rules.ts';
import { type ReadinessWorld, standingTargets } from './readiness-targets.ts';

/** What one flow still lacks to survive its provider. @throws ControlError `not_found` */
export async function getFlowReadiness({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string };
}): Promise<Readiness> {
  authorise(ctx);
  const world = await worldNow(ctx);
  const flow = found(
    world.rows.flows.find(({ slug }) => slug === input.slug),
    'flow',
    input.slug,
  );
  return judgeReadiness(readinessFacts(flow, standingTargets(ctx, world)));
}

/** The same of every flow, oldest first. */
export async function listReadiness({ ctx }: { ctx: ControlContext }): Promise<Readiness[]> {
  authorise(ctx);
  const world = await worldNow(ctx);
  const target = standingTargets(ctx, world);
  return world.rows.flows.map((flow) => judgeReadiness(readinessFacts(flow, target)));
}

async function worldNow(ctx: ControlContext): Promise<ReadinessWorld> {
  const nowWallMs = ctx.now();
  const { rows, overrides } = await ctx.store.transaction(async (tx) => ({
    rows: await loadRows(tx),
    overrides: inForce(await tx.overrides.list(), nowWallMs),
  }));
  return { rows, overrides, views: ctx.gateway.breakers(), nowWallMs };
}
