import type { Failure } from '../../engine/types.ts';
import { classifyInBand } from '../classify.ts';
import { protocolViolation } from '../failures.ts';
import { asArray, asObject, asText, isObject, type JsonObject, parseJson } from '../json.ts';
import type { ContentKind } from '../openai/content.ts';
import type { SseFrame } from '../sse.ts';

/** One event of a stream, as far as reading it goes before its meaning. */
export type ReadEvent =
  | { kind: 'event'; type: string; json: JsonObject }
  | { kind: 'failure'; failure: Failure; json: JsonObject }
  | { kind: 'silent' | 'malformed' | 'done' };

/**
 * Reads one event. `begun`: real events came before. Until then a page of HTML or a whole JSON body in their place is a
 * failure; afterwards anything without data is a sign of life.
 */
export function readEvent({ data, event, raw }: SseFrame, begun: boolean): ReadEvent {
  if (data === null || data === '') {
    const failure = begun || raw.length === 0 ? null : notAStream(raw);
    return failure === null ? { kind: 'silent' } : { kind: 'failure', failure, json: {} };
  }
  if (data === '[DONE]') return { kind: 'done' };
  const json = asObject(parseJson(data));
  if (json === null) {
    if (event !== 'error') return { kind: 'malformed' };
    return { kind: 'failure', failure: classifyInBand({ message: data }), json: {} };
  }
  const type = asText(json.type) ?? event ?? '';
  if (event === 'error' || reportsFailure(type, json)) {
    return { kind: 'failure', failure: classifyInBand(json), json };
  }
  return type === 'keepalive' ? { kind: 'silent' } : { kind: 'event', type, json };
}

/** An `error` event, flat or nested, a response that failed, or an error of whatever shape where a response should be. */
function reportsFailure(type: string, json: JsonObject): boolean {
  if (type === 'error' || type === 'response.failed') return true;
  return saysError(json.error) || saysError(asObject(json.response)?.error);
}

function saysError(error: unknown): boolean {
  return isObject(error) ? Object.keys(error).length > 0 : Boolean(error);
}

function notAStream(raw: Buffer): Failure | null {
  const text = raw.toString('utf8').trim();
  if (text.startsWith('<')) return protocolViolation('The provider answered a stream with HTML.', 'html');
  const json = text.startsWith('{') || text.startsWith('[') ? parseJson(text) : undefined;
  if (json === undefined) return null;
  const object = asObject(Array.isArray(json) ? json[0] : json);
  if (object !== null && reportsFailure(asText(object.type) ?? '', object)) return classifyInBand(object);
  return protocolViolation('The provider answered a stream with a plain JSON body.', 'not_a_stream');
}

/** What an event before the last one says: nothing yet, only reasoning, or something for the user. */
export function contentOfEvent(type: string, json: JsonObject): ContentKind {
  switch (type) {
    case 'response.output_item.added':
      // The vendor's own tools take their time: their beginning is the first sign of an answer.
      return isCall(asObject(json.item)) ? 'content' : 'none';
    case 'response.output_item.done':
      return itemSays(asObject(json.item)) ? 'content' : 'none';
    default:
      if (!carriesText(type, json)) return 'none';
      return type.startsWith('response.reasoning') ? 'reasoning' : 'content';
  }
}

/** Deltas, and the closing events that repeat the whole: some servers send only those. */
function carriesText(type: string, json: JsonObject): boolean {
  if (type.endsWith('.delta')) return isFilled(json.delta);
  if (type.endsWith('.partial_image')) return true;
  if (!type.endsWith('.done')) return false;
  return [json.text, json.refusal, json.arguments, json.input, json.code].some(isFilled);
}

function isFilled(value: unknown): boolean {
  return asText(value) !== null || isObject(value);
}

function isCall(item: JsonObject | null): boolean {
  return item !== null && asText(item.type) !== null && item.type !== 'message' && item.type !== 'reasoning';
}

/** Whether an output item holds anything for the user. Reasoning alone is not an answer. */
function itemSays(item: JsonObject | null): boolean {
  if (item?.type !== 'message') return isCall(item);
  return asArray(item.content).some((value) => {
    const part = asObject(value);
    return isFilled(part?.text) || isFilled(part?.refusal);
  });
}

/** Whether a response object's output holds anything for the user. */
export function answerSays(response: JsonObject): boolean {
  return asArray(response.output).some((item) => itemSays(asObject(item)));
}
