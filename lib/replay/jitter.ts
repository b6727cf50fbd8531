import { jitterBehind } from '#lib/engine/breaker-state.ts';
import type { Clock, Random } from '#lib/engine/clock.ts';
import { AGAIN_WITHIN_MS } from '#lib/engine/derived.ts';
import type { ScopeJitter } from '#lib/engine/registry.ts';
import type { BreakerSettings } from '#lib/engine/types.ts';
import type { Arrival } from './arrivals.ts';
import { type Pause, pausesOf } from './pauses.ts';
import { keep, lowerBound } from './search.ts';
import type { ReplayPlan } from './types.ts';

/** A pause that was recorded this much earlier or later is the one that is drawn for now, ms. */
const SLACK_MS = 500;
/** Instants are recorded in whole milliseconds. */
const ROUNDING_MS = 2;
/** An opening later than this belongs to another story, ms. */
const LOOK_AHEAD_MS = 130_000;

interface Instant {
  atWallMs: number;
}

/**
 * How long a breaker stays open, how long a parent pauses between its probes, how soon a target is tried again: all that is partly
 * luck. Where the record shows what it was, it is the same, so that a policy which does what was done meets the same probes
 * at the same times. Everything else is decided by the engine, as ever.
 */
export function recordedJitter(
  plan: ReplayPlan,
  arrivals: readonly Arrival[],
  clock: Clock,
): (random: Random) => ScopeJitter {
  const openings = new Map<string, (Instant & { openForMs: number })[]>();
  const dues = new Map<string, Instant[]>();
  for (const { scope, id, atWallMs, to, openForMs } of plan.edges) {
    const key = `${scope}\n${id}`;
    if (openForMs !== null) keep(openings, key, { atWallMs, openForMs });
    if (to === 'half_open') keep(dues, key, { atWallMs });
  }
  const pauses = pausesOf(plan, arrivals);
  const own = new Map(
    plan.world.targets.map(({ slug, breaker }): [string, BreakerSettings] => [slug, breaker]),
  );
  const settingsOf = (scope: string, id: string) =>
    (scope === 'target' ? own.get(id) : undefined) ?? plan.world.breaker;
  return (random) => (scope, id, of) => {
    const key = `${scope}\n${id}`;
    const settings = settingsOf(scope, id);
    const known: Record<typeof of, (now: number, drawn: number) => number | null> = {
      open: (now) => {
        const opening = firstFrom(openings.get(key), now - ROUNDING_MS);
        if (opening === null || opening.atWallMs > now + LOOK_AHEAD_MS) return null;
        return jitterBehind(settings, opening.openForMs);
      },
      again: (now) => {
        const due = firstFrom(dues.get(key), now);
        return due === null || due.atWallMs >= now + AGAIN_WITHIN_MS
          ? null
          : (due.atWallMs - now) / AGAIN_WITHIN_MS;
      },
      pause: (now, drawn) => {
        const pause = firstFrom(pauses.get(key), now - SLACK_MS);
        return pause === null || pause.atWallMs > now + SLACK_MS ? null : pauseLuck(settings, pause, drawn);
      },
    };
    return () => {
      const drawn = random();
      return known[of](clock.now(), drawn) ?? drawn;
    };
  };
}

/** A pause that is only known to have been over may have been any that is short enough. */
function pauseLuck(settings: BreakerSettings, { moreThanMs, atMostMs }: Pause, drawn: number): number | null {
  if (moreThanMs > 0) {
    return jitterBehind(settings, (moreThanMs + atMostMs) / 2) ?? jitterBehind(settings, moreThanMs + 1);
  }
  const least = jitterBehind(settings, atMostMs);
  return least === null ? null : least + drawn * (1 - least);
}

function firstFrom<T extends Instant>(list: readonly T[] | undefined, wallMs: number): T | null {
  if (list === undefined) return null;
  return list[lowerBound(list, wallMs, ({ atWallMs }) => atWallMs)] ?? null;
}
