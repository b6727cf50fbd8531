import type { Prices } from '#lib/contract/config.ts';
import type { Usage } from '#lib/contract/records.ts';
import type { ReplayTally } from '#lib/contract/replay.ts';
import type { Source } from './types.ts';

export type Ending = 'primary' | 'alternate' | 'backup' | 'refused' | 'failed' | 'broken' | 'callerErrors';

/** How one request ended. */
export interface Ended {
  ending: Ending;
  /** How many requests it stands for. */
  weight: number;
  /** Until the first content or the whole answer, ms; null: there was none. */
  waitMs: number | null;
  /** Slug of the target that answered. */
  served: string | null;
  usage: Usage | null;
  attempts: readonly { target: string; failed: boolean; source: Source }[];
}

interface TargetSum {
  attempts: number;
  failed: number;
  answered: number;
}

/** Adds requests up. */
export class Tally {
  readonly #prices: ReadonlyMap<string, Prices>;
  readonly #typical: Usage | null;
  readonly #endings: Record<Ending, number> = {
    primary: 0,
    alternate: 0,
    backup: 0,
    refused: 0,
    failed: 0,
    broken: 0,
    callerErrors: 0,
  };
  readonly #sources: Record<Source, number> = { recorded: 0, drawn: 0, past: 0, assumed: 0 };
  readonly #targets = new Map<string, TargetSum>();
  readonly #waits: { ms: number; weight: number }[] = [];
  #cost: number | null = null;
  #covered = 0;

  /** @param typical what a request uses whose own usage is not known; null: that is not known either */
  constructor(prices: ReadonlyMap<string, Prices>, typical: Usage | null) {
    this.#prices = prices;
    this.#typical = typical;
  }

  add({ ending, weight, waitMs, served, usage, attempts }: Ended): void {
    this.#endings[ending] += weight;
    for (const { target, failed, source } of attempts) {
      const sum = this.#target(target);
      sum.attempts += weight;
      if (failed) sum.failed += weight;
      this.#sources[source] += weight;
    }
    if (served === null || !isAnswer(ending)) return;
    this.#target(served).answered += weight;
    if (waitMs !== null) this.#waits.push({ ms: waitMs, weight });
    this.#addCost(served, usage, weight);
  }

  /** Everything so far, in whole requests. */
  result(): ReplayTally {
    const { primary, alternate, backup, refused, failed, broken, callerErrors } = this.#endings;
    const answered = primary + alternate + backup;
    const targets = [...this.#targets].map(([target, sum]) => ({
      target,
      attempts: Math.round(sum.attempts),
      failed: Math.round(sum.failed),
      answered: Math.round(sum.answered),
    }));
    const total = (of: keyof TargetSum) => [...this.#targets.values()].reduce((sum, one) => sum + one[of], 0);
    this.#waits.sort((a, b) => a.ms - b.ms);
    const [wholePrimary, wholeAlternate, wholeBackup] = [primary, alternate, backup].map(Math.round);
    return {
      answered: (wholePrimary ?? 0) + (wholeAlternate ?? 0) + (wholeBackup ?? 0),
      primary: wholePrimary ?? 0,
      alternate: wholeAlternate ?? 0,
      backup: wholeBackup ?? 0,
      refused: Math.round(refused),
      failed: Math.round(failed),
      broken: Math.round(broken),
      callerErrors: Math.round(callerErrors),
      p50Ms: this.#quantile(0.5),
      p95Ms: this.#quantile(0.95),
      attempts: Math.round(total('attempts')),
      failedAttempts: Math.round(total('failed')),
      costUsd: this.#cost,
      costCovers: answered === 0 ? 0 : this.#covered / answered,
      restsOn: {
        recorded: Math.round(this.#sources.recorded),
        drawn: Math.round(this.#sources.drawn),
        past: Math.round(this.#sources.past),
        assumed: Math.round(this.#sources.assumed),
      },
      targets,
    };
  }

  #target(slug: string): TargetSum {
    let sum = this.#targets.get(slug);
    if (sum === undefined) {
      sum = { attempts: 0, failed: 0, answered: 0 };
      this.#targets.set(slug, sum);
    }
    return sum;
  }

  #addCost(served: string, usage: Usage | null, weight: number): void {
    const prices = this.#prices.get(served);
    if (prices === undefined) return;
    const own = usage !== null && (usage.inputTokens !== null || usage.outputTokens !== null);
    const used = own ? usage : this.#typical;
    if (used === null) return;
    const { input, output } = prices;
    const dollars = ((used.inputTokens ?? 0) * input + (used.outputTokens ?? 0) * output) / 1_000_000;
    this.#cost = (this.#cost ?? 0) + dollars * weight;
    if (own) this.#covered += weight;
  }

  /** By nearest rank, ms. Sorted before. */
  #quantile(share: number): number | null {
    const total = this.#waits.reduce((sum, { weight }) => sum + weight, 0);
    let left = share * total;
    for (const { ms, weight } of this.#waits) {
      left -= weight;
      if (left <= 1e-9) return ms;
    }
    return this.#waits.at(-1)?.ms ?? null;
  }
}

function isAnswer(ending: Ending): boolean {
  return ending === 'primary' || ending === 'alternate' || ending === 'backup';
}
