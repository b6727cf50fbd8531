import type { Usage } from '../../contract/records.ts';
import { asNumber, asObject, type JsonObject } from '../json.ts';

/** Usage of a completion or chunk: `usage`, or Groq's `x_groq.usage`; null when it has none. */
export function openAiUsage(json: JsonObject): Usage | null {
  const usage = asObject(json.usage) ?? asObject(asObject(json.x_groq)?.usage);
  if (usage === null) return null;
  const inputTokens = asNumber(usage.prompt_tokens);
  const outputTokens = asNumber(usage.completion_tokens);
  return inputTokens === null && outputTokens === null ? null : { inputTokens, outputTokens };
}
