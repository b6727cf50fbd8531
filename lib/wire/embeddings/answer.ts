import type { Usage } from '../../contract/records.ts';
import { protocolViolation } from '../failures.ts';
import { asNumber, asObject, asText, type JsonObject } from '../json.ts';
import { readJsonAnswer } from '../openai/completion.ts';
import type { CompletionResult } from '../types.ts';

/** Validates a whole 200: a list of vectors, as numbers or as base64. Its bytes are relayed as they are. */
export function readEmbeddings(body: Uint8Array): CompletionResult {
  const answer = readJsonAnswer(body);
  if (!answer.ok) return answer;
  const { data } = answer.value;
  if (!Array.isArray(data)) {
    return { ok: false, failure: protocolViolation('The answer is not a list of embeddings.') };
  }
  if (data.length === 0) {
    return { ok: false, failure: protocolViolation('The answer holds no embedding.', 'empty') };
  }
  if (!data.every(isVector)) {
    return { ok: false, failure: protocolViolation('The answer holds an embedding without a vector.') };
  }
  return { ok: true, bytes: body, usage: usageOf(answer.value), model: asText(answer.value.model) };
}

function isVector(item: unknown): boolean {
  const vector = asObject(item)?.embedding;
  if (Array.isArray(vector)) return vector.length > 0 && asNumber(vector[0]) !== null;
  return asText(vector) !== null;
}

function usageOf(answer: JsonObject): Usage | null {
  const usage = asObject(answer.usage);
  const inputTokens = asNumber(usage?.prompt_tokens) ?? asNumber(usage?.total_tokens);
  return inputTokens === null ? null : { inputTokens, outputTokens: null };
}
