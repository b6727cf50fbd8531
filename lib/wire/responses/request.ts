import type { RequestNeeds } from '../../engine/types.ts';
import { lazily, type Refused, readClientBody, refused } from '../client-body.ts';
import { asArray, asObject, type JsonObject, viewOf } from '../json.ts';
import { topLevelValueSpan } from '../model-span.ts';
import type { ClientRequest, ParsedRequest } from '../types.ts';
import { responsesToCanonical } from './canonical.ts';
import { OWN_ID_BYTES } from './ids.ts';
import { ownReference, withoutOwnIds } from './own-items.ts';
import { vendorStateOf } from './vendor-state.ts';

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Reads the body of `POST /v1/responses` as far as a gateway must understand it: a JSON object with `model` and something to answer.
 * Everything else is left for the provider to judge. Faults come back as status 400 with a message for the client.
 */
export function parseResponsesRequest(body: Uint8Array): ParsedRequest {
  const read = readClientBody(body, faultOf);
  if (!read.ok) return read;
  const { json, model, stream } = read;
  return {
    ok: true,
    request: {
      face: 'responses',
      ...portableBody(read),
      model,
      stream,
      // The last event always says it.
      includeUsage: true,
      needs: needsOf(json),
      passHeaders: NO_HEADERS,
      vendorState: vendorStateOf(json),
      canonical: lazily(() => responsesToCanonical(json, stream)),
    },
  };
}

type Body = Pick<ClientRequest, 'body' | 'json' | 'modelSpan'>;

/** The client's own bytes, unless some of its items were made here: those mean nothing to any vendor. */
function portableBody({ body, json, modelSpan }: Body): Body {
  if (!viewOf(body).includes(OWN_ID_BYTES)) return { body, json, modelSpan };
  const portable = withoutOwnIds(json);
  if (portable === json) return { body, json, modelSpan };
  const bytes = Buffer.from(JSON.stringify(portable));
  return { body: bytes, json: portable, modelSpan: topLevelValueSpan(bytes, 'model') ?? modelSpan };
}

function faultOf(json: JsonObject): Refused | null {
  const { input } = json;
  if (json.background === true) {
    return refused(
      '`background` is not possible here: nobody waits for a background response, so there is nobody to fail over for, and only the provider that started it could be asked for it. Leave it out and use `stream`.',
      'background',
    );
  }
  const stored = [json.previous_response_id, json.conversation, json.prompt].some(isGiven);
  if (!isGiven(input) && !stored) return refused('`input` is missing.', 'input');
  if (isGiven(input) && typeof input !== 'string' && !Array.isArray(input)) {
    return refused('`input` must be a text or an array of items.', 'input');
  }
  const own = ownReference(json);
  return own === null ? null : refused(own.message, own.param);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function needsOf(json: JsonObject): RequestNeeds {
  return {
    tools: asArray(json.tools).length > 0,
    vision: asArray(json.input).some(hasImage),
    jsonSchema: asObject(asObject(json.text)?.format)?.type === 'json_schema',
  };
}

function hasImage(value: unknown): boolean {
  const item = asObject(value);
  return [...asArray(item?.content), ...asArray(item?.output)].some(
    (part) => asObject(part)?.type === 'input_image',
  );
}
