import type { BreakerSettings } from './types.ts';

type RampSettings = Pick<
  BreakerSettings,
  'rampSeconds' | 'rampAfterSeconds' | 'rampFirstShare' | 'rampSecondShare'
>;

/**
 * After a long outage a target takes its traffic back in steps, so that a provider which has only just come back is not
 * knocked over again by everything at once: a first share for half of the ramp, a second share for the other half, then all.
 */
export class Ramp {
  #from = Number.NEGATIVE_INFINITY;

  /** Begins at `now` when an outage of `outageMs` was long enough; true when it did. */
  begin(now: number, outageMs: number, settings: RampSettings): boolean {
    if (settings.rampSeconds === 0 || outageMs < settings.rampAfterSeconds * 1000) return false;
    this.#from = now;
    return true;
  }

  end(): void {
    this.#from = Number.NEGATIVE_INFINITY;
  }

  /** The share of the traffic to take at `now`, above 0; 1: all of it. */
  share(now: number, settings: RampSettings): number {
    const elapsed = now - this.#from;
    const whole = settings.rampSeconds * 1000;
    if (elapsed >= whole) return 1;
    return elapsed * 2 < whole ? settings.rampFirstShare : settings.rampSecondShare;
  }

  /** Monotonic ms of the next step; null when there is none. */
  nextAt(now: number, settings: RampSettings): number | null {
    const elapsed = now - this.#from;
    const whole = settings.rampSeconds * 1000;
    if (elapsed >= whole) return null;
    return this.#from + (elapsed * 2 < whole ? whole / 2 : whole);
  }
}
