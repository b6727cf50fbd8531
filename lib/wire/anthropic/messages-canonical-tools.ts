import type { CanonicalRequest, CanonicalTool } from '../canonical-request.ts';
import { asArray, asObject, asText, type JsonObject } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';

type Tools = Pick<CanonicalRequest, 'tools' | 'toolChoice' | 'parallelTools'>;

/** `tools` and `tool_choice`. Tools that Anthropic runs or describes itself have no translation. */
export function readMessagesTools(json: JsonObject, log: TranslationLog): Tools {
  const tools = asArray(json.tools).flatMap((item, at) => readTool(item, `tools[${at}]`, log) ?? []);
  if (tools.length === 0) return { tools, toolChoice: null, parallelTools: null };
  const choice = asObject(json.tool_choice);
  return { tools, toolChoice: readChoice(choice, log), parallelTools: parallelOf(choice) };
}

function readTool(item: unknown, field: string, log: TranslationLog): CanonicalTool | null {
  const tool = asObject(item);
  const name = asText(tool?.name);
  const type = asText(tool?.type);
  if (type !== null && type !== 'custom') {
    return log.cannot(field, `is Anthropic's own tool "${type}", which has no translation.`);
  }
  if (tool === null || name === null) return log.cannot(field, 'is not a tool with a name.');
  return {
    name,
    description: asText(tool.description),
    parameters: asObject(tool.input_schema) ?? { type: 'object', properties: {} },
    strict: tool.strict === true ? true : null,
  };
}

function readChoice(choice: JsonObject | null, log: TranslationLog): CanonicalRequest['toolChoice'] {
  const name = asText(choice?.name);
  switch (choice?.type) {
    case undefined:
      return null;
    case 'auto':
    case 'any':
    case 'none':
      return { type: choice.type };
    case 'tool':
      return name === null ? log.cannot('tool_choice.name', 'is missing.') : { type: 'tool', name };
    default:
      return log.cannot('tool_choice', 'has no translation.');
  }
}

function parallelOf(choice: JsonObject | null): boolean | null {
  const disabled = choice?.disable_parallel_tool_use;
  return typeof disabled === 'boolean' ? !disabled : null;
}
