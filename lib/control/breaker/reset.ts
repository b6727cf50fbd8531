import type { ControlContext } from '../context.ts';
import { commandBreaker } from './command.ts';
import { nameScope, type Scope } from './scopes.ts';

/** Closes a breaker and forgets its window. @throws ControlError `not_found`, `gateway_timeout` */
export async function resetBreaker({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { scope: Scope; id: string; reason?: string };
}): Promise<void> {
  const { scope, id, reason } = input;
  await commandBreaker(ctx, {
    scope,
    id,
    action: 'breaker.reset',
    summary: `Reset the breaker of ${nameScope(scope, id)}.`,
    reason: reason ?? null,
    send: () => ctx.gateway.resetBreaker(scope, id),
  });
}
