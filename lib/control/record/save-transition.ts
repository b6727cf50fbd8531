import type { BreakerEvent, BreakerTransition } from '#lib/contract/breaker-view.ts';
import type { ControlContext } from '../context.ts';

/** Stores one edge of a breaker. */
export async function saveTransition({
  ctx,
  input,
}: {
  ctx: Pick<ControlContext, 'store'>;
  input: { transition: BreakerTransition };
}): Promise<BreakerEvent> {
  return ctx.store.events.add(input.transition);
}
