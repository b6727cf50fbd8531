'use client';

import { notifications } from '@mantine/notifications';
import { type ScopeRef, useBreakerCommand } from '../api/breaker-actions.ts';
import { errorMessage } from '../api/client.ts';
import { useBreaker, useServerNow } from '../live/hooks.ts';
import { useRecentActions } from '../ui/recent-actions.tsx';
import { type Availability, availableActions, type BreakerAction } from './available-actions.ts';
import { useAskOverride } from './dialogs.tsx';

const DONE: Readonly<Record<'clear' | 'reset' | 'probe' | 'clear-cooldown', string>> = {
  clear: 'Override cleared',
  reset: 'Breaker reset',
  probe: 'The next call is a probe',
  'clear-cooldown': 'Cooldown ended',
};

export interface BreakerActions {
  available: Availability[];
  run: (action: BreakerAction) => void;
  /** The command that is under way. */
  pending: BreakerAction | null;
}

/** Everything an operator can do to a scope. Overrides ask first; the rest happens at once and says so. */
export function useBreakerActions(ref: ScopeRef): BreakerActions {
  const view = useBreaker(ref.scope, ref.id);
  const now = useServerNow();
  const command = useBreakerCommand(ref);
  const ask = useAskOverride();
  const { record } = useRecentActions();
  const name = `${ref.scope} ${ref.id}`;

  const run = (action: BreakerAction) => {
    if (action === 'force-open') return ask({ ...ref, kind: 'forced_open' });
    if (action === 'force-closed') return ask({ ...ref, kind: 'forced_closed' });
    const cleared = action === 'clear' ? (view?.override ?? null) : null;
    command.mutate(
      { type: action },
      {
        onSuccess: () => {
          notifications.show({ message: `${DONE[action]}: ${name}` });
          record({
            text: `${DONE[action]}: ${name}`,
            ...(cleared === null
              ? {}
              : { undo: { label: 'Set it again', run: () => ask({ ...ref, kind: cleared.kind }) } }),
          });
        },
        onError: (error) =>
          notifications.show({ title: `${name}: not done`, message: errorMessage(error), color: 'red.9' }),
      },
    );
  };
  const pending = command.isPending ? toAction(command.variables?.type) : null;
  return { available: availableActions(view, now), run, pending };
}

function toAction(type: string | undefined): BreakerAction | null {
  switch (type) {
    case 'clear':
    case 'reset':
    case 'probe':
    case 'clear-cooldown':
      return type;
    default:
      return null;
  }
}
