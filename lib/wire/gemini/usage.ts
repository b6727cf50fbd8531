import type { CanonicalUsage } from '../canonical.ts';
import { asNumber, asObject } from '../json.ts';

const FIELDS = [
  'promptTokenCount',
  'toolUsePromptTokenCount',
  'cachedContentTokenCount',
  'candidatesTokenCount',
  'thoughtsTokenCount',
] as const;

/** Counts of `usageMetadata`, which every chunk repeats as a running total: the last value of each counts. */
export class GeminiUsage {
  readonly #counts: Partial<Record<(typeof FIELDS)[number], number>> = {};

  /** True when it says something new. */
  add(value: unknown): boolean {
    const usage = asObject(value);
    let changed = false;
    for (const field of FIELDS) {
      const count = asNumber(usage?.[field]);
      if (count === null || count === this.#counts[field]) continue;
      this.#counts[field] = count;
      changed = true;
    }
    return changed;
  }

  /** Google counts thoughts, and what its own tools put into the prompt, apart; everybody else counts them in. */
  total(): CanonicalUsage {
    const { promptTokenCount, toolUsePromptTokenCount, cachedContentTokenCount } = this.#counts;
    const { candidatesTokenCount, thoughtsTokenCount } = this.#counts;
    return {
      inputTokens: sum(promptTokenCount, toolUsePromptTokenCount),
      cachedTokens: cachedContentTokenCount ?? null,
      outputTokens: sum(candidatesTokenCount, thoughtsTokenCount),
      reasoningTokens: thoughtsTokenCount ?? null,
    };
  }
}

function sum(first: number | undefined, second: number | undefined): number | null {
  return first === undefined && second === undefined ? null : (first ?? 0) + (second ?? 0);
}
