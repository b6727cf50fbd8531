import type { CanonicalMessage, CanonicalPart, CanonicalSource } from '../canonical-request.ts';
import { isObject, parseJson } from '../json.ts';
import { idOfForm } from '../tool-ids.ts';
import type { TranslationLog } from '../translation-log.ts';
import type { AnthropicBlock, AnthropicMessage, AnthropicSource } from './schema.ts';

/** Turns as Anthropic takes them: neighbours of one role merged, the user's first, nothing empty. */
export function encodeMessages(list: readonly CanonicalMessage[], log: TranslationLog): AnthropicMessage[] {
  const messages: AnthropicMessage[] = [];
  for (const [at, { role, parts }] of list.entries()) {
    const content = encodeParts(parts, `messages[${at}].content`, log);
    const last = messages.at(-1);
    if (content.length === 0) continue;
    if (last?.role === role) last.content.push(...content);
    else messages.push({ role, content });
  }
  return completed(messages, log);
}

function encodeParts(parts: readonly CanonicalPart[], field: string, log: TranslationLog): AnthropicBlock[] {
  return parts.flatMap((part, at) => encodePart(part, `${field}[${at}]`, log));
}

function encodePart(part: CanonicalPart, field: string, log: TranslationLog): AnthropicBlock[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return textBlock(part.text);
    case 'image': {
      const source = mediaSource(part.source, field, log);
      if (part.detail === 'low' || part.detail === 'high') log.leaveOut('image_url.detail', 'Anthropic');
      return source === null ? [] : [{ type: 'image', source }];
    }
    case 'file': {
      const source = documentSource(part.source, field, log);
      if (source === null) return [];
      return [{ type: 'document', source, ...(part.name === null ? {} : { title: part.name }) }];
    }
    case 'audio':
      log.cannot(field, 'is audio, which Anthropic does not take.');
      return [];
    case 'tool_call':
      return [{ type: 'tool_use', id: toolId(part.id), name: part.name, input: inputOf(part.arguments) }];
    case 'tool_result': {
      const content = encodeParts(part.parts, field, log);
      const failed = part.isError ? { is_error: true as const } : {};
      return [{ type: 'tool_result', tool_use_id: toolId(part.callId), content, ...failed }];
    }
    case 'thinking':
      log.leaveOutReasoning();
      return [];
    case 'opaque':
      log.leaveOutState(part.what);
      return [];
    default:
      return part satisfies never;
  }
}

function toolId(id: string): string {
  return idOfForm(id, /^[A-Za-z0-9_-]{1,128}$/, 32);
}

/** Anthropic refuses blocks without text. */
function textBlock(text: string): AnthropicBlock[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

function mediaSource(source: CanonicalSource, field: string, log: TranslationLog): AnthropicSource | null {
  switch (source.type) {
    case 'url':
      return source;
    case 'base64':
      return { type: 'base64', media_type: source.mediaType, data: source.data };
    case 'vendor_id':
      return log.cannot(field, "is another vendor's file.");
    default:
      return source satisfies never;
  }
}

/** PDFs as they are, texts as text: Anthropic takes no other documents. */
function documentSource(source: CanonicalSource, field: string, log: TranslationLog): AnthropicSource | null {
  if (source.type !== 'base64' || source.mediaType === 'application/pdf') {
    return mediaSource(source, field, log);
  }
  if (/^text\/|^application\/json$/.test(source.mediaType)) {
    return {
      type: 'text',
      media_type: 'text/plain',
      data: Buffer.from(source.data, 'base64').toString('utf8'),
    };
  }
  return log.cannot(field, `is a file of type "${source.mediaType}", which Anthropic does not take.`);
}

/** Arguments that a model cut short are no JSON, but Anthropic takes only objects: the text is kept under one key. */
function inputOf(text: string): unknown {
  const parsed = parseJson(text);
  return isObject(parsed) ? parsed : { arguments: text };
}

/** Anthropic wants a user's turn first and no white space at the end of a prefilled answer. */
function completed(messages: AnthropicMessage[], log: TranslationLog): AnthropicMessage[] {
  if (messages[0]?.role === 'assistant') {
    messages.unshift({ role: 'user', content: [{ type: 'text', text: '.' }] });
    log.note('A turn of the user ("." alone) was put first: Anthropic wants one there.');
  }
  const last = messages.at(-1);
  const block = last?.content.at(-1);
  if (last?.role === 'assistant' && block?.type === 'text') {
    last.content[last.content.length - 1] = { type: 'text', text: block.text.trimEnd() };
  }
  return messages;
}
