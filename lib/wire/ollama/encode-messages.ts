import type { CanonicalMessage, CanonicalPart, CanonicalSource } from '../canonical-request.ts';
import { isObject, parseJson } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';

interface Spoken {
  texts: string[];
  /** Base64, without a type. */
  images: string[];
}

type ToolResult = Extract<CanonicalPart, { kind: 'tool_result' }>;

/** Turns as Ollama takes them: texts alone, pictures beside them, a tool's result in a turn of its own that names the tool. */
export function encodeOllamaMessages(list: readonly CanonicalMessage[], log: TranslationLog): object[] {
  const names = new Map<string, string>();
  return list.flatMap(({ role, parts }, at) => {
    const field = `messages[${at}].content`;
    if (role === 'assistant') return assistantTurn(parts, field, names, log);
    const results = parts.filter((part) => part.kind === 'tool_result');
    const others = parts.filter((part) => part.kind !== 'tool_result');
    const said = speak(others, field, log);
    return [
      ...results.map((result) => toolTurn(result, field, names, log)),
      ...(isSilent(said) ? [] : [{ role: 'user', ...written(said) }]),
    ];
  });
}

function assistantTurn(
  parts: readonly CanonicalPart[],
  field: string,
  names: Map<string, string>,
  log: TranslationLog,
): object[] {
  const calls = parts.flatMap((part) => {
    if (part.kind !== 'tool_call') return [];
    names.set(part.id, part.name);
    return [{ id: part.id, function: { name: part.name, arguments: argumentsOf(part.arguments) } }];
  });
  const said = speak(
    parts.filter(({ kind }) => kind !== 'tool_call'),
    field,
    log,
  );
  if (said.images.length > 0) log.cannot(field, 'holds what an assistant cannot say in chat messages.');
  if (isSilent(said) && calls.length === 0) return [];
  return [{ role: 'assistant', ...written(said), ...(calls.length === 0 ? {} : { tool_calls: calls }) }];
}

function toolTurn(
  { callId, parts, isError }: ToolResult,
  field: string,
  names: ReadonlyMap<string, string>,
  log: TranslationLog,
): object {
  if (isError) log.note('That a tool failed was left to its own words: chat messages have no mark for it.');
  const name = names.get(callId);
  const named = name === undefined ? {} : { tool_name: name };
  return { role: 'tool', tool_call_id: callId, ...named, ...written(speak(parts, field, log)) };
}

function isSilent({ texts, images }: Spoken): boolean {
  return texts.length === 0 && images.length === 0;
}

function written({ texts, images }: Spoken): object {
  return { content: texts.join('\n\n'), ...(images.length === 0 ? {} : { images }) };
}

function speak(parts: readonly CanonicalPart[], field: string, log: TranslationLog): Spoken {
  const said: Spoken = { texts: [], images: [] };
  for (const [at, part] of parts.entries()) add(said, part, `${field}[${at}]`, log);
  return said;
}

function add(said: Spoken, part: CanonicalPart, field: string, log: TranslationLog): void {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      if (part.text !== '') said.texts.push(part.text);
      return;
    case 'image':
      addImage(said, part.source, field, log);
      return;
    case 'file':
      addFile(said, part, field, log);
      return;
    case 'audio':
      log.cannot(field, 'is audio, which Ollama does not take.');
      return;
    case 'thinking':
      log.leaveOutReasoning();
      return;
    case 'opaque':
      log.leaveOutState(part.what);
      return;
    case 'tool_call':
    case 'tool_result':
      log.cannot(field, 'stands where chat messages have no place for it.');
      return;
    default:
      part satisfies never;
  }
}

function addImage(said: Spoken, source: CanonicalSource, field: string, log: TranslationLog): void {
  if (source.type === 'base64') said.images.push(source.data);
  else if (source.type === 'url') log.cannot(field, 'is an image by URL, which Ollama does not fetch.');
  else log.cannot(field, "is another vendor's file.");
}

/** Texts are read into the message; Ollama takes no other files. */
function addFile(
  said: Spoken,
  { source, name, mediaType }: Extract<CanonicalPart, { kind: 'file' }>,
  field: string,
  log: TranslationLog,
): void {
  const type = source.type === 'base64' ? (mediaType ?? source.mediaType) : null;
  if (source.type !== 'base64' || type === null || !/^text\/|^application\/json$/.test(type)) {
    log.cannot(field, 'is a file, and Ollama takes none but texts.');
    return;
  }
  const text = Buffer.from(source.data, 'base64').toString('utf8');
  said.texts.push(name === null ? text : `${name}:\n\n${text}`);
}

/** Only objects: arguments that a model cut short are kept as text under one key. */
function argumentsOf(text: string): unknown {
  const parsed = parseJson(text);
  return isObject(parsed) ? parsed : { arguments: text };
}
