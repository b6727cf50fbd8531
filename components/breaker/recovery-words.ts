import type { BreakerView } from '#lib/contract/breaker-view.ts';
import {
  formatCount,
  formatDuration,
  formatShare,
  formatShortInstant,
  plural,
  type Zone,
} from '../ui/format.ts';

type Settings = Readonly<Record<string, number>>;

/** "takes 10 % of the traffic, 50 % in 12 s": where a recovering target stands, and its next step. */
export function rampWords(
  ramp: NonNullable<BreakerView['ramp']>,
  settings: Settings | undefined,
  now: number | null,
): string {
  const takes = `takes ${formatShare(ramp.share)} of the traffic`;
  if (now === null || ramp.nextAtWallMs <= now) return takes;
  const second = settings?.rampSecondShare;
  const next = second !== undefined && ramp.share < second ? formatShare(second) : 'all';
  return `${takes}, ${second === undefined ? 'more' : next} in ${formatDuration(ramp.nextAtWallMs - now)}`;
}

/** What a breaker in metrics-only mode would have done; enough to decide whether to trust it. */
export function shadowWords(shadow: BreakerView['shadow'], now: number | null, zone: Zone): string {
  const mode = 'Metrics only: its breaker turns nobody away.';
  if (shadow === null) return mode;
  const who = now === null ? 'It' : `Since ${formatShortInstant(shadow.sinceWallMs, now, zone)} it`;
  const did =
    shadow.opened === 0 && shadow.rejected === 0
      ? 'would not have opened'
      : `would have opened ${plural(shadow.opened, 'time')} and turned away ${formatCount(shadow.rejected)} ${shadow.rejected === 1 ? 'call' : 'calls'}`;
  return `${mode} ${who} ${did}.`;
}
