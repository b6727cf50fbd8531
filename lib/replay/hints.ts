import { boundedHintMs } from '#lib/engine/cooldowns.ts';
import type { Sample } from './samples.ts';
import { lowerBound } from './search.ts';
import { exactness } from './told.ts';

/** Cooldowns of rate limits that came without a hint, ms: the engine chooses these by itself. */
const CHOSEN_MS = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000];
/** Where nobody called afterwards, the pause was over about so long after the last call that it kept away, ms. */
const AFTER_LAST_MS = 1_000;
/** What is left of a pause by the time that it is waited for is a little less than all of it, ms. */
const NEARLY_MS = 20;
const COOLING: ReadonlySet<string> = new Set(['rate_limited', 'overloaded', 'server_error']);

/**
 * Works out for how long each failure kept calls away from its target. Where the vendor's own words for it were not kept, what
 * followed says: how long the same request waited, or what the last request was told that passed the target over because of it.
 * Where the engine's own pauses explain that, there was no hint.
 *
 * @param samples by target, in the order of time; theirs is filled in
 * @param passedOver when each target was passed over because of a cooldown, in the order of time
 */
export function hintSamples(
  samples: ReadonlyMap<string, Sample[]>,
  passedOver: ReadonlyMap<string, readonly PassedOver[]>,
): void {
  for (const [target, list] of samples) {
    const passed = passedOver.get(target) ?? [];
    for (const sample of list) {
      const { failure } = sample;
      if (failure === null || !COOLING.has(failure.class)) continue;
      const limited = failure.class === 'rate_limited';
      if (failure.retryAfterMs !== null) {
        const toldAt = sample.atWallMs + sample.endMs;
        if (limited) sample.limitedUntil = toldAt + boundedHintMs(failure.retryAfterMs);
        continue;
      }
      const pause = (limited ? waited(sample) : null) ?? pauseAfter(sample, list, passed);
      if (pause === null) continue;
      const forMs = Math.round((pause.least + pause.most) / 2);
      if (limited) sample.limitedUntil = sample.atWallMs + sample.endMs + forMs;
      const chosen = limited && CHOSEN_MS.some((ms) => ms >= pause.least && ms <= pause.most);
      if (!chosen) failure.retryAfterMs = forMs;
    }
  }
}

/** A request that came while its target wanted no calls. */
export interface PassedOver {
  atWallMs: number;
  /** How long that would go on, ms; null: it was not told. */
  waitMs: number | null;
}

interface Bounds {
  least: number;
  most: number;
}

function waited({ waitedMs }: Sample): Bounds | null {
  return waitedMs === null ? null : { least: waitedMs - 1, most: waitedMs + NEARLY_MS };
}

/** Between the last request that kept away and the next that did not, or what the last was told; null: nobody kept away. */
function pauseAfter(sample: Sample, list: readonly Sample[], passed: readonly PassedOver[]): Bounds | null {
  const toldAt = sample.atWallMs + sample.endMs;
  const next = list[lowerBound(list, toldAt + 1, ({ atWallMs }) => atWallMs)];
  const upTo = next?.atWallMs ?? Number.POSITIVE_INFINITY;
  const last = passed[lowerBound(passed, upTo, ({ atWallMs }) => atWallMs) - 1];
  if (last === undefined || last.atWallMs <= toldAt) return null;
  const least = last.atWallMs - toldAt;
  const told = last.waitMs;
  if (told !== null) {
    const within = exactness(told);
    return { least: least + told - within, most: least + told + within };
  }
  return { least, most: Number.isFinite(upTo) ? upTo - toldAt : least + AFTER_LAST_MS };
}
