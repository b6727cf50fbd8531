import type { CanonicalMessage, CanonicalPart } from '../canonical-request.ts';
import { isObject, parseJson } from '../json.ts';
import { idOfForm } from '../tool-ids.ts';
import type { TranslationLog } from '../translation-log.ts';
import { documentFormat, documentName, imageFormat } from './media.ts';
import type { BedrockBlock, BedrockMessage } from './schema.ts';

/** Turns as Converse takes them: neighbours of one role merged, the user's first, no blank text, a text beside each document. */
export function encodeMessages(list: readonly CanonicalMessage[], log: TranslationLog): BedrockMessage[] {
  const messages: BedrockMessage[] = [];
  for (const [at, { role, parts }] of list.entries()) {
    const content = encodeParts(parts, `messages[${at}].content`, log);
    const last = messages.at(-1);
    if (content.length === 0) continue;
    if (last?.role === role) last.content.push(...content);
    else messages.push({ role, content });
  }
  if (messages[0]?.role === 'assistant') {
    messages.unshift({ role: 'user', content: [{ text: '.' }] });
    log.note('A turn of the user ("." alone) was put first: Bedrock wants one there.');
  }
  for (const message of messages) besideDocuments(message, log);
  trimPrefill(messages);
  return messages;
}

/** Converse refuses a document alone, and two of one name. */
function besideDocuments({ content }: BedrockMessage, log: TranslationLog): void {
  const documents = content.flatMap((block) => ('document' in block ? [block.document] : []));
  if (documents.length === 0) return;
  const used = new Set<string>();
  for (const document of documents) {
    const { name } = document;
    for (let n = 2; used.has(document.name); n += 1) document.name = `${name.slice(0, 190)} ${n}`;
    used.add(document.name);
  }
  if (content.some((block) => 'text' in block)) return;
  content.push({ text: '.' });
  log.note('A text ("." alone) was put beside a document: Bedrock wants one there.');
}

/** Claude refuses white space at the end of a prefilled answer. */
function trimPrefill(messages: readonly BedrockMessage[]): void {
  const last = messages.at(-1);
  const block = last?.content.at(-1);
  if (last?.role === 'assistant' && block !== undefined && 'text' in block) block.text = block.text.trimEnd();
}

function encodeParts(parts: readonly CanonicalPart[], field: string, log: TranslationLog): BedrockBlock[] {
  return parts.flatMap((part, at) => encodePart(part, `${field}[${at}]`, log) ?? []);
}

function encodePart(part: CanonicalPart, field: string, log: TranslationLog): BedrockBlock | null {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return part.text.trim() === '' ? null : { text: part.text };
    case 'image':
      if (part.detail === 'low' || part.detail === 'high') log.leaveOut('image_url.detail', 'Bedrock');
      return encodeImage(part, field, log);
    case 'file':
      return encodeFile(part, field, log);
    case 'audio':
      return log.cannot(field, 'is audio, which Bedrock does not take.');
    case 'tool_call':
      return {
        toolUse: { toolUseId: toolId(part.id), name: part.name, input: inputOf(part.arguments) },
      };
    case 'tool_result': {
      const content = encodeParts(part.parts, field, log);
      const status = part.isError ? 'error' : 'success';
      return { toolResult: { toolUseId: toolId(part.callId), content, status } };
    }
    case 'thinking':
      log.leaveOutReasoning();
      return null;
    case 'opaque':
      log.leaveOutState(part.what);
      return null;
    default:
      return part satisfies never;
  }
}

function toolId(id: string): string {
  return idOfForm(id, /^[A-Za-z0-9_-]{1,64}$/, 32);
}

/** Only objects: arguments that a model cut short are kept as text under one key. */
function inputOf(text: string): unknown {
  const parsed = parseJson(text);
  return isObject(parsed) ? parsed : { arguments: text };
}

type Part<Kind> = Extract<CanonicalPart, { kind: Kind }>;

function encodeImage({ source }: Part<'image'>, field: string, log: TranslationLog): BedrockBlock | null {
  if (source.type !== 'base64') return noBytes(source.type, field, log);
  const format = imageFormat(source.mediaType);
  if (format === null) {
    return log.cannot(field, `is an image of type "${source.mediaType}", which Bedrock does not take.`);
  }
  return { image: { format, source: { bytes: source.data } } };
}

function encodeFile(part: Part<'file'>, field: string, log: TranslationLog): BedrockBlock | null {
  const { source, name } = part;
  if (source.type !== 'base64') return noBytes(source.type, field, log);
  const image = imageFormat(source.mediaType);
  if (image !== null) return { image: { format: image, source: { bytes: source.data } } };
  const format = documentFormat(source.mediaType);
  if (format === null) {
    return log.cannot(field, `is a file of type "${source.mediaType}", which Bedrock does not take.`);
  }
  return { document: { format, name: documentName(name), source: { bytes: source.data } } };
}

function noBytes(type: 'url' | 'vendor_id', field: string, log: TranslationLog): null {
  return log.cannot(
    field,
    type === 'url' ? 'is a URL, and Bedrock fetches none: send the bytes.' : "is another vendor's file.",
  );
}
