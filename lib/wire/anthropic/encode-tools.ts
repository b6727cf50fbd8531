import type { CanonicalRequest, CanonicalTool } from '../canonical-request.ts';
import type { TranslationLog } from '../translation-log.ts';
import type { AnthropicRequest, AnthropicTool, AnthropicToolChoice } from './schema.ts';

/** Tools and how they are chosen. Without tools nothing is sent: a choice alone would be refused. */
export function encodeTools(
  { tools, toolChoice, parallelTools }: CanonicalRequest,
  log: TranslationLog,
): Pick<AnthropicRequest, 'tools' | 'tool_choice'> {
  if (tools.length === 0) return {};
  if (tools.some(({ strict }) => strict === true)) {
    log.note('`strict` was left out of the tools: Anthropic is sent their schemas without it.');
  }
  const choice = encodeChoice(toolChoice, parallelTools === false);
  return { tools: tools.map(encodeTool), ...(choice === null ? {} : { tool_choice: choice }) };
}

function encodeTool({ name, description, parameters }: CanonicalTool): AnthropicTool {
  return {
    name,
    ...(description === null ? {} : { description }),
    input_schema: 'type' in parameters ? parameters : { type: 'object', ...parameters },
  };
}

function encodeChoice(choice: CanonicalRequest['toolChoice'], serial: boolean): AnthropicToolChoice | null {
  if (choice?.type === 'none') return { type: 'none' };
  if (!serial) return choice;
  return { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true };
}
