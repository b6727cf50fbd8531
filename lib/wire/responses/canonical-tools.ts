import type { CanonicalRequest, CanonicalTool } from '../canonical-request.ts';
import { asArray, asObject, asText, type JsonObject } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';

type Tools = Pick<CanonicalRequest, 'tools' | 'toolChoice' | 'parallelTools'>;
type Choice = CanonicalRequest['toolChoice'];

/**
 * `tools`, `tool_choice` and `parallel_tool_calls`. Only functions have a translation: what the vendor runs itself (search, code, MCP,
 * computer) or what takes free text would silently be missing elsewhere.
 */
export function readTools(json: JsonObject, log: TranslationLog): Tools {
  const tools = asArray(json.tools).flatMap((item, at) => readTool(item, `tools[${at}]`, log) ?? []);
  if (tools.length === 0) return { tools, toolChoice: null, parallelTools: null };
  const parallel = json.parallel_tool_calls;
  return {
    ...choose(tools, json.tool_choice, log),
    parallelTools: typeof parallel === 'boolean' ? parallel : null,
  };
}

function readTool(item: unknown, field: string, log: TranslationLog): CanonicalTool | null {
  const tool = asObject(item);
  const name = asText(tool?.name);
  if (tool?.type !== 'function') {
    const type = asText(tool?.type) ?? 'unknown';
    return log.cannot(field, `is a tool of type "${type}", which only its own vendor has.`);
  }
  if (name === null) return log.cannot(field, 'is a function without a name.');
  return {
    name,
    description: asText(tool.description),
    parameters: asObject(tool.parameters) ?? { type: 'object', properties: {} },
    strict: typeof tool.strict === 'boolean' ? tool.strict : null,
  };
}

function choose(tools: CanonicalTool[], choice: unknown, log: TranslationLog): Omit<Tools, 'parallelTools'> {
  const plain = plainChoice(choice);
  if (plain !== undefined) return { tools, toolChoice: plain };
  const allowed = asObject(choice)?.type === 'allowed_tools' ? asObject(choice) : null;
  const names = asArray(allowed?.tools).map(functionName);
  const mode = plainChoice(allowed?.mode);
  if (names.length === 0 || names.includes(null) || mode === undefined || mode === null) {
    log.cannot('tool_choice', 'has no translation.');
    return { tools, toolChoice: null };
  }
  // Other dialects have no such choice; what may not be called is not offered, which comes to the same.
  return { tools: tools.filter(({ name }) => names.includes(name)), toolChoice: mode };
}

/** undefined: none of the simple forms. */
function plainChoice(choice: unknown): Choice | undefined {
  if (choice === undefined || choice === null) return null;
  if (choice === 'auto' || choice === 'none') return { type: choice };
  if (choice === 'required') return { type: 'any' };
  const name = functionName(choice);
  return name === null ? undefined : { type: 'tool', name };
}

function functionName(value: unknown): string | null {
  const tool = asObject(value);
  return tool?.type === 'function' ? asText(tool.name) : null;
}
