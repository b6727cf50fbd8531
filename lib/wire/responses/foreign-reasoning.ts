import { asObject, type JsonObject } from '../json.ts';
import { topLevelValueSpan } from '../model-span.ts';
import type { ClientRequest } from '../types.ts';

/**
 * The request for an account that did not give the reasoning in it, which OpenAI encrypts for one organisation: reasoning goes, and
 * everything else keeps its content and loses its id, since the ids tie items to reasoning that is no longer there.
 */
export function withoutReasoning(request: ClientRequest): ClientRequest {
  const { input } = request.json;
  if (!Array.isArray(input)) return request;
  const json: JsonObject = { ...request.json, input: input.flatMap(portable) };
  const body = Buffer.from(JSON.stringify(json));
  return { ...request, json, body, modelSpan: topLevelValueSpan(body, 'model') ?? request.modelSpan };
}

function portable(value: unknown): unknown[] {
  const item = asObject(value);
  if (item === null) return [value];
  if (item.type === 'reasoning') return [];
  // A reference is nothing but its id, and pins the request anyway.
  if (item.type === 'item_reference' || item.id === undefined) return [value];
  const { id: _, ...rest } = item;
  return [rest];
}
