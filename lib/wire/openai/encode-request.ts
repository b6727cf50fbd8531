import type { CanonicalRequest, CanonicalTool, ReasoningEffort } from '../canonical-request.ts';
import { type ChatQuirks, chatQuirks, type Refusable } from '../compatible/chat-quirks.ts';
import { idOfForm } from '../tool-ids.ts';
import { TranslationLog } from '../translation-log.ts';
import type { EncodedRequest, UpstreamTarget } from '../types.ts';
import { bodyModel } from './azure-address.ts';
import { encodeChatMessages } from './encode-messages.ts';

/** OpenAI refuses longer ones; Anthropic's clients send whole records. */
const USER_FORM = /^.{1,64}$/s;

/** The chat completions body for a canonical request; a failure names what this endpoint cannot be asked for. */
export function encodeChatRequest(request: CanonicalRequest, target: UpstreamTarget): EncodedRequest {
  const log = new TranslationLog();
  const quirks = chatQuirks(target);
  for (const sentence of request.notes ?? []) log.note(sentence);
  for (const field of request.dropped) log.leaveOut(field, quirks.vendor);
  const format = encodeFormat(request, quirks, log);
  const system = [...request.system.map(({ text }) => text), ...format.instruction];
  const body = {
    model: bodyModel(target, 'openai-chat'),
    messages: encodeChatMessages(system, request.messages, quirks, log),
    ...(request.maxTokens === null ? {} : { [quirks.tokenLimit]: request.maxTokens }),
    ...parameters(request, quirks, log),
    ...encodeTools(request),
    ...format.fields,
    ...encodeReasoning(request.reasoning, target.model, quirks, log),
    ...streaming(request, quirks),
  };
  return log.failure === null ? { ok: true, body, notes: log.notes } : { ok: false, failure: log.failure };
}

function streaming({ stream }: CanonicalRequest, quirks: ChatQuirks): object {
  if (!stream) return {};
  return quirks.streamUsage ? { stream: true, stream_options: { include_usage: true } } : { stream: true };
}

/** Plain parameters, but for what this endpoint refuses. */
function parameters(request: CanonicalRequest, quirks: ChatQuirks, log: TranslationLog): object {
  const given: Readonly<Record<Refusable | 'seed' | 'stop', unknown>> = {
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    stop: allStops(request.stop, quirks, log),
    user: request.user === null ? null : idOfForm(request.user, USER_FORM, 64),
    parallel_tool_calls: request.tools.length > 0 && request.parallelTools === false ? false : null,
    seed: request.seed,
  };
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === null) continue;
    if (isRefused(name, quirks))
      log.note(`\`${name}\` was left out: ${quirks.vendor} does not take it for this model.`);
    else out[name === 'seed' ? quirks.seed : name] = value;
  }
  return out;
}

function isRefused(name: string, { refuses }: ChatQuirks): boolean {
  return refuses.some((refused) => refused === name);
}

/** An answer that runs on where the client wants it to stop is another answer: too many stops are none that can be left out. */
function allStops(stop: readonly string[], { mostStops, vendor }: ChatQuirks, log: TranslationLog) {
  const most = mostStops === 0 ? 'takes none for this model' : `takes at most ${mostStops}`;
  if (stop.length > mostStops) log.cannot('stop', `cannot be sent: ${vendor} ${most}.`);
  return stop.length === 0 ? null : stop;
}

function encodeTools({ tools, toolChoice }: CanonicalRequest): object {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(encodeTool),
    ...(toolChoice === null ? {} : { tool_choice: encodeChoice(toolChoice) }),
  };
}

function encodeTool({ name, description, parameters, strict }: CanonicalTool): object {
  return {
    type: 'function',
    function: {
      name,
      ...(description === null ? {} : { description }),
      parameters,
      ...(strict === null ? {} : { strict }),
    },
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
      return { type: 'function', function: { name: choice.name } };
    default:
      return choice satisfies never;
  }
}

interface Format {
  instruction: string[];
  fields: object;
}

function encodeFormat({ format }: CanonicalRequest, quirks: ChatQuirks, log: TranslationLog): Format {
  switch (format.type) {
    case 'text':
      return { instruction: [], fields: {} };
    case 'json':
      return { instruction: [], fields: { response_format: { type: 'json_object' } } };
    case 'json_schema': {
      const { name, description, schema, strict } = format;
      if (!quirks.jsonSchema) {
        log.note(`The JSON schema was asked for in words: ${quirks.vendor} does not enforce one.`);
        const asked =
          'Answer with one JSON object that is valid against this JSON Schema, and with nothing else:';
        return {
          instruction: [`${asked}\n${JSON.stringify(schema)}`],
          fields: { response_format: { type: 'json_object' } },
        };
      }
      const json_schema = {
        name,
        ...(description === null ? {} : { description }),
        schema,
        ...(strict === null ? {} : { strict }),
      };
      return { instruction: [], fields: { response_format: { type: 'json_schema', json_schema } } };
    }
    default:
      return format satisfies never;
  }
}

function encodeReasoning(
  reasoning: CanonicalRequest['reasoning'],
  model: string,
  quirks: ChatQuirks,
  log: TranslationLog,
): object {
  if (reasoning === null) return {};
  const { budgetTokens } = reasoning;
  const effort = reasoning.effort ?? (budgetTokens === null ? null : effortOf(budgetTokens));
  switch (quirks.reasoning) {
    case null:
      if (effort !== 'none')
        log.note(`The reasoning effort was left out: ${quirks.vendor} takes none for this model.`);
      return {};
    case 'reasoning':
      return { reasoning: budgetTokens === null ? { effort } : { max_tokens: budgetTokens } };
    case 'reasoning_effort': {
      if (effort === null) return {};
      const known = knownEffort(model, effort);
      if (known !== effort)
        log.note(`The reasoning effort "${effort}" became "${known}", which this model takes.`);
      return { reasoning_effort: known };
    }
    default:
      return quirks.reasoning satisfies never;
  }
}

/** A budget of thinking tokens as an effort. */
function effortOf(budgetTokens: number): ReasoningEffort {
  if (budgetTokens <= 4096) return 'low';
  return budgetTokens <= 12_288 ? 'medium' : 'high';
}

/** The nearest effort that a model knows: most know three, OpenAI's newest more of them with each generation. */
function knownEffort(model: string, effort: ReasoningEffort): ReasoningEffort {
  const newer = /^gpt-5(?:\.(\d+))?/.exec(model);
  if (newer === null && !/^o\d|gpt-oss|^grok/.test(model)) return effort;
  const minor = newer === null ? null : Number(newer[1] ?? 0);
  switch (effort) {
    case 'none':
      if (minor !== null && minor >= 1) return 'none';
      return minor === null ? 'low' : 'minimal';
    case 'minimal':
      return minor === 0 ? 'minimal' : 'low';
    case 'xhigh':
      return minor !== null && minor >= 2 ? 'xhigh' : 'high';
    default:
      return effort;
  }
}
