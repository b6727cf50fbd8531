import type { ExplainInput, Explanation } from '#lib/contract/explain.ts';
import { explain } from '#lib/engine/explain.ts';
import { authorise } from '../actor.ts';
import { engineModel } from '../breaker/engine-model.ts';
import { scopesIn } from '../breaker/scopes.ts';
import { asScopeView, standingViews } from '../breaker/standing-views.ts';
import { inForce } from '../change.ts';
import { found } from '../checks.ts';
import { type ConfigRows, invalid, loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';

/**
 * Who such a request would be sent to now, and why not to the others: the engine's own plan. Sends nothing and changes nothing.
 * @throws ControlError `not_found`; `invalid` for an assumption about a scope that there is not (`assume.0.id`)
 */
export async function explainFlow({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: ExplainInput & { slug: string };
}): Promise<Explanation> {
  authorise(ctx);
  const nowWallMs = ctx.now();
  const { slug, ...request } = input;
  const { rows, overrides } = await ctx.store.transaction(async (tx) => ({
    rows: await loadRows(tx),
    overrides: inForce(await tx.overrides.list(), nowWallMs),
  }));
  const { flows, targets } = engineModel(rows);
  const flow = found(
    flows.find((one) => one.slug === slug),
    'flow',
    slug,
  );
  refuseUnknownScopes(rows, request.assume);
  const views = standingViews(ctx.gateway.breakers(), overrides);
  const explanation = explain({
    flow,
    target: (name) => targets.get(name),
    view: (scope, id) => asScopeView(views(scope, id)),
    nowWallMs,
    request,
  });
  return { flow: slug, ...explanation };
}

function refuseUnknownScopes(rows: ConfigRows, assume: ExplainInput['assume']): void {
  const scopes = scopesIn(rows);
  const faults = assume.flatMap(({ scope, id }, at) =>
    scopes[scope].has(id)
      ? []
      : [
          {
            path: `assume.${at}.id`,
            message: `There is no ${scope} "${id}", so nothing can be assumed of it.`,
          },
        ],
  );
  if (faults.length > 0) throw invalid(faults);
}
