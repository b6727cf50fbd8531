import { asObject, asText } from '../json.ts';
import { type AnthropicBlock, cannot, type Translated } from './schema.ts';

/** OpenAI message content (text or parts) as blocks. Empty text is left out: Anthropic refuses empty blocks. */
export function translateContent(content: unknown, field: string): Translated<AnthropicBlock[]> {
  if (content === null || content === undefined) return { ok: true, value: [] };
  if (typeof content === 'string') return { ok: true, value: textBlocks(content) };
  if (!Array.isArray(content)) return cannot(field, 'is neither text nor a list of parts.');
  const blocks: AnthropicBlock[] = [];
  for (const [at, part] of content.entries()) {
    const translated = translatePart(part, `${field}[${at}]`);
    if (!translated.ok) return translated;
    blocks.push(...translated.value);
  }
  return { ok: true, value: blocks };
}

function translatePart(part: unknown, field: string): Translated<AnthropicBlock[]> {
  const object = asObject(part);
  switch (object?.type) {
    case 'text':
      return { ok: true, value: textBlocks(object.text) };
    case 'refusal':
      return { ok: true, value: textBlocks(object.refusal) };
    case 'image_url':
      return translateImage(object.image_url, field);
    default:
      return cannot(
        field,
        `is a part of type "${asText(object?.type) ?? 'unknown'}", which has no translation.`,
      );
  }
}

function translateImage(image: unknown, field: string): Translated<AnthropicBlock[]> {
  const url = asText(image) ?? asText(asObject(image)?.url);
  if (url === null) return cannot(field, 'is an image without a URL.');
  if (/^https?:\/\//i.test(url)) {
    return { ok: true, value: [{ type: 'image', source: { type: 'url', url } }] };
  }
  // The head only: a pattern over the whole would walk through megabytes of base64.
  const head = /^data:([\w.+-]+\/[\w.+-]+)(?:;[^;,]*)*;base64,/i.exec(url.slice(0, 200));
  const mediaType = head?.[1];
  if (head === null || mediaType === undefined)
    return cannot(field, 'is neither an http nor a base64 data URL.');
  const data = url.slice(head[0].length);
  return {
    ok: true,
    value: [{ type: 'image', source: { type: 'base64', media_type: mediaType.toLowerCase(), data } }],
  };
}

export function textBlocks(text: unknown): AnthropicBlock[] {
  return typeof text === 'string' && text.trim() !== '' ? [{ type: 'text', text }] : [];
}

/** The text of system content, parts joined by a blank line; null when it holds anything but text. */
export function systemText(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return content === null || content === undefined ? '' : null;
  const texts = content.map((part) => asObject(part)?.text);
  return texts.every((text) => typeof text === 'string') ? texts.join('\n\n') : null;
}
