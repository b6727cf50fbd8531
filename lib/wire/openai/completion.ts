import { classifyInBand } from '../classify.ts';
import { emptyCompletion, protocolViolation } from '../failures.ts';
import { asArray, asObject, asText, type JsonObject, parseJson, viewOf } from '../json.ts';
import type { CompletionResult } from '../types.ts';
import { contentOf, isFailedFinish, isPlainStop } from './content.ts';
import { failedFinish } from './in-stream-errors.ts';
import { openAiUsage } from './usage.ts';

/** Validates a whole OpenAI-format answer; its bytes are relayed as they are. */
export function readOpenAiCompletion(body: Uint8Array): CompletionResult {
  const json = readJsonAnswer(body);
  if (!json.ok) return json;
  const { value } = json;
  const choices = asArray(value.choices).map(asObject);
  if (choices.length === 0 || choices.includes(null)) {
    return { ok: false, failure: protocolViolation('The answer has no choices.') };
  }
  if (choices.some((choice) => isFailedFinish(choice?.finish_reason))) {
    return { ok: false, failure: failedFinish(choices) };
  }
  const usage = openAiUsage(value);
  if (isEmpty(choices) && (usage?.outputTokens ?? 0) === 0) return { ok: false, failure: emptyCompletion() };
  return { ok: true, bytes: body, usage, model: asText(value.model) };
}

function isEmpty(choices: readonly (JsonObject | null)[]): boolean {
  return choices.every(
    (choice) => choice !== null && isPlainStop(choice.finish_reason) && contentOf(choice.message) === 'none',
  );
}

type JsonAnswer = { ok: true; value: JsonObject } | (CompletionResult & { ok: false });

/** A 200's body as a JSON object that is not an error; vendors send HTML, nothing, or an error under that status too. */
export function readJsonAnswer(body: Uint8Array): JsonAnswer {
  const violation = (message: string): JsonAnswer => ({ ok: false, failure: protocolViolation(message) });
  const text = viewOf(body).toString('utf8').trim();
  if (text === '') return violation('The answer is empty.');
  if (text.startsWith('<')) return violation('The answer is an HTML page, not a completion.');
  const parsed = parseJson(text);
  if (parsed === undefined) return violation('The answer is not valid JSON.');
  const value = asObject(Array.isArray(parsed) ? parsed[0] : parsed);
  if (value === null) return violation('The answer is not a JSON object.');
  const failing = Boolean(value.error) && asArray(value.choices).length === 0;
  if (failing || value.object === 'error' || value.type === 'error') {
    return { ok: false, failure: classifyInBand(value) };
  }
  return { ok: true, value };
}
