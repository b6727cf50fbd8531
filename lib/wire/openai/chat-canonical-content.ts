import type { CanonicalPart } from '../canonical-request.ts';
import { sourceOfUrl } from '../data-url.ts';
import { asObject, asText } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';

/** Content of a chat message: a text, or a list of parts. */
export function readContent(content: unknown, field: string, log: TranslationLog): CanonicalPart[] {
  if (content === null || content === undefined) return [];
  if (typeof content === 'string') return textPart(content);
  if (Array.isArray(content)) {
    return content.flatMap((part, at) => readPart(part, `${field}[${at}]`, log));
  }
  log.cannot(field, 'is neither text nor a list of parts.');
  return [];
}

function textPart(text: unknown): CanonicalPart[] {
  return typeof text === 'string' && text !== '' ? [{ kind: 'text', text }] : [];
}

function readPart(value: unknown, field: string, log: TranslationLog): CanonicalPart[] {
  const part = asObject(value);
  switch (part?.type) {
    case 'text':
      return textPart(part.text);
    case 'refusal': {
      const text = asText(part.refusal);
      return text === null ? [] : [{ kind: 'refusal', text }];
    }
    case 'image_url':
      return readImage(part.image_url, field, log);
    case 'input_audio':
      return readAudio(part.input_audio, field, log);
    case 'file':
      return readFile(part.file, field, log);
    default:
      log.cannot(field, `is a part of type "${asText(part?.type) ?? 'unknown'}", which has no translation.`);
      return [];
  }
}

function readImage(image: unknown, field: string, log: TranslationLog): CanonicalPart[] {
  const url = asText(image) ?? asText(asObject(image)?.url);
  const source = url === null ? null : sourceOfUrl(url);
  if (source !== null) return [{ kind: 'image', source, detail: asText(asObject(image)?.detail) }];
  log.cannot(
    field,
    url === null ? 'is an image without a URL.' : 'is neither an http nor a base64 data URL.',
  );
  return [];
}

function readAudio(audio: unknown, field: string, log: TranslationLog): CanonicalPart[] {
  const data = asText(asObject(audio)?.data);
  const format = asText(asObject(audio)?.format);
  if (data !== null && format !== null) return [{ kind: 'audio', format, data }];
  log.cannot(field, 'is audio without data or format.');
  return [];
}

function readFile(value: unknown, field: string, log: TranslationLog): CanonicalPart[] {
  const file = asObject(value);
  const name = asText(file?.filename);
  const id = asText(file?.file_id);
  if (id !== null) return [{ kind: 'file', source: { type: 'vendor_id', id }, name, mediaType: null }];
  const data = asText(file?.file_data);
  if (data === null) {
    log.cannot(field, 'is a file without data or an id.');
    return [];
  }
  const mediaType = mediaTypeOf(name);
  const source = sourceOfUrl(data) ?? { type: 'base64' as const, mediaType, data };
  return [{ kind: 'file', source, name, mediaType: source.type === 'base64' ? source.mediaType : mediaType }];
}

/** Bare base64 says nothing about itself; the name may, and PDF is what vendors expect. */
function mediaTypeOf(name: string | null): string {
  if (name?.endsWith('.txt') === true || name?.endsWith('.md') === true) return 'text/plain';
  return 'application/pdf';
}

/** The text of system content, parts joined by a blank line; null when it holds anything but text. */
export function readSystemText(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return content === null || content === undefined ? '' : null;
  const texts = content.map((part) => asObject(part)?.text);
  return texts.every((text) => typeof text === 'string') ? texts.join('\n\n') : null;
}
