import type { AuditEntry } from '#lib/contract/api.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { type Page, rowBefore } from '../page.ts';

/** What operators and the product did, newest first. @throws ControlError `invalid` for a cursor that no page gave */
export async function listAudit({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { cursor?: string; limit: number; entity?: string; entityId?: string };
}): Promise<Page<AuditEntry>> {
  authorise(ctx);
  const { cursor, ...query } = input;
  return ctx.store.audit.list({ ...query, before: rowBefore(cursor) });
}
