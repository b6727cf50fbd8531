import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { ControlError } from '../errors.ts';
import { nameScope, requireScope, type Scope } from './scopes.ts';

/** @throws ControlError `not_found`; `gateway_unavailable` while the gateway has not reported this scope yet */
export async function getBreaker({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { scope: Scope; id: string };
}): Promise<BreakerView> {
  authorise(ctx);
  const { scope, id } = input;
  const view = ctx.gateway.breakers().find((known) => known.scope === scope && known.id === id);
  if (view !== undefined) return view;
  await ctx.store.transaction((tx) => requireScope(tx, scope, id));
  throw new ControlError(
    'gateway_unavailable',
    `The gateway has not reported on ${nameScope(scope, id)} yet. Try again in a moment.`,
  );
}
