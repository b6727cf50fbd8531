import type { CanonicalUsage } from '../canonical.ts';
import { asNumber, asObject } from '../json.ts';

/** Bedrock counts what was read from and written to its cache apart from `inputTokens`; everybody else counts it in. */
export function bedrockUsage(value: unknown): CanonicalUsage | null {
  const usage = asObject(value);
  if (usage === null) return null;
  const input = asNumber(usage.inputTokens);
  const read = asNumber(usage.cacheReadInputTokens);
  const written = asNumber(usage.cacheWriteInputTokens);
  return {
    inputTokens: input === null ? null : input + (read ?? 0) + (written ?? 0),
    cachedTokens: read,
    cacheWriteTokens: written,
    outputTokens: asNumber(usage.outputTokens),
  };
}
