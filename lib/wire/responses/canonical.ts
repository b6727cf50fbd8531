import type { CanonicalRequest, CanonicalResult, ReasoningEffort } from '../canonical-request.ts';
import { asArray, asNumber, asObject, asText, type JsonObject } from '../json.ts';
import { TranslationLog } from '../translation-log.ts';
import { readInput } from './canonical-input.ts';
import { readTools } from './canonical-tools.ts';

/** Read here, or said by the canonical form itself. Whatever else a request has is dropped by name. */
const READ = new Set([
  'model',
  'input',
  'instructions',
  'stream',
  'stream_options',
  'background',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'include',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'user',
  'safety_identifier',
  'previous_response_id',
  'conversation',
  'prompt',
]);

/** Fields at a value that says nothing more than their absence. */
const PLAIN: ReadonlyMap<string, readonly unknown[]> = new Map(
  Object.entries({
    store: [false],
    service_tier: ['auto', 'default'],
    truncation: ['disabled'],
  }),
);

/** A Responses request as canonical, or the field whose loss would change what the client gets. */
export function responsesToCanonical(json: JsonObject, stream: boolean): CanonicalResult {
  const log = new TranslationLog();
  refuseUnsayable(json, log);
  const turns = readInput(json, log);
  const tools = readTools(json, log);
  dropUnknown(json, log);
  const request: CanonicalRequest = {
    ...turns,
    ...tools,
    maxTokens: asNumber(json.max_output_tokens),
    temperature: asNumber(json.temperature),
    topP: asNumber(json.top_p),
    topK: null,
    stop: [],
    seed: null,
    presencePenalty: null,
    frequencyPenalty: null,
    reasoning: readReasoning(json.reasoning, log),
    format: readFormat(json.text, log),
    user: asText(json.user) ?? asText(json.safety_identifier),
    stream,
    includeUsage: true,
    dropped: log.dropped,
    notes: log.notes,
  };
  return log.failure === null ? { ok: true, request } : { ok: false, failure: log.failure };
}

function refuseUnsayable(json: JsonObject, log: TranslationLog): void {
  for (const field of ['previous_response_id', 'conversation', 'prompt']) {
    if (json[field] !== undefined && json[field] !== null) {
      log.cannot(field, 'names something that only the provider that keeps it can use.');
    }
  }
  const include = asArray(json.include);
  if ((asNumber(json.top_logprobs) ?? 0) > 0 || include.includes('message.output_text.logprobs')) {
    log.cannot('top_logprobs', 'have no translation.');
  }
  if (include.length > 0) log.drop('include');
}

function dropUnknown(json: JsonObject, log: TranslationLog): void {
  for (const [name, value] of Object.entries(json)) {
    if (value === null || value === undefined || READ.has(name)) continue;
    if (PLAIN.get(name)?.includes(value) !== true) log.drop(name);
  }
}

const EFFORTS: ReadonlyMap<string, ReasoningEffort> = new Map(
  Object.entries({
    none: 'none',
    minimal: 'minimal',
    low: 'low',
    medium: 'medium',
    high: 'high',
    xhigh: 'xhigh',
    // The highest step that every dialect can be told.
    max: 'xhigh',
  }),
);

function readReasoning(value: unknown, log: TranslationLog): CanonicalRequest['reasoning'] {
  const given = asText(asObject(value)?.effort);
  if (given === null) return null;
  const effort = EFFORTS.get(given);
  if (effort !== undefined) return { effort, budgetTokens: null };
  log.drop('reasoning.effort');
  return null;
}

function readFormat(value: unknown, log: TranslationLog): CanonicalRequest['format'] {
  const text = asObject(value);
  const verbosity = asText(text?.verbosity);
  if (verbosity !== null && verbosity !== 'medium') log.drop('text.verbosity');
  const format = asObject(text?.format) ?? {};
  switch (format.type) {
    case undefined:
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json' };
    case 'json_schema':
      return {
        type: 'json_schema',
        name: asText(format.name) ?? 'answer',
        description: asText(format.description),
        schema: asObject(format.schema) ?? {},
        strict: typeof format.strict === 'boolean' ? format.strict : null,
      };
    default:
      log.cannot('text.format', `of type "${asText(format.type) ?? 'unknown'}" has no translation.`);
      return { type: 'text' };
  }
}
