import type { RequestNeeds } from '../../engine/types.ts';
import { lazily, type Refused, readClientBody, refused } from '../client-body.ts';
import { asArray, asNumber, asObject, asText, type JsonObject, viewOf } from '../json.ts';
import { topLevelValueSpan } from '../model-span.ts';
import type { ClientRequest, FaceFormat, ParsedRequest } from '../types.ts';
import { messagesToCanonical } from './messages-canonical.ts';
import { OWN_SIGNATURE_BYTES, withoutOwnThinking } from './own-thinking.ts';
import { passHeadersOf } from './pass-headers.ts';
import { vendorStateOf } from './vendor-state.ts';

type ClientHeaders = Parameters<FaceFormat['parse']>[1];

/**
 * Reads the body of `POST /v1/messages` as far as a gateway must understand it: a JSON object with `model`, `messages` and
 * `max_tokens`. Everything else is left for the provider to judge. Faults come back as status 400 with a message for the client.
 */
export function parseMessagesRequest(body: Uint8Array, headers: ClientHeaders): ParsedRequest {
  const read = readClientBody(body, faultOf);
  if (!read.ok) return read;
  const { json, model, stream } = read;
  return {
    ok: true,
    request: {
      face: 'messages',
      ...portableBody(read),
      model,
      stream,
      // Every answer says it.
      includeUsage: true,
      needs: needsOf(json),
      passHeaders: passHeadersOf(headers),
      vendorState: vendorStateOf(json),
      canonical: lazily(() => messagesToCanonical(json, stream)),
    },
  };
}

function faultOf(json: JsonObject): Refused | null {
  if (json.messages === undefined) return refused('`messages` is missing.', 'messages');
  if (!Array.isArray(json.messages)) return refused('`messages` must be an array.', 'messages');
  if (json.max_tokens === undefined) return refused('`max_tokens` is missing.', 'max_tokens');
  return asNumber(json.max_tokens) === null ? refused('`max_tokens` must be a number.', 'max_tokens') : null;
}

/** The client's own bytes, unless they hold reasoning that another vendor's model gave: Anthropic would refuse its signature. */
function portableBody(
  read: Pick<ClientRequest, 'body' | 'json' | 'modelSpan'>,
): Pick<ClientRequest, 'body' | 'json' | 'modelSpan'> {
  const { body, json, modelSpan } = read;
  if (!viewOf(body).includes(OWN_SIGNATURE_BYTES)) return { body, json, modelSpan };
  const portable = withoutOwnThinking(json);
  const bytes = Buffer.from(JSON.stringify(portable));
  return { body: bytes, json: portable, modelSpan: topLevelValueSpan(bytes, 'model') ?? modelSpan };
}

function needsOf(json: JsonObject): RequestNeeds {
  const format = asObject(asObject(json.output_config)?.format) ?? asObject(json.output_format);
  return {
    tools: asArray(json.tools).length > 0,
    vision: asArray(json.messages).some((message) => hasImage(asObject(message)?.content)),
    jsonSchema: asText(format?.type) === 'json_schema',
  };
}

/** Also in what a tool returned. */
function hasImage(content: unknown): boolean {
  return asArray(content).some((item) => {
    const block = asObject(item);
    return isImage(item) || (block?.type === 'tool_result' && asArray(block.content).some(isImage));
  });
}

function isImage(block: unknown): boolean {
  return asObject(block)?.type === 'image';
}
