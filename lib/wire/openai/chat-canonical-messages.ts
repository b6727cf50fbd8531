import type { CanonicalMessage, CanonicalPart, CanonicalText } from '../canonical-request.ts';
import { asArray, asObject, asText, isObject, type JsonObject } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';
import { readContent, readSystemText } from './chat-canonical-content.ts';

export interface ChatTurns {
  system: CanonicalText[];
  messages: CanonicalMessage[];
}

/** Chat messages as turns: system and developer texts apart, tool results in the user's turns. */
export function readChatMessages(list: unknown, log: TranslationLog): ChatTurns {
  const turns: ChatTurns = { system: [], messages: [] };
  for (const [at, item] of asArray(list).entries()) {
    const field = `messages[${at}]`;
    const message = asObject(item);
    if (message === null) log.cannot(field, 'is not an object.');
    else readMessage(message, field, turns, log);
  }
  return turns;
}

function readMessage(message: JsonObject, field: string, turns: ChatTurns, log: TranslationLog): void {
  if (asText(message.name) !== null && message.role !== 'tool') log.drop('messages.name');
  switch (message.role) {
    case 'system':
    case 'developer':
      readSystem(message, field, turns, log);
      return;
    case 'user':
      turns.messages.push({ role: 'user', parts: readContent(message.content, `${field}.content`, log) });
      return;
    case 'assistant':
      turns.messages.push({ role: 'assistant', parts: readAssistant(message, field, log) });
      return;
    case 'tool':
      turns.messages.push({ role: 'user', parts: readToolResult(message, field, log) });
      return;
    default:
      log.cannot(`${field}.role`, `is "${asText(message.role) ?? 'missing'}", which has no translation.`);
  }
}

function readSystem(message: JsonObject, field: string, turns: ChatTurns, log: TranslationLog): void {
  const text = readSystemText(message.content);
  if (text === null) log.cannot(`${field}.content`, 'is a system message with something else than text.');
  else if (text.trim() !== '') turns.system.push({ kind: 'text', text });
  if (turns.messages.length > 0) log.note('A system message inside the conversation was moved to its front.');
}

function readAssistant(message: JsonObject, field: string, log: TranslationLog): CanonicalPart[] {
  if (isObject(message.function_call)) {
    log.cannot(`${field}.function_call`, 'has no translation; use tool_calls.');
  }
  if (isObject(message.audio)) log.cannot(`${field}.audio`, 'has no translation.');
  const thinking = asText(message.reasoning_content) ?? asText(message.reasoning);
  const refusal = asText(message.refusal);
  return [
    ...(thinking === null ? [] : [{ kind: 'thinking' as const, text: thinking, vendorState: null }]),
    ...readContent(message.content, `${field}.content`, log),
    ...(refusal === null ? [] : [{ kind: 'refusal' as const, text: refusal }]),
    ...asArray(message.tool_calls).flatMap(
      (call, at) => readCall(call, `${field}.tool_calls[${at}]`, log) ?? [],
    ),
  ];
}

function readCall(value: unknown, field: string, log: TranslationLog): CanonicalPart | null {
  const call = asObject(value);
  const called = asObject(call?.function);
  const id = asText(call?.id);
  const name = asText(called?.name);
  if (id === null || name === null) return log.cannot(field, 'is not a function call with an id.');
  const given = typeof called?.arguments === 'string' ? called.arguments : '';
  return { kind: 'tool_call', id, name, arguments: given.trim() === '' ? '{}' : given };
}

function readToolResult(message: JsonObject, field: string, log: TranslationLog): CanonicalPart[] {
  const callId = asText(message.tool_call_id);
  const parts = readContent(message.content, `${field}.content`, log);
  if (callId !== null) return [{ kind: 'tool_result', callId, parts, isError: false }];
  log.cannot(`${field}.tool_call_id`, 'is missing.');
  return [];
}
