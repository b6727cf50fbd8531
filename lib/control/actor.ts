import type { Actor, ControlContext } from './context.ts';
import { ControlError } from './errors.ts';

/** How the audit names an actor: `user:<email>`, `token` or `system`. */
export function nameOf(actor: Actor): string {
  switch (actor.kind) {
    case 'user':
      return `user:${actor.email}`;
    case 'token':
      return 'token';
    case 'system':
      return 'system';
    default: {
      const never: never = actor;
      return never;
    }
  }
}

/**
 * Who may act: every administrator, the automation token and the product itself may do everything.
 * @returns the actor's name for the audit
 * @throws ControlError `forbidden` for an actor that is nobody
 */
export function authorise(ctx: Pick<ControlContext, 'actor'>): string {
  if (ctx.actor.kind === 'user' && (ctx.actor.id === '' || ctx.actor.email === '')) {
    throw new ControlError('forbidden', 'Sign in first: this session belongs to nobody.');
  }
  return nameOf(ctx.actor);
}
