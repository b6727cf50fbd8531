import type { BreakerEvent } from '#lib/contract/breaker-view.ts';
import type { EventFilter } from '#lib/store/events.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { type Page, rowBefore } from '../page.ts';

/** Transitions of breakers, newest first. @throws ControlError `invalid` for a cursor that no page gave */
export async function listEvents({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: EventFilter & { cursor?: string; limit: number };
}): Promise<Page<BreakerEvent>> {
  authorise(ctx);
  const { cursor, ...query } = input;
  return ctx.store.events.list({ ...query, before: rowBefore(cursor) });
}
