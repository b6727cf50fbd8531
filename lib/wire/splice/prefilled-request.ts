import type { CanonicalMessage, CanonicalResult } from '../canonical-request.ts';
import { lazily } from '../client-body.ts';
import { asArray, asObject, isObject, type JsonObject, viewOf } from '../json.ts';
import { topLevelValueSpan } from '../model-span.ts';
import type { ClientRequest } from '../types.ts';

/**
 * The same request with the answer's beginning as the assistant's last turn, for a target that goes on with such a turn. Where the
 * client has begun the answer itself, the text goes behind that. The token limit stays.
 */
export function prefilledRequest(request: ClientRequest, text: string): ClientRequest {
  const canonical = lazily(() => prefilledCanonical(request.canonical(), text));
  // A Responses input has no such turn; it only ever gets here to be translated.
  if (request.face === 'responses') return { ...request, canonical };
  return { ...request, ...prefilledBody(request, text), canonical };
}

function prefilledBody(
  request: ClientRequest,
  text: string,
): Pick<ClientRequest, 'body' | 'json' | 'modelSpan'> {
  const messages = asArray(request.json.messages);
  const last = asObject(messages.at(-1));
  if (last?.role === 'assistant') {
    const json = { ...request.json, messages: [...messages.slice(0, -1), lengthened(last, text)] };
    const body = Buffer.from(JSON.stringify(json));
    return { json, body, modelSpan: topLevelValueSpan(body, 'model') ?? [0, 0] };
  }
  const message = { role: 'assistant', content: text };
  const json = { ...request.json, messages: [...messages, message] };
  return { json, ...inserted(request, message, messages.length > 0) };
}

/** Puts a message behind the last one; every other byte stays. */
function inserted(
  { body, modelSpan }: ClientRequest,
  message: JsonObject,
  behindOthers: boolean,
): Pick<ClientRequest, 'body' | 'modelSpan'> {
  const view = viewOf(body);
  const [, end] = topLevelValueSpan(view, 'messages') ?? [0, view.length];
  const piece = Buffer.from(`${behindOthers ? ',' : ''}${JSON.stringify(message)}`);
  const at = end - 1;
  const moved = modelSpan[0] > at ? piece.length : 0;
  return {
    body: Buffer.concat([view.subarray(0, at), piece, view.subarray(at)]),
    modelSpan: [modelSpan[0] + moved, modelSpan[1] + moved],
  };
}

function lengthened(message: JsonObject, text: string): JsonObject {
  const { content } = message;
  if (!Array.isArray(content)) {
    return { ...message, content: `${typeof content === 'string' ? content : ''}${text}` };
  }
  const last: unknown = content.at(-1);
  const parts =
    isObject(last) && typeof last.text === 'string'
      ? [...content.slice(0, -1), { ...last, text: last.text + text }]
      : [...content, { type: 'text', text }];
  return { ...message, content: parts };
}

function prefilledCanonical(result: CanonicalResult, text: string): CanonicalResult {
  if (!result.ok) return result;
  const { request } = result;
  const last = request.messages.at(-1);
  const begun = last?.role === 'assistant' ? last : null;
  const before = begun === null ? request.messages : request.messages.slice(0, -1);
  return { ok: true, request: { ...request, messages: [...before, longer(begun, text)] } };
}

function longer(begun: CanonicalMessage | null, text: string): CanonicalMessage {
  const parts = begun?.parts ?? [];
  const last = parts.at(-1);
  const kept = last?.kind === 'text' ? parts.slice(0, -1) : parts;
  const before = last?.kind === 'text' ? last.text : '';
  return { role: 'assistant', parts: [...kept, { kind: 'text', text: before + text }] };
}
