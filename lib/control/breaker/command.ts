import { change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { ControlError } from '../errors.ts';
import { requireScope, type Scope } from './scopes.ts';

export interface BreakerCommand {
  scope: Scope;
  id: string;
  action: string;
  summary: string;
  reason: string | null;
  send: () => Promise<void>;
}

/**
 * What an operator tells the gateway at once, without durable state: the audit has it first, so that nothing is ever done unrecorded.
 * @throws ControlError `not_found`, `gateway_timeout` when the gateway has not confirmed it
 */
export async function commandBreaker(ctx: ControlContext, command: BreakerCommand): Promise<void> {
  const { scope, id, action, summary, reason } = command;
  await change(ctx, 'nothing', async ({ tx, audit }) => {
    await requireScope(tx, scope, id);
    await audit({ action, entity: scope, entityId: id, summary, reason });
  });
  try {
    await command.send();
  } catch {
    throw new ControlError(
      'gateway_timeout',
      'The gateway has not confirmed this. Look at the breaker, and try again if nothing has changed.',
    );
  }
}
