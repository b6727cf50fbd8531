import type { CanonicalMessage, CanonicalPart } from '../canonical-request.ts';
import { urlOfSource } from '../data-url.ts';
import type { JsonObject } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';

/** Turns as input items: calls and their results are items of their own, in the order in which they stand. */
export function encodeInput(messages: readonly CanonicalMessage[], log: TranslationLog): JsonObject[] {
  return messages.flatMap(({ role, parts }, at) =>
    encodeMessage(role, parts, `messages[${at}].content`, log),
  );
}

function encodeMessage(
  role: CanonicalMessage['role'],
  parts: readonly CanonicalPart[],
  field: string,
  log: TranslationLog,
): JsonObject[] {
  const items: JsonObject[] = [];
  let content: JsonObject[] = [];
  const flush = (): void => {
    if (content.length > 0) items.push({ type: 'message', role, content });
    content = [];
  };
  for (const [at, part] of parts.entries()) {
    const place = `${field}[${at}]`;
    const item = encodeItem(part, place, log);
    if (item === null) content.push(...encodePart(part, role, place, log));
    else {
      flush();
      items.push(item);
    }
  }
  flush();
  return items;
}

/** null: the part belongs into a message. */
function encodeItem(part: CanonicalPart, field: string, log: TranslationLog): JsonObject | null {
  if (part.kind === 'tool_call') {
    return { type: 'function_call', call_id: part.id, name: part.name, arguments: part.arguments };
  }
  if (part.kind !== 'tool_result') return null;
  if (part.isError)
    log.note("A tool's failure was sent as its output: the Responses API has no mark for it.");
  return { type: 'function_call_output', call_id: part.callId, output: encodeOutput(part.parts, field, log) };
}

/** A text where there is nothing else, which every server understands. */
function encodeOutput(parts: readonly CanonicalPart[], field: string, log: TranslationLog): unknown {
  if (parts.every((part) => part.kind === 'text')) return parts.map(({ text }) => text).join('\n');
  return parts.flatMap((part, at) => encodePart(part, 'user', `${field}[${at}]`, log));
}

function encodePart(
  part: CanonicalPart,
  role: CanonicalMessage['role'],
  field: string,
  log: TranslationLog,
): JsonObject[] {
  switch (part.kind) {
    case 'text':
      return [{ type: role === 'assistant' ? 'output_text' : 'input_text', text: part.text }];
    case 'refusal':
      return [{ type: 'refusal', refusal: part.text }];
    case 'image': {
      const image_url = urlOfSource(part.source);
      if (image_url === null) break;
      return [{ type: 'input_image', image_url, detail: part.detail ?? 'auto' }];
    }
    case 'file':
      return encodeFile(part, field, log);
    case 'audio':
      log.cannot(field, 'is audio, which the Responses API does not take.');
      return [];
    case 'thinking':
      log.note("Earlier turns' reasoning was left out: only the model that wrote it can take it back.");
      return [];
    case 'opaque':
      log.note(`${capitalised(part.what)} was left out: only its own vendor understands it.`);
      return [];
    case 'tool_call':
    case 'tool_result':
      log.cannot(field, 'is a tool call inside a tool result.');
      return [];
    default:
      return part satisfies never;
  }
  log.cannot(field, "is another vendor's file.");
  return [];
}

function encodeFile(
  { source, name }: Extract<CanonicalPart, { kind: 'file' }>,
  field: string,
  log: TranslationLog,
): JsonObject[] {
  const url = urlOfSource(source);
  if (url === null) {
    log.cannot(field, "is another vendor's file.");
    return [];
  }
  if (source.type === 'url') return [{ type: 'input_file', file_url: url }];
  return [{ type: 'input_file', filename: name ?? 'file', file_data: url }];
}

function capitalised(what: string): string {
  return what.charAt(0).toUpperCase() + what.slice(1);
}
