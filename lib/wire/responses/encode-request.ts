import type { CanonicalRequest, CanonicalTool } from '../canonical-request.ts';
import type { JsonObject } from '../json.ts';
import { bodyModel } from '../openai/azure-address.ts';
import { TranslationLog } from '../translation-log.ts';
import type { EncodedRequest, UpstreamTarget } from '../types.ts';
import { encodeInput } from './encode-input.ts';

const VENDOR = 'the Responses API';
/** Least that it takes. */
const LEAST_TOKENS = 16;

/** The Responses request for a canonical one; a failure names what it cannot be asked for. Nothing of it is stored. */
export function encodeResponsesRequest(request: CanonicalRequest, target: UpstreamTarget): EncodedRequest {
  const log = new TranslationLog();
  for (const sentence of request.notes ?? []) log.note(sentence);
  noteLosses(request, log);
  const instructions = request.system.map(({ text }) => text).join('\n\n');
  const body: JsonObject = {
    model: bodyModel(target, 'openai-responses'),
    ...(instructions === '' ? {} : { instructions }),
    input: encodeInput(request.messages, log),
    ...encodeTools(request),
    ...limits(request, log),
    ...encodeReasoning(request, log),
    ...encodeFormat(request),
    ...(request.user === null ? {} : { user: request.user }),
    store: false,
    ...(request.stream ? { stream: true } : {}),
  };
  return log.failure === null ? { ok: true, body, notes: log.notes } : { ok: false, failure: log.failure };
}

function noteLosses(request: CanonicalRequest, log: TranslationLog): void {
  if (request.stop.length > 0) log.cannot('stop', 'cannot be said in the Responses API.');
  for (const field of request.dropped) log.leaveOut(field, VENDOR);
  if (request.seed !== null) log.leaveOut('seed', VENDOR);
  if (request.topK !== null) log.leaveOut('top_k', VENDOR);
  if (request.presencePenalty !== null) log.leaveOut('presence_penalty', VENDOR);
  if (request.frequencyPenalty !== null) log.leaveOut('frequency_penalty', VENDOR);
}

function limits({ maxTokens, temperature, topP }: CanonicalRequest, log: TranslationLog): JsonObject {
  if (maxTokens !== null && maxTokens < LEAST_TOKENS) {
    log.note(`The token limit ${maxTokens} became ${LEAST_TOKENS}: ${VENDOR} takes no smaller one.`);
  }
  return {
    ...(maxTokens === null ? {} : { max_output_tokens: Math.max(LEAST_TOKENS, maxTokens) }),
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { top_p: topP }),
  };
}

/** Without tools nothing is sent: a choice alone would be refused. */
function encodeTools({ tools, toolChoice, parallelTools }: CanonicalRequest): JsonObject {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(encodeTool),
    ...(toolChoice === null ? {} : { tool_choice: encodeChoice(toolChoice) }),
    ...(parallelTools === null ? {} : { parallel_tool_calls: parallelTools }),
  };
}

/** `strict` is on by default in this API, in no other: what does not ask for it must say that it does not. */
function encodeTool({ name, description, parameters, strict }: CanonicalTool): JsonObject {
  return {
    type: 'function',
    name,
    ...(description === null ? {} : { description }),
    parameters,
    strict: strict ?? false,
  };
}

function encodeChoice(choice: NonNullable<CanonicalRequest['toolChoice']>): unknown {
  switch (choice.type) {
    case 'auto':
    case 'none':
      return choice.type;
    case 'any':
      return 'required';
    case 'tool':
      return { type: 'function', name: choice.name };
    default:
      return choice satisfies never;
  }
}

function encodeReasoning({ reasoning }: CanonicalRequest, log: TranslationLog): JsonObject {
  if (reasoning === null) return {};
  const { effort, budgetTokens } = reasoning;
  if (effort !== null) return { reasoning: { effort } };
  if (budgetTokens === null) return {};
  const step = budgetTokens <= 4096 ? 'low' : budgetTokens <= 12_288 ? 'medium' : 'high';
  log.note(`The reasoning budget of ${budgetTokens} tokens became the effort "${step}".`);
  return { reasoning: { effort: step } };
}

function encodeFormat({ format }: CanonicalRequest): JsonObject {
  switch (format.type) {
    case 'text':
      return {};
    case 'json':
      return { text: { format: { type: 'json_object' } } };
    case 'json_schema': {
      const { name, description, schema, strict } = format;
      const about = description === null ? {} : { description };
      return { text: { format: { type: 'json_schema', name, ...about, schema, strict: strict ?? false } } };
    }
    default:
      return format satisfies never;
  }
}
