import { asArray, asObject, asText, isObject, type JsonObject, parseJson } from '../json.ts';
import { systemText, translateContent } from './content.ts';
import { type AnthropicBlock, type AnthropicMessage, cannot, type Translated } from './schema.ts';

export interface TranslatedMessages {
  /** System and developer messages in their order; empty without any. */
  system: string[];
  messages: AnthropicMessage[];
}

/** OpenAI's messages as Anthropic's turns: system apart, tool results in user turns, neighbours of one role merged. */
export function translateMessages(list: unknown): Translated<TranslatedMessages> {
  const system: string[] = [];
  const messages: AnthropicMessage[] = [];
  for (const [at, item] of asArray(list).entries()) {
    const field = `messages[${at}]`;
    const message = asObject(item);
    if (message === null) return cannot(field, 'is not an object.');
    if (message.role === 'system' || message.role === 'developer') {
      const text = systemText(message.content);
      if (text === null)
        return cannot(`${field}.content`, 'is a system message with something else than text.');
      if (text.trim() !== '') system.push(text);
      continue;
    }
    const turn = translateTurn(message, field);
    if (!turn.ok) return turn;
    append(messages, turn.value);
  }
  return { ok: true, value: { system, messages: completed(messages) } };
}

function translateTurn(message: JsonObject, field: string): Translated<AnthropicMessage> {
  switch (message.role) {
    case 'user': {
      const content = translateContent(message.content, `${field}.content`);
      return content.ok ? { ok: true, value: { role: 'user', content: content.value } } : content;
    }
    case 'assistant':
      return translateAssistant(message, field);
    case 'tool':
      return translateToolResult(message, field);
    default:
      return cannot(`${field}.role`, `is "${asText(message.role) ?? 'missing'}", which has no translation.`);
  }
}

function translateAssistant(message: JsonObject, field: string): Translated<AnthropicMessage> {
  if (isObject(message.function_call))
    return cannot(`${field}.function_call`, 'has no translation; use tool_calls.');
  if (isObject(message.audio)) return cannot(`${field}.audio`, 'has no translation.');
  const content = translateContent(message.content, `${field}.content`);
  if (!content.ok) return content;
  const blocks = [...content.value];
  for (const [at, item] of asArray(message.tool_calls).entries()) {
    const call = asObject(item);
    const called = asObject(call?.function);
    const id = asText(call?.id);
    const name = asText(called?.name);
    if (id === null || name === null)
      return cannot(`${field}.tool_calls[${at}]`, 'is not a function call with an id.');
    blocks.push({ type: 'tool_use', id, name, input: argumentsOf(called?.arguments) });
  }
  return { ok: true, value: { role: 'assistant', content: blocks } };
}

/** Arguments that a model cut short are no JSON, but Anthropic takes only objects: the text is kept under one key. */
function argumentsOf(text: unknown): unknown {
  const raw = typeof text === 'string' ? text : '';
  if (raw.trim() === '') return {};
  const parsed = parseJson(raw);
  return isObject(parsed) ? parsed : { arguments: raw };
}

function translateToolResult(message: JsonObject, field: string): Translated<AnthropicMessage> {
  const id = asText(message.tool_call_id);
  if (id === null) return cannot(`${field}.tool_call_id`, 'is missing.');
  const content = translateContent(message.content, `${field}.content`);
  if (!content.ok) return content;
  const result: AnthropicBlock = { type: 'tool_result', tool_use_id: id, content: content.value };
  return { ok: true, value: { role: 'user', content: [result] } };
}

function append(messages: AnthropicMessage[], turn: AnthropicMessage): void {
  if (turn.content.length === 0) return;
  const last = messages.at(-1);
  if (last?.role === turn.role) last.content.push(...turn.content);
  else messages.push(turn);
}

/** Anthropic wants a user's turn first and no white space at the end of a prefilled answer. */
function completed(messages: AnthropicMessage[]): AnthropicMessage[] {
  if (messages[0]?.role === 'assistant')
    messages.unshift({ role: 'user', content: [{ type: 'text', text: '.' }] });
  const last = messages.at(-1);
  const block = last?.content.at(-1);
  if (last?.role === 'assistant' && block?.type === 'text') {
    last.content[last.content.length - 1] = { type: 'text', text: block.text.trimEnd() };
  }
  return messages;
}
