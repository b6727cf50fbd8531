import type { z } from 'zod';
import { type ActiveFault, type FaultRule, faultRuleSchema } from '#lib/contract/simulator.ts';
import type { Random } from './timing.ts';

export type FaultRuleInput = z.input<typeof faultRuleSchema>;

/** Where a call arrived and what it asked for. */
export interface CallSite {
  provider: string;
  endpoint: string;
  model: string;
}

/** The most rules kept: the oldest goes first. */
const MOST = 200;

/** The faults in force. Of several that fit a call the one added last wins, as far as its share reaches. */
export class FaultBook {
  readonly #random: Random;
  readonly #now: () => number;
  #rules: ActiveFault[] = [];
  #next = 1;

  constructor(random: Random, now: () => number) {
    this.#random = random;
    this.#now = now;
  }

  list(): ActiveFault[] {
    return this.#rules.map((rule) => ({ ...rule }));
  }

  add(input: FaultRuleInput): ActiveFault {
    const rule = { ...faultRuleSchema.parse(input), id: `fault-${this.#next++}`, sinceWallMs: this.#now() };
    this.#rules = [...this.#rules, rule].slice(-MOST);
    return { ...rule };
  }

  /** `null` clears all; false when there was no such rule. */
  clear(id: string | null): boolean {
    const before = this.#rules.length;
    this.#rules = id === null ? [] : this.#rules.filter((rule) => rule.id !== id);
    return id === null || this.#rules.length < before;
  }

  /** The fault that this call meets, if any. Draws once per fitting rule with a share below 1. */
  meet(site: CallSite): FaultRule | null {
    for (const rule of this.#rules.toReversed()) {
      if (fits(rule, site) && (rule.share >= 1 || this.#random() < rule.share)) return rule;
    }
    return null;
  }
}

function fits(rule: FaultRule, site: CallSite): boolean {
  return (
    rule.provider === site.provider &&
    (rule.endpoint === undefined || rule.endpoint === site.endpoint) &&
    (rule.model === undefined || rule.model === site.model)
  );
}
