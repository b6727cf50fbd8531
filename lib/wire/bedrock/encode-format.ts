import { enforceableSchema } from '../anthropic/output-schema.ts';
import type { CanonicalRequest } from '../canonical-request.ts';
import type { JsonObject } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';
import { enforcesSchemas } from './model-traits.ts';

/** A schema is enforced where the model can; else, as for any JSON, the model is asked for it in words. */
export function encodeFormat(
  { format }: CanonicalRequest,
  model: string,
  log: TranslationLog,
): { outputConfig: JsonObject | null; instruction: string | null } {
  if (format.type === 'text') return { outputConfig: null, instruction: null };
  if (format.type === 'json') {
    log.note('The JSON format was asked for in words: Bedrock has no such parameter.');
    return { outputConfig: null, instruction: 'Answer with one valid JSON object and nothing else.' };
  }
  const enforces = enforcesSchemas(model);
  const schema = enforces ? enforceableSchema(format.schema) : null;
  if (schema !== null) {
    const name = format.name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64);
    const jsonSchema = {
      schema: JSON.stringify(schema),
      name: name === '' ? 'answer' : name,
      ...(format.description === null ? {} : { description: format.description }),
    };
    return {
      outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } },
      instruction: null,
    };
  }
  const why = enforces ? 'it holds what this model does not enforce' : 'this model does not enforce one';
  log.note(`The JSON schema was asked for in words: ${why}.`);
  const asked = 'Answer with one JSON value that is valid against this JSON Schema, and with nothing else:';
  return { outputConfig: null, instruction: `${asked}\n${JSON.stringify(format.schema)}` };
}
