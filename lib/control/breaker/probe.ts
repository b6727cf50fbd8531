import type { ControlContext } from '../context.ts';
import { commandBreaker } from './command.ts';
import { nameScope, type Scope } from './scopes.ts';

/** Lets the next request probe an open breaker now. @throws ControlError `not_found`, `gateway_timeout` */
export async function probeBreaker({
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
    action: 'breaker.probe',
    summary: `Asked for a probe of ${nameScope(scope, id)} now.`,
    reason: reason ?? null,
    send: () => ctx.gateway.probeBreaker(scope, id),
  });
}
