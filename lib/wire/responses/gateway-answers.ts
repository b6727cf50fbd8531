import type { SwitchyardObject } from '../../contract/served-by.ts';
import type { CanonicalUsage } from '../canonical.ts';
import type { JsonObject } from '../json.ts';
import { insertSwitchyard } from '../openai/served-by.ts';
import type { DegradedAnswer, FaceError } from '../types.ts';
import { ResponsesEncoder, sseEvent } from './encode-stream.ts';
import { ownId } from './ids.ts';
import { OutputWriter } from './output-writer.ts';
import { endState, responseObject } from './response-object.ts';
import { encodeUsage } from './usage.ts';

const NOTHING_SPENT: CanonicalUsage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
const NO_REQUEST = {};

/**
 * The explicit end of a stream that broke after its start. The documented form is flat, what OpenAI sends is nested: clients read one or
 * the other, so both are there. `sequence`: the last number that the client has.
 */
export function responsesStreamError(
  { message, type, code, param }: FaceError,
  switchyard: SwitchyardObject,
  sequence: number | null,
): Uint8Array {
  const error = { type, code, message, param };
  const event = {
    type: 'error',
    sequence_number: (sequence ?? -1) + 1,
    code,
    message,
    param,
    error,
    switchyard,
  };
  return Buffer.from(sseEvent('error', event));
}

/** The flow's graceful text as a normal response, marked degraded. */
export function degradedResponse({ id, created, model, message, switchyard }: DegradedAnswer): JsonObject {
  const writer = new OutputWriter(null);
  writer.name(id);
  writer.start(0, { kind: 'text' });
  writer.add(0, message);
  writer.finish('stop');
  const head = { id: ownId('resp', id), created, model, request: NO_REQUEST };
  const state = { ...endState('stop'), output: writer.output(), usage: encodeUsage(NOTHING_SPENT) };
  return { switchyard, ...responseObject(head, state) };
}

/** The same as a whole stream. */
export function degradedResponseStream({ id, created, model, message, switchyard }: DegradedAnswer): string {
  const encoder = new ResponsesEncoder({ created, includeUsage: true, model, continues: null });
  const frames = [
    ...encoder.encode({ type: 'message_start', id, model }),
    ...encoder.encode({ type: 'block_start', index: 0, block: { kind: 'text' } }),
    ...encoder.encode({ type: 'block_delta', index: 0, text: message }),
    ...encoder.encode({ type: 'stop', reason: 'stop' }),
    ...encoder.encode({ type: 'usage', usage: NOTHING_SPENT }),
  ];
  const pieces = frames.flatMap((frame) => ('bytes' in frame ? [frame.bytes] : []));
  const [first = new Uint8Array(0), ...rest] = pieces;
  return Buffer.concat([insertSwitchyard(first, switchyard), ...rest]).toString();
}
