import type { Usage } from '../../contract/records.ts';
import type { CanonicalUsage } from '../canonical.ts';
import { asNumber, asObject, type JsonObject } from '../json.ts';

/** Usage of a response object; null when it has none. */
export function readUsage(response: JsonObject): CanonicalUsage | null {
  const usage = asObject(response.usage);
  const inputTokens = asNumber(usage?.input_tokens);
  const outputTokens = asNumber(usage?.output_tokens);
  if (inputTokens === null && outputTokens === null) return null;
  const details = asObject(usage?.input_tokens_details);
  return {
    inputTokens,
    cachedTokens: asNumber(details?.cached_tokens),
    cacheWriteTokens: asNumber(details?.cache_write_tokens),
    outputTokens,
    reasoningTokens: asNumber(asObject(usage?.output_tokens_details)?.reasoning_tokens),
  };
}

/** The two counts that records keep; null when neither is known. */
export function plainUsage(usage: CanonicalUsage | null): Usage | null {
  const { inputTokens = null, outputTokens = null } = usage ?? {};
  return inputTokens === null && outputTokens === null ? null : { inputTokens, outputTokens };
}

/** The usage of a response object. Unknown counts are 0, as clients add them up; null when nothing is known. */
export function encodeUsage(usage: CanonicalUsage): JsonObject | null {
  const plain = plainUsage(usage);
  if (plain === null) return null;
  const input = plain.inputTokens ?? 0;
  const output = plain.outputTokens ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cachedTokens ?? 0,
      cache_write_tokens: usage.cacheWriteTokens ?? 0,
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: input + output,
  };
}
