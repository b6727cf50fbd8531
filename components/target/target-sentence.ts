import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { rampWords } from '../breaker/recovery-words.ts';
import { automatic, type Condition, nextStep, tellsNext } from '../breaker/state-meta.ts';
import { asSentence, formatActor, formatShortInstant, type Zone } from '../ui/format.ts';

export interface TargetSentenceInput {
  view: BreakerView | undefined;
  /** The scope that decides: itself, or the one above that blocks it. */
  deciding: BreakerView | undefined;
  condition: Condition;
  now: number | null;
  zone: Zone;
  /** Its breaker's settings, for the ramp's steps. */
  settings?: Readonly<Record<string, number>>;
}

/** State, why, since when and what happens next, as sentences. */
export function targetSentence(input: TargetSentenceInput): string {
  const { view, deciding, condition, now } = input;
  if (view === undefined) return 'The gateway has not reported this breaker yet.';
  const parts = [first(view, input), ...above(view, deciding), next(condition, view, now)];
  return parts.filter((part) => part !== '').join(' ');
}

function first(view: BreakerView, { condition, now, zone, settings }: TargetSentenceInput): string {
  const at = (ms: number) => (now === null ? '' : formatShortInstant(ms, now, zone));
  switch (condition) {
    case 'closed':
      if (view.shadow !== null && view.state !== 'closed') {
        return `It would be open since ${at(view.outageSinceWallMs ?? view.sinceWallMs)}, if it were not in metrics-only mode. ${view.why}`;
      }
      return view.reason === 'initial'
        ? `Closed since ${at(view.sinceWallMs)}: calls go through.`
        : `Closed since ${at(view.sinceWallMs)}. ${view.why}`;
    case 'open':
      return `Open since ${at(view.outageSinceWallMs ?? view.sinceWallMs)}. ${view.why}`;
    case 'half_open':
      return `Probing since ${at(view.sinceWallMs)}: one call at a time is let through. ${view.why}`;
    case 'derived_open':
      return `Presumed down since ${at(view.derived?.sinceWallMs ?? view.sinceWallMs)}. ${asSentence(view.derived?.why ?? view.why)}`;
    case 'recovering':
      return view.ramp === null
        ? `Closed since ${at(view.sinceWallMs)}. ${view.why}`
        : `Recovering since ${at(view.sinceWallMs)}: ${rampWords(view.ramp, settings, now)}. ${view.why}`;
    case 'forced_open':
    case 'forced_closed':
      return overridden(view, condition, at);
    case 'cooling':
      return `Not called before ${at(view.cooldown?.untilWallMs ?? 0)}. ${view.cooldown?.message ?? ''}`;
    case 'disabled':
      return 'Drained: no chain uses it until it is resumed. Calls under way finish.';
    case 'unknown':
      return 'Not known.';
    default:
      return unreachable(condition);
  }
}

function overridden(
  view: BreakerView,
  condition: 'forced_open' | 'forced_closed',
  at: (ms: number) => string,
): string {
  const word = condition === 'forced_open' ? 'Forced open' : 'Forced closed';
  const { override } = view;
  if (override === null) return `${word}.`;
  const until = override.expiresAtWallMs === null ? 'until cleared' : `until ${at(override.expiresAtWallMs)}`;
  return `${word} by ${formatActor(override.by)} since ${at(override.setAtWallMs)}, ${until}: "${override.reason}" Underneath, ${automatic(view)}.`;
}

function above(view: BreakerView, deciding: BreakerView | undefined): string[] {
  if (deciding === undefined || deciding === view || deciding.scope === 'target') return [];
  return [
    `Its ${deciding.scope} ${deciding.id} is not letting calls through: ${deciding.derived?.why ?? deciding.why}`,
  ];
}

function next(condition: Condition, view: BreakerView, now: number | null): string {
  if (!tellsNext(condition) || condition === 'recovering') return '';
  const step = nextStep(condition, view, now);
  if (step === null) return '';
  const needed = condition === 'open' && step.startsWith('probe') ? '; its successes close it again' : '';
  return `Next: ${step}${needed}.`;
}

function unreachable(value: never): never {
  throw new Error(`Unhandled condition: ${String(value)}`);
}
