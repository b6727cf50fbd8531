import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';

/** The last known view of every scope; empty while no gateway has reported. */
export async function listBreakers({ ctx }: { ctx: ControlContext }): Promise<readonly BreakerView[]> {
  authorise(ctx);
  return ctx.gateway.breakers();
}
