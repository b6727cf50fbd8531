import type { ControlContext } from '../context.ts';
import { commandBreaker } from './command.ts';
import { nameScope } from './scopes.ts';

/** Lets a target be called again before its cooldown is over. @throws ControlError `not_found`, `gateway_timeout` */
export async function clearCooldown({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { target: string; reason?: string };
}): Promise<void> {
  const { target, reason } = input;
  await commandBreaker(ctx, {
    scope: 'target',
    id: target,
    action: 'breaker.cooldown.clear',
    summary: `Cleared the cooldown of ${nameScope('target', target)}.`,
    reason: reason ?? null,
    send: () => ctx.gateway.clearCooldown(target),
  });
}
