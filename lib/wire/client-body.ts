import { isUtf8 } from 'node:buffer';
import { asObject, asText, type JsonObject, parseJson, viewOf } from './json.ts';
import { topLevelValueSpan } from './model-span.ts';
import type { ClientRequest, ParsedRequest } from './types.ts';

export type Refused = ParsedRequest & { ok: false };

/** What every face's body has in common. */
export interface ClientBody extends Pick<ClientRequest, 'body' | 'json' | 'model' | 'modelSpan' | 'stream'> {
  ok: true;
}

/**
 * Reads a client's body as far as all faces agree: UTF-8, a JSON object, `model`, `stream`. `faultOf` says what else this
 * face must have, once there is an object with a model.
 */
export function readClientBody(
  body: Uint8Array,
  faultOf: (json: JsonObject) => Refused | null,
): ClientBody | Refused {
  const bytes = viewOf(body);
  if (!isUtf8(bytes)) return refused('The request body is not valid UTF-8.', null);
  const parsed = parseJson(bytes.toString('utf8'));
  if (parsed === undefined) {
    const what = bytes.length === 0 ? 'The request body is empty.' : 'The request body is not valid JSON.';
    return refused(what, null);
  }
  const json = asObject(parsed);
  if (json === null) return refused('The request body must be a JSON object.', null);
  if (json.model === undefined) {
    return refused('`model` is missing: give a flow, for example its slug.', 'model');
  }
  const model = asText(json.model);
  const modelSpan = model === null ? null : topLevelValueSpan(bytes, 'model');
  if (model === null || modelSpan === null) return refused('`model` must be a non-empty string.', 'model');
  const fault = faultOf(json);
  if (fault !== null) return fault;
  const { stream } = json;
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    return refused('`stream` must be true or false.', 'stream');
  }
  return { ok: true, body, json, model, modelSpan, stream: stream === true };
}

/** A fault of the client's, status 400. */
export function refused(message: string, param: string | null): Refused {
  return { ok: false, status: 400, message, param };
}

/** Works the value out at the first call and keeps it. */
export function lazily<T extends object>(work: () => T): () => T {
  let value: T | null = null;
  return () => {
    value ??= work();
    return value;
  };
}
