import type { CanonicalPart, CanonicalSource } from '../canonical-request.ts';
import { asArray, asObject, asText, type JsonObject } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';
import { stateOfBlock } from './vendor-state.ts';

/** A message's tool result's document's own blocks: nothing stands deeper. */
const DEEPEST = 2;

/** Content of a message or of a tool's result: a text, or a list of blocks. `depth`: how many blocks it stands in. */
export function readBlocks(content: unknown, field: string, log: TranslationLog, depth = 0): CanonicalPart[] {
  if (depth > DEEPEST) {
    log.cannot(field, 'stands in too many other blocks.');
    return [];
  }
  if (content === null || content === undefined) return [];
  if (typeof content === 'string') return textPart(content);
  if (Array.isArray(content)) {
    return content.flatMap((item, at) => readBlock(asObject(item) ?? {}, `${field}[${at}]`, log, depth));
  }
  log.cannot(field, 'is neither text nor a list of blocks.');
  return [];
}

function textPart(text: unknown): CanonicalPart[] {
  return typeof text === 'string' && text !== '' ? [{ kind: 'text', text }] : [];
}

function readBlock(block: JsonObject, field: string, log: TranslationLog, depth: number): CanonicalPart[] {
  switch (block.type) {
    case 'text':
      return textPart(block.text);
    case 'image':
      return readImage(block, field, log);
    case 'document':
      return readDocument(block, field, log, depth);
    case 'search_result':
      return readSearchResult(block, field, log, depth);
    case 'tool_use':
      return readToolUse(block, field, log);
    case 'tool_result':
      return readToolResult(block, field, log, depth);
    case 'thinking':
    case 'redacted_thinking':
      return [{ kind: 'thinking', text: asText(block.thinking) ?? '', vendorState: stateOfBlock(block) }];
    // A summary that stands for what came before it.
    case 'compaction':
      return textPart(block.content);
    default:
      return [{ kind: 'opaque', what: whatIs(block) }];
  }
}

function whatIs(block: JsonObject): string {
  return stateOfBlock(block)?.what ?? `a block of type "${asText(block.type) ?? 'unknown'}"`;
}

function readImage(block: JsonObject, field: string, log: TranslationLog): CanonicalPart[] {
  const source = readSource(block.source);
  if (source !== null) return [{ kind: 'image', source, detail: null }];
  log.cannot(field, 'is an image without a source.');
  return [];
}

function readSource(value: unknown): CanonicalSource | null {
  const source = asObject(value);
  const mediaType = asText(source?.media_type);
  const data = asText(source?.data);
  const url = asText(source?.url);
  const id = asText(source?.file_id);
  if (id !== null) return { type: 'vendor_id', id };
  if (url !== null) return { type: 'url', url };
  return mediaType === null || data === null
    ? null
    : { type: 'base64', mediaType: mediaType.toLowerCase(), data };
}

/** A PDF as a file, a text as a text under its title, blocks as themselves. */
function readDocument(block: JsonObject, field: string, log: TranslationLog, depth: number): CanonicalPart[] {
  const source = asObject(block.source);
  const title = asText(block.title);
  const heading = textPart([title, asText(block.context)].filter((text) => text !== null).join('\n'));
  switch (source?.type) {
    case 'text':
      return [...heading, ...textPart(source.data)];
    case 'content':
      return [...heading, ...readBlocks(source.content, `${field}.source.content`, log, depth + 1)];
    default: {
      const read = readSource(source);
      if (read === null) {
        log.cannot(field, 'is a document without a source.');
        return [];
      }
      const mediaType = read.type === 'base64' ? read.mediaType : 'application/pdf';
      return [{ kind: 'file', source: read, name: title, mediaType }];
    }
  }
}

function readSearchResult(
  block: JsonObject,
  field: string,
  log: TranslationLog,
  depth: number,
): CanonicalPart[] {
  const heading = [asText(block.title), asText(block.source)].filter((text) => text !== null).join('\n');
  return [...textPart(heading), ...readBlocks(asArray(block.content), `${field}.content`, log, depth + 1)];
}

function readToolUse(block: JsonObject, field: string, log: TranslationLog): CanonicalPart[] {
  const id = asText(block.id);
  const name = asText(block.name);
  if (id !== null && name !== null) {
    return [{ kind: 'tool_call', id, name, arguments: JSON.stringify(block.input ?? {}) }];
  }
  log.cannot(field, 'is a tool call without an id or a name.');
  return [];
}

function readToolResult(
  block: JsonObject,
  field: string,
  log: TranslationLog,
  depth: number,
): CanonicalPart[] {
  const callId = asText(block.tool_use_id);
  const parts = readBlocks(block.content, `${field}.content`, log, depth + 1);
  if (callId !== null) return [{ kind: 'tool_result', callId, parts, isError: block.is_error === true }];
  log.cannot(`${field}.tool_use_id`, 'is missing.');
  return [];
}
