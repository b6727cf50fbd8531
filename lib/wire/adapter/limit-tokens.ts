import type { ProviderKind } from '../../contract/config.ts';
import { asNumber, asObject, type JsonObject } from '../json.ts';
import type { Dialect } from '../types.ts';
import { putField } from './parameters.ts';

/** The body with at most this many tokens for the answer; the same body when it asks for no more. */
export function limitTokens(input: {
  dialect: Dialect;
  kind: ProviderKind;
  body: JsonObject;
  limit: number;
}): JsonObject {
  const { body, limit } = input;
  const path = fieldOf(input.dialect, input.kind, body);
  const asked = asNumber(valueAt(body, path));
  return asked !== null && asked <= limit ? body : putField(body, path, limit);
}

function fieldOf(dialect: Dialect, kind: ProviderKind, body: JsonObject): readonly string[] {
  switch (dialect) {
    case 'openai-chat':
      if (body.max_completion_tokens !== undefined) return ['max_completion_tokens'];
      // Reasoning models refuse the older name; most compatible servers only know it.
      return body.max_tokens !== undefined || kind === 'openai-compatible'
        ? ['max_tokens']
        : ['max_completion_tokens'];
    case 'openai-responses':
      return ['max_output_tokens'];
    case 'anthropic-messages':
      return ['max_tokens'];
    case 'gemini':
      return ['generationConfig', 'maxOutputTokens'];
    case 'bedrock-converse':
      return ['inferenceConfig', 'maxTokens'];
    case 'ollama-chat':
      return ['options', 'num_predict'];
    default:
      return dialect satisfies never;
  }
}

function valueAt(object: JsonObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => asObject(value)?.[name], object);
}
