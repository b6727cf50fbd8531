import type { Failure } from '../../engine/types.ts';
import { classifyInBand } from '../classify.ts';
import { protocolViolation } from '../failures.ts';
import { asObject, asText, type JsonObject, parseJson } from '../json.ts';
import { isFailedFinish } from './content.ts';

/** A chunk that is an error, in any vendor's shape. */
export function reportsError(json: JsonObject): boolean {
  const { error } = json;
  if (json.object === 'error' || json.type === 'error') return true;
  return typeof error === 'object' ? error !== null && Object.keys(error).length > 0 : Boolean(error);
}

/** The failure behind a finish reason that says the vendor failed. */
export function failedFinish(choices: readonly unknown[]): Failure {
  const failed = choices
    .map(asObject)
    .find((choice) => choice !== null && isFailedFinish(choice.finish_reason));
  const reported = asObject(failed?.error);
  if (reported !== null) return classifyInBand({ error: reported });
  const reason = asText(failed?.native_finish_reason) ?? asText(failed?.finish_reason) ?? 'error';
  return classifyInBand({
    error: { message: `The provider ended the answer with "${reason}".`, code: reason },
  });
}

/** What stands where events should: a page of HTML, a whole JSON body. null: a comment, which means life. */
export function failureWithoutData(raw: Buffer): Failure | null {
  const text = raw.toString('utf8').trim();
  if (text.startsWith('<')) return protocolViolation('The provider answered a stream with HTML.', 'html');
  const json = text.startsWith('{') || text.startsWith('[') ? parseJson(text) : undefined;
  if (json === undefined) return null;
  const object = asObject(Array.isArray(json) ? json[0] : json);
  if (object !== null && reportsError(object)) return classifyInBand(object);
  return protocolViolation('The provider answered a stream with a plain JSON body.', 'not_a_stream');
}
