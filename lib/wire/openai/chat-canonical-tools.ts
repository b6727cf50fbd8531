import type { CanonicalRequest, CanonicalTool } from '../canonical-request.ts';
import { asArray, asObject, asText, type JsonObject } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';

type Tools = Pick<CanonicalRequest, 'tools' | 'toolChoice' | 'parallelTools'>;
type Choice = CanonicalRequest['toolChoice'];

/** `tools`, `tool_choice` and `parallel_tool_calls`. A choice without tools says nothing. */
export function readChatTools(json: JsonObject, log: TranslationLog): Tools {
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
  const described = asObject(tool?.function);
  const name = asText(described?.name);
  if (tool?.type !== 'function' || name === null) return log.cannot(field, 'is not a function tool.');
  return {
    name,
    description: asText(described?.description),
    parameters: asObject(described?.parameters) ?? { type: 'object', properties: {} },
    strict: typeof described?.strict === 'boolean' ? described.strict : null,
  };
}

function choose(tools: CanonicalTool[], choice: unknown, log: TranslationLog): Omit<Tools, 'parallelTools'> {
  const plain = plainChoice(choice);
  if (plain !== undefined) return { tools, toolChoice: plain };
  const object = asObject(choice);
  const allowed = object?.type === 'allowed_tools' ? asObject(object.allowed_tools) : null;
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
  return asText(asObject(asObject(value)?.function)?.name);
}
