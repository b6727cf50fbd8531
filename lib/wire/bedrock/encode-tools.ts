import type { CanonicalMessage, CanonicalRequest } from '../canonical-request.ts';
import type { JsonObject } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';
import { type BedrockFamily, bedrockFamily } from './model-traits.ts';
import type { BedrockTool, BedrockToolConfig, ModelFields } from './schema.ts';

export interface EncodedTools {
  toolConfig: BedrockToolConfig | null;
  fields: ModelFields;
  /** Said in words what Converse has no parameter for. */
  instruction: string | null;
}

const NO_CALLS = 'Answer without calling any tool.';
const NONE: EncodedTools = { toolConfig: null, fields: {}, instruction: null };

/**
 * Tools and how they are chosen. Converse has no "none": the tools are then not offered, unless the conversation holds calls, which it
 * refuses without tools; then the model is asked in words to call none.
 */
export function encodeTools(request: CanonicalRequest, model: string, log: TranslationLog): EncodedTools {
  const { tools, toolChoice } = request;
  const called = namesOfCalls(request.messages);
  const offered = toolChoice?.type === 'none' ? [] : tools;
  if (offered.length === 0) {
    if (called.length === 0) return NONE;
    log.note('The model was asked in words to call no tool: Bedrock takes earlier calls only beside tools.');
    const kept = tools.length > 0 ? tools.map(toolSpec) : called.map(unknownTool);
    return { toolConfig: { tools: kept }, fields: {}, instruction: NO_CALLS };
  }
  if (offered.some(({ strict }) => strict === true)) {
    log.note('`strict` was left out of the tools: Bedrock is sent their schemas without it.');
  }
  return { ...choose(request, bedrockFamily(model), log, offered.map(toolSpec)), instruction: null };
}

function choose(
  { toolChoice, parallelTools }: CanonicalRequest,
  family: BedrockFamily,
  log: TranslationLog,
  tools: BedrockTool[],
): Omit<EncodedTools, 'instruction'> {
  if (parallelTools === false && family === 'claude') {
    // Converse refuses the same choice in both places.
    const choice = { ...(toolChoice ?? { type: 'auto' }), disable_parallel_tool_use: true };
    return { toolConfig: { tools }, fields: { tool_choice: choice } };
  }
  if (parallelTools === false) log.leaveOut('parallel_tool_calls', 'Bedrock');
  const choice = choiceOf(toolChoice);
  return { toolConfig: { tools, ...(choice === null ? {} : { toolChoice: choice }) }, fields: {} };
}

function choiceOf(choice: CanonicalRequest['toolChoice']): JsonObject | null {
  switch (choice?.type) {
    case undefined:
    case 'none':
      return null;
    case 'auto':
      return { auto: {} };
    case 'any':
      return { any: {} };
    case 'tool':
      return { tool: { name: choice.name } };
    default:
      return choice satisfies never;
  }
}

function toolSpec({ name, description, parameters }: CanonicalRequest['tools'][number]): BedrockTool {
  const json = 'type' in parameters ? parameters : { type: 'object', ...parameters };
  const said = description === null || description.trim() === '' ? {} : { description };
  return { toolSpec: { name, ...said, inputSchema: { json } } };
}

/** A tool that the conversation has called and the request does not bring. */
function unknownTool(name: string): BedrockTool {
  return { toolSpec: { name, inputSchema: { json: { type: 'object' } } } };
}

function namesOfCalls(messages: readonly CanonicalMessage[]): string[] {
  const names = messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'tool_call' ? [part.name] : [])),
  );
  return [...new Set(names)];
}
