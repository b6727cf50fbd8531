/** Most tokens that a bucket holds, and how many a flow starts with at each provider. */
export const BUDGET_CAP = 10;
/** What a quiet flow gets back without any success: one token in this time, and never more than one. */
export const RESERVE_EVERY_MS = 10_000;
const RESERVE = 1;
/** A call more to the provider that has just failed. */
const RETRY_COST = 1;
/** A call more to somebody else: no load for the sick provider, but one more call to pay for. */
const MOVE_COST = 0.2;
/** A hedging flow starts with one, so that it need not wait for twenty calls to show what it does. */
const HEDGES_AT_FIRST = 1;
/** Sums of tenths fall short by a few bits. */
const ROUNDING = 1e-9;

/** Tokens for calling one provider again on behalf of one flow. */
class RetryBucket {
  #tokens = BUDGET_CAP;
  #refilledAt: number;

  constructor(now: number) {
    this.#refilledAt = now;
  }

  earn(share: number): void {
    this.#tokens = Math.min(BUDGET_CAP, this.#tokens + share);
  }

  level(now: number): number {
    if (this.#tokens < RESERVE) {
      const earned = Math.max(0, now - this.#refilledAt) / RESERVE_EVERY_MS;
      this.#tokens = Math.min(RESERVE, this.#tokens + earned);
    }
    this.#refilledAt = now;
    return this.#tokens;
  }

  take(cost: number, now: number): boolean {
    if (this.level(now) + ROUNDING < cost) return false;
    this.drain(cost, now);
    return true;
  }

  drain(cost: number, now: number): void {
    this.#tokens = Math.max(0, this.level(now) - cost);
  }
}

/**
 * What the flows may spend on calls beyond the first one of a request. A success earns a share of a token where it came from; a
 * retry costs one and is not made without it, nor is a hedge. Going on elsewhere after a failure is never turned down,
 * since it may be the only way to an answer; it is charged all the same, down to nothing, so that a provider whose
 * failures keep sending requests elsewhere is soon not tried twice any more. A provider that a flow has not spent anything at
 * has no bucket, so a healthy call costs one look at an empty map.
 */
export class Budgets {
  readonly #retries = new Map<string, Map<string, RetryBucket>>();
  readonly #hedges = new Map<string, number>();

  /** A call was answered. @param share of a token that a success earns */
  succeeded(flow: string, provider: string, share: number): void {
    if (this.#retries.size > 0) this.#retries.get(flow)?.get(provider)?.earn(share);
  }

  /** Tokens at this provider at `now`. */
  level(flow: string, provider: string, now: number): number {
    return this.#retries.get(flow)?.get(provider)?.level(now) ?? BUDGET_CAP;
  }

  /** Whether the provider may be called once more; asking uses the token up. */
  takeRetry(flow: string, provider: string, now: number): boolean {
    return this.#bucket(flow, provider, now).take(RETRY_COST, now);
  }

  /** Whether another call to this provider could be paid for. */
  canRetry(flow: string, provider: string, now: number): boolean {
    return this.level(flow, provider, now) + ROUNDING >= RETRY_COST;
  }

  /** A request goes on at `to` because a call to `from` has failed. */
  moved(flow: string, from: string, to: string, now: number): void {
    this.#bucket(flow, from, now).drain(from === to ? RETRY_COST : MOVE_COST, now);
  }

  /** A request of a hedging flow begins. @param share of the flow's requests that may be hedged */
  hedgeable(flow: string, share: number): void {
    this.#hedges.set(flow, Math.min(BUDGET_CAP, (this.#hedges.get(flow) ?? HEDGES_AT_FIRST) + share));
  }

  /**
   * Whether a call to `provider` that is late may be hedged; asking uses the tokens up. The flow needs a hedge of its own, and
   * more than half of its retry budget there: where calls fail as well, more of them do not help.
   */
  takeHedge(flow: string, provider: string, now: number): boolean {
    const hedges = this.#hedges.get(flow) ?? HEDGES_AT_FIRST;
    if (hedges + ROUNDING < 1 || this.level(flow, provider, now) <= BUDGET_CAP / 2) return false;
    this.#hedges.set(flow, hedges - 1);
    return this.takeRetry(flow, provider, now);
  }

  /** Forgets flows and providers that are not configured any more. */
  keep(flows: ReadonlySet<string>, providers: ReadonlySet<string>): void {
    for (const flow of this.#hedges.keys()) if (!flows.has(flow)) this.#hedges.delete(flow);
    for (const [flow, buckets] of this.#retries) {
      if (!flows.has(flow)) this.#retries.delete(flow);
      for (const provider of buckets.keys()) if (!providers.has(provider)) buckets.delete(provider);
    }
  }

  #bucket(flow: string, provider: string, now: number): RetryBucket {
    let buckets = this.#retries.get(flow);
    if (buckets === undefined) {
      buckets = new Map();
      this.#retries.set(flow, buckets);
    }
    let bucket = buckets.get(provider);
    if (bucket === undefined) {
      bucket = new RetryBucket(now);
      buckets.set(provider, bucket);
    }
    return bucket;
  }
}
