import type { Failure } from '../../engine/types.ts';
import { classifyInBand } from '../classify.ts';
import { asNumber, asText, type JsonObject } from '../json.ts';

/** The statuses that Bedrock gives its exceptions outside of streams. */
const STATUSES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    validationexception: 400,
    accessdeniedexception: 403,
    resourcenotfoundexception: 404,
    modeltimeoutexception: 408,
    modelstreamerrorexception: 424,
    modelerrorexception: 424,
    throttlingexception: 429,
    modelnotreadyexception: 429,
    internalserverexception: 500,
    serviceunavailableexception: 503,
  }),
);

/** An exception that came as a message of the stream, judged as the same reply under its status would be. */
export function failureOfException(type: string, payload: JsonObject): Failure {
  const message = asText(payload.message) ?? asText(payload.Message) ?? asText(payload.originalMessage);
  const status = STATUSES.get(type.toLowerCase()) ?? asNumber(payload.originalStatusCode) ?? 500;
  return classifyInBand({ error: { code: type, status_code: status, message: message ?? '' } });
}
