import { isUtf8 } from 'node:buffer';
import type { RequestNeeds } from '../../engine/types.ts';
import { asArray, asObject, asText, type JsonObject, parseJson, viewOf } from '../json.ts';
import type { ClientRequest } from '../types.ts';
import { topLevelValueSpan } from './model-span.ts';

export type ParsedChatRequest =
  | { ok: true; request: ClientRequest }
  | { ok: false; status: number; message: string; param: string | null };

/**
 * Reads the body of `POST /v1/chat/completions` as far as a gateway must understand it: a JSON object with `model` and `messages`.
 * Everything else is left for the provider to judge. Faults come back as status 400 with a message for the client.
 */
export function parseChatRequest(body: Uint8Array): ParsedChatRequest {
  const bytes = viewOf(body);
  if (!isUtf8(bytes)) return refused('The request body is not valid UTF-8.', null);
  const parsed = parseJson(bytes.toString('utf8'));
  if (parsed === undefined) {
    return refused(
      bytes.length === 0 ? 'The request body is empty.' : 'The request body is not valid JSON.',
      null,
    );
  }
  const json = asObject(parsed);
  if (json === null) return refused('The request body must be a JSON object.', null);
  const fault = faultOf(json);
  if (fault !== null) return fault;
  const model = asText(json.model);
  const modelSpan = topLevelValueSpan(bytes, 'model');
  if (model === null || modelSpan === null) return refused('`model` must be a non-empty string.', 'model');
  return {
    ok: true,
    request: {
      body,
      json,
      model,
      modelSpan,
      stream: json.stream === true,
      includeUsage: asObject(json.stream_options)?.include_usage === true,
      needs: needsOf(json),
    },
  };
}

function refused(message: string, param: string | null): ParsedChatRequest & { ok: false } {
  return { ok: false, status: 400, message, param };
}

function faultOf(json: JsonObject): (ParsedChatRequest & { ok: false }) | null {
  if (json.model === undefined)
    return refused('`model` is missing: give a flow, for example its slug.', 'model');
  if (typeof json.model !== 'string' || json.model === '') {
    return refused('`model` must be a non-empty string.', 'model');
  }
  if (json.messages === undefined) return refused('`messages` is missing.', 'messages');
  if (!Array.isArray(json.messages)) return refused('`messages` must be an array.', 'messages');
  if (json.stream !== undefined && json.stream !== null && typeof json.stream !== 'boolean') {
    return refused('`stream` must be true or false.', 'stream');
  }
  return null;
}

function needsOf(json: JsonObject): RequestNeeds {
  return {
    tools: asArray(json.tools).length > 0 || asArray(json.functions).length > 0,
    vision: asArray(json.messages).some(hasImage),
    jsonSchema: asObject(json.response_format)?.type === 'json_schema',
  };
}

function hasImage(message: unknown): boolean {
  return asArray(asObject(message)?.content).some((part) => {
    const type = asObject(part)?.type;
    return type === 'image_url' || type === 'input_image' || type === 'image';
  });
}
