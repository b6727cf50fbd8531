import type { CanonicalRequest, CanonicalResult, ReasoningEffort } from '../canonical-request.ts';
import { asArray, asNumber, asObject, asText, type JsonObject } from '../json.ts';
import { TranslationLog } from '../translation-log.ts';
import { readChatMessages } from './chat-canonical-messages.ts';
import { readChatTools } from './chat-canonical-tools.ts';

/** Read here, or said by the canonical form itself. Whatever else a request has is dropped by name. */
const READ = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'n',
  'logprobs',
  'modalities',
  'audio',
  'functions',
  'web_search_options',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'reasoning',
  'user',
  'safety_identifier',
]);

/** Fields at a value that says nothing more than their absence. */
const PLAIN: ReadonlyMap<string, readonly unknown[]> = new Map(
  Object.entries({
    store: [false],
    service_tier: ['auto', 'default'],
    top_logprobs: [0],
    function_call: ['none', 'auto'],
    verbosity: ['medium'],
  }),
);

/** A chat request as canonical, or the field whose loss would change what the client gets. */
export function chatToCanonical(json: JsonObject, stream: boolean): CanonicalResult {
  const log = new TranslationLog();
  refuseUnsayable(json, log);
  const { system, messages } = readChatMessages(json.messages, log);
  const tools = readChatTools(json, log);
  dropUnknown(json, log);
  const request: CanonicalRequest = {
    system,
    messages,
    ...tools,
    maxTokens: asNumber(json.max_completion_tokens) ?? asNumber(json.max_tokens),
    temperature: asNumber(json.temperature),
    topP: asNumber(json.top_p),
    topK: asNumber(json.top_k),
    stop: (typeof json.stop === 'string' ? [json.stop] : asArray(json.stop)).filter(isString),
    seed: asNumber(json.seed),
    presencePenalty: asNumber(json.presence_penalty),
    frequencyPenalty: asNumber(json.frequency_penalty),
    reasoning: readReasoning(json, log),
    format: readFormat(json.response_format, log),
    user: asText(json.user) ?? asText(json.safety_identifier),
    stream,
    includeUsage: asObject(json.stream_options)?.include_usage === true,
    dropped: log.dropped,
    notes: log.notes,
  };
  return log.failure === null ? { ok: true, request } : { ok: false, failure: log.failure };
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function refuseUnsayable(json: JsonObject, log: TranslationLog): void {
  if ((asNumber(json.n) ?? 1) > 1) log.cannot('n', 'above 1 has no translation.');
  if (json.logprobs === true) log.cannot('logprobs', 'have no translation.');
  if (asObject(json.audio) !== null || asArray(json.modalities).includes('audio')) {
    log.cannot('audio', 'output has no translation.');
  }
  if (asArray(json.functions).length > 0) log.cannot('functions', 'have no translation; use tools.');
  if (asObject(json.web_search_options) !== null) log.cannot('web_search_options', 'have no translation.');
}

function dropUnknown(json: JsonObject, log: TranslationLog): void {
  for (const [name, value] of Object.entries(json)) {
    if (value === null || value === undefined || READ.has(name)) continue;
    if (PLAIN.get(name)?.includes(value) !== true) log.drop(name);
  }
}

const EFFORTS: readonly string[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

function isEffort(value: unknown): value is ReasoningEffort {
  return isString(value) && EFFORTS.includes(value);
}

/** `reasoning_effort`, or OpenRouter's `reasoning: {effort, max_tokens}`. */
function readReasoning(json: JsonObject, log: TranslationLog): CanonicalRequest['reasoning'] {
  const own = asObject(json.reasoning);
  const effort = json.reasoning_effort ?? own?.effort ?? null;
  const budgetTokens = asNumber(own?.max_tokens);
  if (effort !== null && !isEffort(effort)) log.drop('reasoning_effort');
  if (!isEffort(effort) && budgetTokens === null) return null;
  return { effort: isEffort(effort) ? effort : null, budgetTokens };
}

function readFormat(value: unknown, log: TranslationLog): CanonicalRequest['format'] {
  const format = asObject(value) ?? {};
  switch (format.type) {
    case undefined:
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json' };
    case 'json_schema': {
      const given = asObject(format.json_schema) ?? {};
      return {
        type: 'json_schema',
        name: asText(given.name) ?? 'answer',
        description: asText(given.description),
        schema: asObject(given.schema) ?? {},
        strict: typeof given.strict === 'boolean' ? given.strict : null,
      };
    }
    default:
      log.cannot('response_format', `of type "${asText(format.type) ?? 'unknown'}" has no translation.`);
      return { type: 'text' };
  }
}
