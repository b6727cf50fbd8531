import type { CanonicalUsage } from '../canonical.ts';
import { asNumber, asObject } from '../json.ts';

/** Counts of one `usage` object, or of several of a stream: the last value that is not null wins. */
export class AnthropicUsage {
  #input: number | null = null;
  #cacheRead: number | null = null;
  #cacheCreation: number | null = null;
  #output: number | null = null;
  #thinking: number | null = null;

  add(value: unknown): void {
    const usage = asObject(value);
    if (usage === null) return;
    this.#input = asNumber(usage.input_tokens) ?? this.#input;
    this.#cacheRead = asNumber(usage.cache_read_input_tokens) ?? this.#cacheRead;
    this.#cacheCreation = asNumber(usage.cache_creation_input_tokens) ?? this.#cacheCreation;
    this.#output = asNumber(usage.output_tokens) ?? this.#output;
    this.#thinking = asNumber(asObject(usage.output_tokens_details)?.thinking_tokens) ?? this.#thinking;
  }

  /** Anthropic counts cached tokens apart from `input_tokens`; everybody else counts them in. */
  total(): CanonicalUsage {
    const input = this.#input;
    return {
      inputTokens: input === null ? null : input + (this.#cacheRead ?? 0) + (this.#cacheCreation ?? 0),
      cachedTokens: this.#cacheRead,
      cacheWriteTokens: this.#cacheCreation,
      outputTokens: this.#output,
      reasoningTokens: this.#thinking,
    };
  }
}

/** The reverse; unknown counts are 0, as clients add them up. */
export function encodeMessagesUsage(usage: CanonicalUsage): object {
  const read = usage.cachedTokens ?? 0;
  const written = usage.cacheWriteTokens ?? 0;
  const reasoning = usage.reasoningTokens ?? null;
  return {
    input_tokens: Math.max(0, (usage.inputTokens ?? 0) - read - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    output_tokens: usage.outputTokens ?? 0,
    ...(reasoning === null ? {} : { output_tokens_details: { thinking_tokens: reasoning } }),
  };
}
