import type { CanonicalPart, CanonicalSource } from '../canonical-request.ts';
import { sourceOfUrl } from '../data-url.ts';
import { asObject, asText, type JsonObject } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';

/** Content of a message item, or the output of a function call: a text, or a list of parts. */
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
    case 'input_text':
    case 'output_text':
    case 'text':
      return textPart(part.text);
    case 'refusal': {
      const text = asText(part.refusal);
      return text === null ? [] : [{ kind: 'refusal', text }];
    }
    case 'input_image':
      return readImage(part, field, log);
    case 'input_file':
      return readFile(part, field, log);
    case 'input_audio':
      return readAudio(part, field, log);
    default:
      log.cannot(field, `is a part of type "${asText(part?.type) ?? 'unknown'}", which has no translation.`);
      return [];
  }
}

function readImage(part: JsonObject, field: string, log: TranslationLog): CanonicalPart[] {
  const url = asText(part.image_url);
  const source = url === null ? uploaded(part) : sourceOfUrl(url);
  if (source !== null) return [{ kind: 'image', source, detail: asText(part.detail) }];
  log.cannot(
    field,
    url === null ? 'is an image without a URL or an id.' : 'is neither an http nor a base64 data URL.',
  );
  return [];
}

function uploaded(part: JsonObject): CanonicalSource | null {
  const id = asText(part.file_id);
  return id === null ? null : { type: 'vendor_id', id };
}

function readFile(part: JsonObject, field: string, log: TranslationLog): CanonicalPart[] {
  const name = asText(part.filename);
  const source = uploaded(part) ?? fileSource(part, name);
  if (source === null) {
    log.cannot(field, 'is a file without data, a URL or an id.');
    return [];
  }
  return [{ kind: 'file', source, name, mediaType: source.type === 'base64' ? source.mediaType : null }];
}

function fileSource(part: JsonObject, name: string | null): CanonicalSource | null {
  const url = asText(part.file_url);
  if (url !== null) return sourceOfUrl(url);
  const data = asText(part.file_data);
  return data === null ? null : (sourceOfUrl(data) ?? { type: 'base64', mediaType: mediaTypeOf(name), data });
}

/** Bare base64 says nothing about itself; the name may, and PDF is what vendors expect. */
function mediaTypeOf(name: string | null): string {
  return name !== null && /\.(txt|md)$/i.test(name) ? 'text/plain' : 'application/pdf';
}

function readAudio(part: JsonObject, field: string, log: TranslationLog): CanonicalPart[] {
  const audio = asObject(part.input_audio);
  const data = asText(audio?.data);
  const format = asText(audio?.format);
  if (data !== null && format !== null) return [{ kind: 'audio', format, data }];
  log.cannot(field, 'is audio without data or format.');
  return [];
}
