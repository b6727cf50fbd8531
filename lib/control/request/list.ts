import type { RequestRecord } from '#lib/contract/records.ts';
import type { RequestCursor, RequestFilter } from '#lib/store/requests.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { badCursor, type Page } from '../page.ts';

/** Recorded requests with their trails, newest first. @throws ControlError `invalid` for a cursor that no page gave */
export async function listRequests({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: RequestFilter & { cursor?: string; limit: number };
}): Promise<Page<RequestRecord>> {
  authorise(ctx);
  const { cursor, ...query } = input;
  return ctx.store.requests.list({ ...query, after: cursor === undefined ? null : parse(cursor) });
}

function parse(cursor: string): RequestCursor {
  const [, at, id] = /^(\d{1,15})_(.+)$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) throw badCursor();
  return { atWallMs: Number(at), id };
}
