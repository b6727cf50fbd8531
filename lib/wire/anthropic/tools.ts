import { asArray, asObject, asText, type JsonObject } from '../json.ts';
import { type AnthropicTool, type AnthropicToolChoice, cannot, type Translated } from './schema.ts';

export interface TranslatedTools {
  tools?: AnthropicTool[];
  tool_choice?: AnthropicToolChoice;
}

/** `tools`, `tool_choice` and `parallel_tool_calls`. Without tools nothing is sent: a choice alone would be refused. */
export function translateTools(json: JsonObject): Translated<TranslatedTools> {
  const tools: AnthropicTool[] = [];
  for (const [at, item] of asArray(json.tools).entries()) {
    const tool = asObject(item);
    const described = asObject(tool?.function);
    const name = asText(described?.name);
    if (tool?.type !== 'function' || name === null) return cannot(`tools[${at}]`, 'is not a function tool.');
    const description = asText(described?.description);
    tools.push({
      name,
      ...(description === null ? {} : { description }),
      input_schema: asObject(described?.parameters) ?? { type: 'object', properties: {} },
    });
  }
  if (tools.length === 0) return { ok: true, value: {} };
  const choice = translateChoice(json.tool_choice);
  if (!choice.ok) return choice;
  const chosen = oneAtATime(choice.value, json.parallel_tool_calls === false);
  return { ok: true, value: chosen === null ? { tools } : { tools, tool_choice: chosen } };
}

function translateChoice(choice: unknown): Translated<AnthropicToolChoice | null> {
  if (choice === undefined || choice === null) return { ok: true, value: null };
  if (choice === 'auto') return { ok: true, value: { type: 'auto' } };
  if (choice === 'none') return { ok: true, value: { type: 'none' } };
  if (choice === 'required') return { ok: true, value: { type: 'any' } };
  const name = asText(asObject(asObject(choice)?.function)?.name);
  if (name === null) return cannot('tool_choice', 'has no translation.');
  return { ok: true, value: { type: 'tool', name } };
}

function oneAtATime(choice: AnthropicToolChoice | null, serial: boolean): AnthropicToolChoice | null {
  if (!serial || choice?.type === 'none') return choice;
  return { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true };
}
