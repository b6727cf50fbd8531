import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { isCooling } from './state-meta.ts';

export type BreakerAction = 'force-open' | 'force-closed' | 'clear' | 'reset' | 'probe' | 'clear-cooldown';

export interface Availability {
  action: BreakerAction;
  label: string;
  /** Why it cannot be done now; null: it can. */
  refusal: string | null;
}

const LABELS: Readonly<Record<BreakerAction, string>> = {
  'force-open': 'Force open',
  'force-closed': 'Force closed',
  clear: 'Clear override',
  reset: 'Reset',
  probe: 'Probe now',
  'clear-cooldown': 'End cooldown',
};

/** Every action on a scope with, for those that cannot work now, the reason in words. */
export function availableActions(view: BreakerView | undefined, now: number | null): Availability[] {
  const actions: BreakerAction[] = ['force-open', 'force-closed', 'clear', 'reset', 'probe'];
  if (view !== undefined && isCooling(view, now)) actions.push('clear-cooldown');
  return actions.map((action) => ({ action, label: LABELS[action], refusal: refusal(action, view) }));
}

function refusal(action: BreakerAction, view: BreakerView | undefined): string | null {
  if (view === undefined) return 'Its breaker is not known yet: the gateway has not reported it.';
  switch (action) {
    case 'force-open':
      return view.effective === 'forced_open' ? 'It is forced open already.' : null;
    case 'force-closed':
      return view.effective === 'forced_closed' ? 'It is forced closed already.' : null;
    case 'clear':
      return view.override === null ? 'There is no override to clear.' : null;
    case 'reset':
      return view.state === 'closed' &&
        view.derived === null &&
        view.window.failure === 0 &&
        view.window.slow === 0
        ? 'It is closed with nothing counted against it.'
        : null;
    case 'probe':
      return probeRefusal(view);
    case 'clear-cooldown':
      return view.cooldown === null ? 'It is not cooling down.' : null;
    default:
      return unreachable(action);
  }
}

function probeRefusal(view: BreakerView): string | null {
  if (view.override !== null) return 'An override is in force; clear it first.';
  if (view.derived !== null) return view.derived.probeAtWallMs === null ? 'Its probe is on its way.' : null;
  if (view.state === 'closed') return 'It is closed: every call goes through already.';
  if (view.state === 'half_open') return 'It is probing already.';
  return null;
}

function unreachable(value: never): never {
  throw new Error(`Unhandled action: ${String(value)}`);
}
