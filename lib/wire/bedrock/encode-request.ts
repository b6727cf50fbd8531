import type { CanonicalRequest } from '../canonical-request.ts';
import { TranslationLog } from '../translation-log.ts';
import type { EncodedRequest, UpstreamTarget } from '../types.ts';
import { encodeFormat } from './encode-format.ts';
import { encodeInference } from './encode-inference.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeTools } from './encode-tools.ts';

const VENDOR = 'Bedrock';

/** The body of `converse` and `converse-stream`; a failure names what Bedrock cannot be asked for. */
export function encodeConverseRequest(request: CanonicalRequest, { model }: UpstreamTarget): EncodedRequest {
  const log = new TranslationLog();
  for (const sentence of request.notes ?? []) log.note(sentence);
  for (const field of request.dropped) log.leaveOut(field, VENDOR);
  if (request.seed !== null) log.leaveOut('seed', VENDOR);
  if (request.presencePenalty !== null) log.leaveOut('presence_penalty', VENDOR);
  if (request.frequencyPenalty !== null) log.leaveOut('frequency_penalty', VENDOR);
  if (request.user !== null) log.leaveOut('user', VENDOR);
  const { toolConfig, fields: toolFields, instruction } = encodeTools(request, model, log);
  const format = encodeFormat(request, model, log);
  const { inferenceConfig, fields } = encodeInference(request, model, log);
  const modelFields = { ...fields, ...toolFields };
  const system = [...request.system.map(({ text }) => text), format.instruction, instruction].flatMap(
    (text) => (text === null || text.trim() === '' ? [] : [{ text }]),
  );
  const messages = encodeMessages(request.messages, log);
  if (log.failure !== null) return { ok: false, failure: log.failure };
  const alone = messages.length === 0;
  if (alone && system.length > 0) {
    log.note("The system prompt was sent as the user's: Bedrock takes none alone.");
  }
  const body = {
    messages: alone ? [{ role: 'user', content: system }] : messages,
    ...(alone || system.length === 0 ? {} : { system }),
    ...(Object.keys(inferenceConfig).length === 0 ? {} : { inferenceConfig }),
    ...(toolConfig === null ? {} : { toolConfig }),
    ...(format.outputConfig === null ? {} : { outputConfig: format.outputConfig }),
    ...(Object.keys(modelFields).length === 0 ? {} : { additionalModelRequestFields: modelFields }),
  };
  return { ok: true, body, notes: log.notes };
}
