import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { formatDuration, formatShare } from '../ui/format.ts';

export type BreakerState = BreakerView['effective'];
/** What a badge can say: a breaker's effective state, or that the target is coming back, cooling, off, or not known. */
export type Condition = BreakerState | 'recovering' | 'cooling' | 'disabled' | 'unknown';
export type Role = 'carry' | 'probe' | 'open' | 'stale';

interface Meta {
  role: Role;
  word: string;
  /** Higher is worse; what needs a person first. */
  severity: number;
  abnormal: boolean;
}

export const CONDITIONS: Readonly<Record<Condition, Meta>> = {
  closed: { role: 'carry', word: 'Closed', severity: 0, abnormal: false },
  half_open: { role: 'probe', word: 'Probing', severity: 4, abnormal: true },
  open: { role: 'open', word: 'Open', severity: 6, abnormal: true },
  derived_open: { role: 'open', word: 'Presumed down', severity: 4.5, abnormal: true },
  forced_open: { role: 'open', word: 'FORCED OPEN', severity: 5, abnormal: true },
  forced_closed: { role: 'carry', word: 'FORCED CLOSED', severity: 3, abnormal: true },
  recovering: { role: 'probe', word: 'Recovering', severity: 2.5, abnormal: true },
  cooling: { role: 'probe', word: 'Cooling', severity: 2, abnormal: true },
  disabled: { role: 'stale', word: 'Disabled', severity: 1, abnormal: false },
  unknown: { role: 'stale', word: 'Unknown', severity: 1, abnormal: false },
};

export interface ConditionInput {
  view: BreakerView | undefined;
  enabled?: boolean;
  /** Server's wall clock, ms; null before hydration. */
  now: number | null;
}

/** The one condition that a badge shows. */
export function conditionOf({ view, enabled = true, now }: ConditionInput): Condition {
  if (!enabled) return 'disabled';
  if (view === undefined) return 'unknown';
  const effective = enforcedState(view);
  if (effective !== 'closed') return effective;
  if (isCooling(view, now)) return 'cooling';
  return view.ramp === null ? 'closed' : 'recovering';
}

/** What callers meet: a breaker in metrics-only mode turns nobody away, whatever it has decided. */
export function enforcedState(view: BreakerView): BreakerState {
  const decided = view.effective === 'open' || view.effective === 'half_open';
  return view.shadow !== null && decided ? 'closed' : view.effective;
}

/** A target that takes no new calls: "Draining · 3 in flight", then "Drained". null: how many run there is not known now. */
export function drainWord(inFlight: number | null): string {
  if (inFlight === null) return CONDITIONS.disabled.word;
  return inFlight === 0 ? 'Drained' : `Draining · ${inFlight} in flight`;
}

export function isCooling(view: BreakerView, now: number | null): boolean {
  return view.cooldown !== null && (now === null || view.cooldown.untilWallMs > now);
}

/** The badge's word with its number: "Probing 1/2", "FORCED OPEN · 43 min left". */
export function conditionWord(
  condition: Condition,
  view: BreakerView | undefined,
  now: number | null,
): string {
  const { word } = CONDITIONS[condition];
  if (view === undefined) return word;
  switch (condition) {
    case 'closed':
      if (view.shadow === null) return word;
      return `${word} · ${view.state === 'closed' ? 'metrics only' : 'would be open'}`;
    case 'recovering':
      return view.ramp === null ? word : `${word} · takes ${formatShare(view.ramp.share)}`;
    case 'half_open':
      return view.probe === null ? word : `${word} ${view.probe.successes}/${view.probe.needed}`;
    case 'forced_open':
    case 'forced_closed':
      return `${word} · ${overrideLeft(view, now)}`;
    case 'cooling':
      return coolingWord(view, word, now);
    default:
      return word;
  }
}

const PINS: Readonly<Record<string, string>> = {
  auth: 'Key refused',
  permission: 'Key refused',
  provider_access_denied: 'Key refused',
  quota_exhausted: 'Quota used up',
};

/** A refused credential or a used-up quota waits for a person, and only looks like a cooldown. */
export function isPinned(view: BreakerView): boolean {
  return view.cooldown !== null && view.cooldown.class in PINS;
}

function coolingWord({ cooldown }: BreakerView, word: string, now: number | null): string {
  if (cooldown === null) return word;
  const pin = PINS[cooldown.class];
  if (now === null) return pin ?? word;
  const left = formatDuration(cooldown.untilWallMs - now);
  return pin === undefined ? `${word} · ${left} left` : `${pin} · next try in ${left}`;
}

export function overrideLeft(view: BreakerView, now: number | null): string {
  const until = view.override?.expiresAtWallMs ?? null;
  if (until === null) return 'until cleared';
  return now === null ? 'expiring' : `${formatDuration(until - now)} left`;
}

/** What happens next, without a full stop: "probe in 12 s"; null when nothing is due. */
export function nextStep(
  condition: Condition,
  view: BreakerView | undefined,
  now: number | null,
): string | null {
  if (view === undefined) return null;
  switch (condition) {
    case 'open':
      return probeDue(view.openUntilWallMs, now);
    case 'derived_open':
      if (view.derived === null) return null;
      return view.derived.probeAtWallMs === null
        ? 'probe in flight'
        : probeDue(view.derived.probeAtWallMs, now);
    case 'recovering':
      if (view.ramp === null || now === null) return null;
      return view.ramp.nextAtWallMs > now
        ? `more in ${formatDuration(view.ramp.nextAtWallMs - now)}`
        : 'more with the next request';
    case 'half_open':
      if (view.probe === null) return null;
      return view.probe.inFlight
        ? 'probe in flight'
        : `${view.probe.needed - view.probe.successes} more to close`;
    case 'forced_open':
    case 'forced_closed':
      return view.override?.expiresAtWallMs == null ? 'stays until cleared' : `then ${automatic(view)}`;
    case 'cooling':
      return 'then called again';
    default:
      return null;
  }
}

function probeDue(dueWallMs: number | null, now: number | null): string {
  if (dueWallMs === null || now === null || dueWallMs <= now) return 'waiting for traffic';
  return `probe in ${formatDuration(dueWallMs - now)}`;
}

/** What the automatic machine holds under an override. */
export function automatic(view: BreakerView): string {
  switch (view.state) {
    case 'closed':
      return 'automatic: closed';
    case 'open':
      return 'automatic: open';
    case 'half_open':
      return 'automatic: half-open';
    default:
      return unreachable(view.state);
  }
}

/** "Open · probe in 12 s" */
export function conditionText(
  condition: Condition,
  view: BreakerView | undefined,
  now: number | null,
): string {
  const next = tellsNext(condition) ? nextStep(condition, view, now) : null;
  const word = conditionWord(condition, view, now);
  return next === null ? word : `${word} · ${next}`;
}

/** Conditions whose badge says what happens next. */
export function tellsNext(condition: Condition): boolean {
  return (
    condition === 'open' ||
    condition === 'half_open' ||
    condition === 'derived_open' ||
    condition === 'recovering'
  );
}

function unreachable(value: never): never {
  throw new Error(`Unhandled: ${String(value)}`);
}
