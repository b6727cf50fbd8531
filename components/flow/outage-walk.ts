import type { Policy } from '#lib/contract/policy.ts';
import { type FailureMode, isHit, type Place } from './outages.ts';

/** What happens to the first requests of an outage, while every breaker is still closed. */
export interface Walk {
  /** Who answers; null: nobody. */
  answer: Place | null;
  /**
   * What keeps `answer` from the first requests: the attempts that the flow allows, or its total time. null: nothing. Once the
   * breakers before it are open, it answers all the same.
   */
  late: 'attempts' | 'time' | null;
  /** Calls more of the primary before anybody else is asked, at most. */
  retries: number;
  /** Calls more of the primary's family that the flow's patience allows before a backup model or a refusal, at most. */
  patience: number;
  /** Places that are limited together with the primary and therefore not even asked. */
  shared: Place[];
  /** Who is asked beside a late primary; null: nobody. */
  hedge: Place | null;
}

/** Longer limit of targets that reason before they speak, s. */
const REASONING_SECONDS = 120;
/** No attempt begins with less time than this, s. */
const MARGIN_SECONDS = 0.1;

/** The places that a request of these stakes may be answered by. */
export function allowedPlaces(places: readonly Place[], policy: Policy, stakes: 'low' | 'high'): Place[] {
  const backups = servesBackups(policy, stakes);
  return places.filter(({ role }) => backups || role !== 'backup');
}

function servesBackups({ mode }: Policy, stakes: 'low' | 'high'): boolean {
  return mode === 'availability' || (mode === 'mixed' && stakes === 'low');
}

/**
 * Whether callers get the vendor's error when every model that may answer is gone: a flow that keeps to its model although its chain
 * goes on refuses gracefully instead, and so does one that may not even ask all of them.
 */
export function tellsOfLostModel(places: readonly Place[], policy: Policy, stakes: 'low' | 'high'): boolean {
  const all = allowedPlaces(places, policy, stakes).length <= policy.retry.maxAttempts;
  return all && (places.length === 1 || servesBackups(policy, stakes));
}

/** `allowed`: from `allowedPlaces`, with the primary first. */
export function walk(mode: FailureMode, allowed: readonly Place[], policy: Policy): Walk {
  const [primary] = allowed;
  if (primary === undefined) {
    return { answer: null, late: null, retries: 0, patience: 0, shared: [], hedge: null };
  }
  const steps = new Steps(mode, primary, allowed, policy);
  const { answer, late } = steps.run();
  const shared = mode === 'rate_limited' ? steps.passedOver : [];
  const hedge = mode === 'slow' ? hedgeOf(allowed, policy) : null;
  return { answer, late, retries: steps.retries, patience: steps.patience, shared, hedge };
}

/** One request's way along the chain, as the engine makes it while every breaker is closed. */
class Steps {
  retries = 0;
  patience = 0;
  readonly passedOver: Place[] = [];
  readonly #called = new Set<Place>();
  #made = 0;
  #given = false;
  readonly #mode: FailureMode;
  readonly #primary: Place;
  readonly #allowed: readonly Place[];
  readonly #policy: Policy;

  constructor(mode: FailureMode, primary: Place, allowed: readonly Place[], policy: Policy) {
    this.#mode = mode;
    this.#primary = primary;
    this.#allowed = allowed;
    this.#policy = policy;
  }

  run(): Pick<Walk, 'answer' | 'late'> {
    for (const place of this.#allowed) {
      const early = place.role === 'backup' ? this.#bePatient() : null;
      if (early !== null) return { answer: early, late: null };
      if (this.#called.has(place)) continue;
      if (this.#isPassedOver(place)) {
        this.passedOver.push(place);
        continue;
      }
      const best = this.#best();
      if (this.#left() === 0) return { answer: best, late: best === null ? null : 'attempts' };
      this.#call(place);
      if (!this.#hit(place)) return { answer: place, late: null };
      if (this.#mode === 'slow' && timeIsOver(this.#primary, this.#policy)) {
        return { answer: best, late: best === null ? null : 'time' };
      }
      this.#retry(place);
    }
    return { answer: this.#bePatient(), late: null };
  }

  /** A retry never uses up an attempt that a target which has not been tried needs; a late one is never asked again. */
  #retry(place: Place): void {
    if (this.#mode === 'slow') return;
    const spare = Math.max(0, this.#left() - this.#uncalled().length);
    const retries = Math.min(this.#policy.retry.maxPerTarget, spare);
    this.#made += retries;
    if (place === this.#primary) this.retries = retries;
  }

  /** Once, before the first backup model: the family's targets that come later in the chain, then those that have failed. */
  #bePatient(): Place | null {
    if (this.#given) return null;
    this.#given = true;
    let calls = this.#policy.primaryPatience.retries;
    for (const place of this.#uncalled()) {
      if (place.role === 'backup' || this.#isPassedOver(place) || calls === 0) continue;
      if (this.#left() < this.#uncalled().length) continue;
      this.#call(place);
      calls -= 1;
      if (!this.#hit(place)) return place;
    }
    const spare = Math.max(0, this.#left() - this.#uncalled().length);
    this.patience = this.#mode === 'slow' ? 0 : Math.min(calls, spare);
    this.#made += this.patience;
    return null;
  }

  /** Who answers once the breakers of those that fail are open; null: nobody. */
  #best(): Place | null {
    const well = this.#allowed.filter((place) => !this.#hit(place));
    const family = well.find(({ role }) => role !== 'backup');
    return (this.#policy.primaryPatience.retries > 0 ? family : undefined) ?? well[0] ?? null;
  }

  #call(place: Place): void {
    this.#called.add(place);
    this.#made += 1;
  }

  #left(): number {
    return Math.max(0, this.#policy.retry.maxAttempts - this.#made);
  }

  #uncalled(): Place[] {
    return this.#allowed.filter((place) => !this.#called.has(place));
  }

  #hit(place: Place): boolean {
    return isHit(this.#mode, this.#primary, place);
  }

  /** The primary's limit is known to be used up by then. */
  #isPassedOver(place: Place): boolean {
    return this.#mode === 'rate_limited' && place !== this.#primary && this.#hit(place);
  }
}

function timeIsOver(primary: Place, policy: Policy): boolean {
  return policy.timeouts.totalSeconds - firstTokenSeconds(primary, policy) < MARGIN_SECONDS;
}

/** How long a stream of the primary may take to its first token, s. */
export function firstTokenSeconds(primary: Place, { timeouts }: Policy): number {
  const own = timeouts.firstTokenSeconds;
  return primary.capabilities.includes('reasoning') ? Math.max(own, REASONING_SECONDS) : own;
}

/** At another endpoint; the primary's model before backup models, another provider before another endpoint of the same one. */
function hedgeOf(allowed: readonly Place[], { hedge, retry }: Policy): Place | null {
  const [primary, ...others] = allowed;
  if (!hedge.on || retry.maxAttempts < 2 || primary === undefined) return null;
  const rank = (place: Place) =>
    (place.role === 'backup' ? 2 : 0) + (place.provider === primary.provider ? 1 : 0);
  const elsewhere = others.filter(({ endpointId }) => endpointId !== primary.endpointId);
  return elsewhere.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}
