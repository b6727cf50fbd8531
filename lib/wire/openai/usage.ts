import type { Usage } from '../../contract/records.ts';
import type { CanonicalUsage } from '../canonical.ts';
import { asNumber, asObject, type JsonObject } from '../json.ts';

/** Usage of a completion or chunk: `usage`, or Groq's `x_groq.usage`; null when it has none. */
export function openAiUsage(json: JsonObject): Usage | null {
  const usage = usageObject(json);
  if (usage === null) return null;
  const inputTokens = asNumber(usage.prompt_tokens);
  const outputTokens = asNumber(usage.completion_tokens);
  return inputTokens === null && outputTokens === null ? null : { inputTokens, outputTokens };
}

/** The same with its details: cached and reasoning tokens, DeepSeek's cache hits. */
export function canonicalUsage(json: JsonObject): CanonicalUsage | null {
  const counts = openAiUsage(json);
  const usage = usageObject(json);
  if (counts === null || usage === null) return null;
  const cached = asNumber(asObject(usage.prompt_tokens_details)?.cached_tokens);
  return {
    ...counts,
    cachedTokens: cached ?? asNumber(usage.prompt_cache_hit_tokens),
    reasoningTokens: asNumber(asObject(usage.completion_tokens_details)?.reasoning_tokens),
  };
}

function usageObject(json: JsonObject): JsonObject | null {
  return asObject(json.usage) ?? asObject(asObject(json.x_groq)?.usage);
}
