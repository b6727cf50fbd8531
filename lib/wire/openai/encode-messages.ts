import type { CanonicalMessage, CanonicalPart } from '../canonical-request.ts';
import type { ChatQuirks } from '../compatible/chat-quirks.ts';
import { urlOfSource } from '../data-url.ts';
import { idOfForm } from '../tool-ids.ts';
import type { TranslationLog } from '../translation-log.ts';

type ToolResult = Extract<CanonicalPart, { kind: 'tool_result' }>;
type ContentPart =
  | { type: 'text'; text: string }
  | { type: 'image_url' | 'file' | 'input_audio'; [key: string]: unknown };

/** Chat messages: one system message, tool results as messages of their own before what else stands in their turn. */
export function encodeChatMessages(
  system: readonly string[],
  messages: readonly CanonicalMessage[],
  quirks: ChatQuirks,
  log: TranslationLog,
): object[] {
  const out: object[] = system.length === 0 ? [] : [{ role: 'system', content: system.join('\n\n') }];
  for (const [at, { role, parts }] of messages.entries()) {
    const field = `messages[${at}].content`;
    if (role === 'assistant') out.push(...encodeAssistant(parts, field, quirks, log));
    else out.push(...encodeUser(parts, field, quirks, log));
  }
  return out;
}

function encodeUser(
  parts: readonly CanonicalPart[],
  field: string,
  quirks: ChatQuirks,
  log: TranslationLog,
): object[] {
  const results = parts.filter((part) => part.kind === 'tool_result');
  const rest = parts.filter((part) => part.kind !== 'tool_result');
  // Tool messages hold text alone: pictures that a tool returned are shown by the user.
  const shown = results.flatMap((result) => result.parts.filter(({ kind }) => kind !== 'text'));
  if (shown.length > 0)
    log.note("What a tool returned besides text was put into a user's message behind it.");
  const content = encodeContent([...shown, ...rest], field, quirks, log);
  return [
    ...results.map((result) => encodeToolResult(result, quirks, log)),
    ...(content.length === 0 ? [] : [{ role: 'user', content: plainIfText(content) }]),
  ];
}

function encodeToolResult(result: ToolResult, quirks: ChatQuirks, log: TranslationLog): object {
  if (result.isError)
    log.note('That a tool failed was left to its own words: chat messages have no mark for it.');
  const text = textOf(result.parts, 'text', '\n\n');
  return { role: 'tool', tool_call_id: toolId(result.callId, quirks), content: text };
}

function encodeAssistant(
  parts: readonly CanonicalPart[],
  field: string,
  quirks: ChatQuirks,
  log: TranslationLog,
): object[] {
  const calls = parts.flatMap((part) => (part.kind === 'tool_call' ? [encodeCall(part, quirks)] : []));
  const content = encodeContent(
    parts.filter(({ kind }) => kind !== 'tool_call' && !(kind === 'thinking' && quirks.toolReasoning)),
    field,
    quirks,
    log,
  );
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const reasoning = quirks.toolReasoning && calls.length > 0 ? textOf(parts, 'thinking') : '';
  if (content.some(({ type }) => type !== 'text')) {
    log.cannot(field, 'holds what an assistant cannot say in chat messages.');
  }
  if (text === '' && calls.length === 0) return [];
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
  ];
}

function textOf(parts: readonly CanonicalPart[], kind: 'text' | 'thinking', between = ''): string {
  return parts.flatMap((part) => (part.kind === kind ? [part.text] : [])).join(between);
}

function encodeCall(call: Extract<CanonicalPart, { kind: 'tool_call' }>, quirks: ChatQuirks): object {
  return {
    id: toolId(call.id, quirks),
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  };
}

function toolId(id: string, { shortToolIds }: ChatQuirks): string {
  return shortToolIds ? idOfForm(id, /^[A-Za-z0-9]{9}$/, 9) : id;
}

function encodeContent(
  parts: readonly CanonicalPart[],
  field: string,
  quirks: ChatQuirks,
  log: TranslationLog,
): ContentPart[] {
  return parts.flatMap((part, at) => encodePart(part, `${field}[${at}]`, quirks, log) ?? []);
}

function encodePart(
  part: CanonicalPart,
  field: string,
  quirks: ChatQuirks,
  log: TranslationLog,
): ContentPart | null {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return part.text === '' ? null : { type: 'text', text: part.text };
    case 'image': {
      const url = urlOfSource(part.source);
      if (url === null) return log.cannot(field, "is another vendor's file.");
      return {
        type: 'image_url',
        image_url: { url, ...(part.detail === null ? {} : { detail: part.detail }) },
      };
    }
    case 'file':
      return encodeFile(part, field, quirks, log);
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } };
    case 'thinking':
      log.leaveOutReasoning();
      return null;
    case 'opaque':
      log.leaveOutState(part.what);
      return null;
    case 'tool_call':
    case 'tool_result':
      return log.cannot(field, 'stands where chat messages have no place for it.');
    default:
      return part satisfies never;
  }
}

/** Texts are read into the message everywhere; other files go where messages can carry them. */
function encodeFile(
  { source, name, mediaType }: Extract<CanonicalPart, { kind: 'file' }>,
  field: string,
  { files, vendor }: ChatQuirks,
  log: TranslationLog,
): ContentPart | null {
  if (source.type === 'base64' && /^text\/|^application\/json$/.test(mediaType ?? source.mediaType)) {
    const text = Buffer.from(source.data, 'base64').toString('utf8');
    return { type: 'text', text: name === null ? text : `${name}:\n\n${text}` };
  }
  const data = urlOfSource(source);
  if (data === null) return log.cannot(field, "is another vendor's file.");
  if (!files) return log.cannot(field, `is a file, and ${vendor} takes none in a message.`);
  if (source.type === 'url' && vendor === 'OpenAI')
    return log.cannot(field, 'is a file by URL, which OpenAI does not fetch.');
  return { type: 'file', file: { filename: name ?? 'file', file_data: data } };
}

/** Texts alone as one text: many servers take nothing else. */
function plainIfText(content: readonly ContentPart[]): string | readonly ContentPart[] {
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return texts.length === content.length ? texts.join('\n\n') : content;
}
