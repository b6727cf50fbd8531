import type { RequestNeeds } from '../../engine/types.ts';
import { lazily, type Refused, readClientBody, refused } from '../client-body.ts';
import { asArray, asObject, type JsonObject } from '../json.ts';
import type { ParsedRequest } from '../types.ts';
import { chatToCanonical } from './chat-canonical.ts';
import { vendorStateOf } from './chat-vendor-state.ts';

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Reads the body of `POST /v1/chat/completions` as far as a gateway must understand it: a JSON object with `model` and `messages`.
 * Everything else is left for the provider to judge. Faults come back as status 400 with a message for the client.
 */
export function parseChatRequest(body: Uint8Array): ParsedRequest {
  const read = readClientBody(body, faultOf);
  if (!read.ok) return read;
  const { json, model, modelSpan, stream } = read;
  return {
    ok: true,
    request: {
      face: 'chat',
      body,
      json,
      model,
      modelSpan,
      stream,
      includeUsage: asObject(json.stream_options)?.include_usage === true,
      needs: needsOf(json),
      passHeaders: NO_HEADERS,
      vendorState: vendorStateOf(json),
      canonical: lazily(() => chatToCanonical(json, stream)),
    },
  };
}

function faultOf(json: JsonObject): Refused | null {
  if (json.messages === undefined) return refused('`messages` is missing.', 'messages');
  if (!Array.isArray(json.messages)) return refused('`messages` must be an array.', 'messages');
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
