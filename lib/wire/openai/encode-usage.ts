import type { CanonicalUsage } from '../canonical.ts';

/** OpenAI's usage object; unknown counts are 0, as clients add them up. */
export function encodeUsage(usage: CanonicalUsage): object {
  const prompt = usage.inputTokens ?? 0;
  const completion = usage.outputTokens ?? 0;
  const reasoning = usage.reasoningTokens ?? null;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens ?? 0 },
    ...(reasoning === null ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}
