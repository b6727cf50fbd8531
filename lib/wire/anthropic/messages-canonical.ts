import type {
  CanonicalRequest,
  CanonicalResult,
  CanonicalText,
  ReasoningEffort,
} from '../canonical-request.ts';
import { asArray, asNumber, asObject, asText, type JsonObject } from '../json.ts';
import { TranslationLog } from '../translation-log.ts';
import { readBlocks } from './messages-canonical-blocks.ts';
import { readMessagesTools } from './messages-canonical-tools.ts';
import { isFullyClosed } from './output-schema.ts';

/** Read here, or said by the canonical form itself. Whatever else a request has is dropped by name. */
const READ = new Set([
  'model',
  'messages',
  'max_tokens',
  'system',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'mcp_servers',
  'inference_geo',
  'container',
  // Marks what may be cached: it changes the price, not the answer.
  'cache_control',
]);

/** Fields at a value that says nothing more than their absence. */
const PLAIN: ReadonlyMap<string, readonly unknown[]> = new Map(
  Object.entries({ service_tier: ['auto'], speed: ['standard'] }),
);

/** A Messages request as canonical, or the field whose loss would change what the client gets. */
export function messagesToCanonical(json: JsonObject, stream: boolean): CanonicalResult {
  const log = new TranslationLog();
  refuseUnsayable(json, log);
  const { system, messages } = readTurns(json, log);
  for (const [name, value] of Object.entries(json)) {
    if (value === null || value === undefined || READ.has(name)) continue;
    if (PLAIN.get(name)?.includes(value) !== true) log.drop(name);
  }
  const request: CanonicalRequest = {
    system,
    messages,
    ...readMessagesTools(json, log),
    maxTokens: asNumber(json.max_tokens),
    temperature: asNumber(json.temperature),
    topP: asNumber(json.top_p),
    topK: asNumber(json.top_k),
    stop: asArray(json.stop_sequences).filter((item) => typeof item === 'string'),
    seed: null,
    presencePenalty: null,
    frequencyPenalty: null,
    reasoning: readReasoning(json),
    format: readFormat(json),
    user: asText(asObject(json.metadata)?.user_id),
    stream,
    includeUsage: true,
    dropped: log.dropped,
    notes: log.notes,
  };
  return log.failure === null ? { ok: true, request } : { ok: false, failure: log.failure };
}

function refuseUnsayable(json: JsonObject, log: TranslationLog): void {
  if (json.container !== null && json.container !== undefined) {
    log.cannot('container', 'is a place at Anthropic, which no other vendor has.');
  }
  if (asArray(json.mcp_servers).length > 0) {
    log.cannot('mcp_servers', 'are called by Anthropic itself and have no translation.');
  }
  if (asText(json.inference_geo) !== null) {
    log.cannot('inference_geo', 'cannot be promised by another vendor.');
  }
}

function readTurns(json: JsonObject, log: TranslationLog): Pick<CanonicalRequest, 'system' | 'messages'> {
  const system = readSystem(json.system, 'system', log);
  const messages: CanonicalRequest['messages'] = [];
  for (const [at, item] of asArray(json.messages).entries()) {
    const field = `messages[${at}]`;
    const message = asObject(item);
    switch (message?.role) {
      case 'user':
      case 'assistant':
        messages.push({ role: message.role, parts: readBlocks(message.content, `${field}.content`, log) });
        break;
      case 'system':
        system.push(...readSystem(message.content, `${field}.content`, log));
        log.note('A system message inside the conversation was moved to its front.');
        break;
      default:
        log.cannot(`${field}.role`, `is "${asText(message?.role) ?? 'missing'}", which has no translation.`);
    }
  }
  return { system, messages };
}

/** A line that clients put first for Anthropic's own accounts; it is no part of the prompt. */
const ATTRIBUTION = 'x-anthropic-billing-header:';

function readSystem(content: unknown, field: string, log: TranslationLog): CanonicalText[] {
  const texts = readBlocks(content, field, log).flatMap((part) => {
    if (part.kind === 'text') return [part];
    log.cannot(field, 'holds something else than text.');
    return [];
  });
  return texts.filter(({ text }) => text.trim() !== '' && !text.startsWith(ATTRIBUTION));
}

/** `thinking` with a budget, or an effort; thinking that is adaptive or off without an effort leaves it to the model. */
function readReasoning(json: JsonObject): CanonicalRequest['reasoning'] {
  const thinking = asObject(json.thinking);
  const effort = effortOf(asObject(json.output_config)?.effort);
  const budgetTokens = thinking?.type === 'enabled' ? asNumber(thinking.budget_tokens) : null;
  return effort === null && budgetTokens === null ? null : { effort, budgetTokens };
}

function effortOf(value: unknown): ReasoningEffort | null {
  switch (value) {
    case 'low':
    case 'medium':
    case 'high':
    case 'xhigh':
      return value;
    case 'max':
      return 'xhigh';
    default:
      return null;
  }
}

/** A schema that closes every object is enforced to the letter elsewhere too. */
function readFormat(json: JsonObject): CanonicalRequest['format'] {
  const format = asObject(asObject(json.output_config)?.format) ?? asObject(json.output_format);
  const schema = asObject(format?.schema);
  if (format?.type !== 'json_schema' || schema === null) return { type: 'text' };
  const strict = isFullyClosed(schema) ? true : null;
  return { type: 'json_schema', name: asText(schema.title) ?? 'answer', description: null, schema, strict };
}
