import type { CanonicalMessage, CanonicalPart, CanonicalRequest } from '../canonical-request.ts';
import { asArray, asObject, asText, type JsonObject } from '../json.ts';
import { readSystemText } from '../openai/chat-canonical-content.ts';
import type { TranslationLog } from '../translation-log.ts';
import { reasoningText } from './answer-events.ts';
import { readContent } from './canonical-content.ts';
import { isReference } from './own-items.ts';
import { reasoningState } from './vendor-state.ts';

type Turns = Pick<CanonicalRequest, 'system' | 'messages'>;

/** What the vendor's own tools did in earlier turns. Nobody waits for their results, so they may be left out elsewhere. */
const OPAQUE_ITEMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    web_search_call: 'a web search',
    file_search_call: 'a file search',
    code_interpreter_call: 'a run of the code interpreter',
    image_generation_call: 'a generated image',
    mcp_call: "a call of the vendor's own to an MCP server",
    mcp_list_tools: "an MCP server's list of tools",
  }),
);

/** `instructions` and `input` as turns: items of the assistant that follow each other are one message, as are tool results. */
export function readInput(json: JsonObject, log: TranslationLog): Turns {
  const turns: Turns = { system: [], messages: [] };
  const instructions = asText(json.instructions);
  if (instructions !== null) turns.system.push({ kind: 'text', text: instructions });
  const text = asText(json.input);
  if (text !== null) turns.messages.push({ role: 'user', parts: [{ kind: 'text', text }] });
  for (const [at, value] of asArray(json.input).entries()) {
    const field = `input[${at}]`;
    const item = asObject(value);
    if (item === null) log.cannot(field, 'is not an object.');
    else readItem(item, field, turns, log);
  }
  return turns;
}

function readItem(item: JsonObject, field: string, turns: Turns, log: TranslationLog): void {
  if (isReference(item)) {
    log.cannot(field, 'refers to an item that only the provider that keeps it has.');
    return;
  }
  switch (item.type) {
    case undefined:
    case null:
    case 'message':
      readMessage(item, field, turns, log);
      return;
    case 'function_call':
      assistant(turns.messages, readCall(item, field, log));
      return;
    case 'function_call_output':
      toolResult(turns.messages, readOutput(item, field, log));
      return;
    case 'reasoning':
      assistant(turns.messages, readReasoning(item));
      return;
    default:
      readOther(asText(item.type) ?? 'unknown', field, turns, log);
  }
}

function readOther(type: string, field: string, turns: Turns, log: TranslationLog): void {
  const what = OPAQUE_ITEMS.get(type);
  if (what === undefined) log.cannot(field, `is an item of type "${type}", which has no translation.`);
  else assistant(turns.messages, [{ kind: 'opaque', what }]);
}

function readMessage(item: JsonObject, field: string, turns: Turns, log: TranslationLog): void {
  switch (item.role) {
    case 'system':
    case 'developer':
      readSystem(item, field, turns, log);
      return;
    case 'user':
      turns.messages.push({ role: 'user', parts: readContent(item.content, `${field}.content`, log) });
      return;
    case 'assistant':
      assistant(turns.messages, readContent(item.content, `${field}.content`, log));
      return;
    default:
      log.cannot(`${field}.role`, `is "${asText(item.role) ?? 'missing'}", which has no translation.`);
  }
}

function readSystem(item: JsonObject, field: string, turns: Turns, log: TranslationLog): void {
  const text = readSystemText(item.content);
  if (text === null) log.cannot(`${field}.content`, 'is a system message with something else than text.');
  else if (text.trim() !== '') turns.system.push({ kind: 'text', text });
  if (turns.messages.length > 0) log.note('A system message inside the conversation was moved to its front.');
}

function readCall(item: JsonObject, field: string, log: TranslationLog): CanonicalPart[] {
  const id = asText(item.call_id);
  const name = asText(item.name);
  if (id === null || name === null) {
    log.cannot(field, 'is not a function call with a name and a call_id.');
    return [];
  }
  const given = typeof item.arguments === 'string' ? item.arguments : '';
  return [{ kind: 'tool_call', id, name, arguments: given.trim() === '' ? '{}' : given }];
}

function readOutput(item: JsonObject, field: string, log: TranslationLog): CanonicalPart[] {
  const callId = asText(item.call_id);
  const parts = readContent(item.output, `${field}.output`, log);
  if (callId !== null) return [{ kind: 'tool_result', callId, parts, isError: false }];
  log.cannot(`${field}.call_id`, 'is missing.');
  return [];
}

function readReasoning(item: JsonObject): CanonicalPart[] {
  return [{ kind: 'thinking', text: reasoningText(item), vendorState: reasoningState(item) }];
}

function assistant(messages: CanonicalMessage[], parts: CanonicalPart[]): void {
  const last = messages.at(-1);
  if (last?.role === 'assistant') last.parts.push(...parts);
  else messages.push({ role: 'assistant', parts });
}

/** Results of parallel calls stand in one message, as the calls do. */
function toolResult(messages: CanonicalMessage[], parts: CanonicalPart[]): void {
  const last = messages.at(-1);
  if (last?.role === 'user' && last.parts.every(({ kind }) => kind === 'tool_result'))
    last.parts.push(...parts);
  else messages.push({ role: 'user', parts });
}
