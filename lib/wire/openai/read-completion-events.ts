import { protocolViolation } from '../failures.ts';
import { asArray, asObject, asText } from '../json.ts';
import type { UpstreamDialect } from '../types.ts';
import { ChatEvents } from './chat-events.ts';
import { readJsonAnswer, readOpenAiCompletion } from './completion.ts';

/** A whole chat completion as the events that its stream would have been. */
export function readCompletionEvents(body: Uint8Array): ReturnType<UpstreamDialect['readWhole']> {
  const judged = readOpenAiCompletion(body);
  if (!judged.ok) return judged;
  const answer = readJsonAnswer(body);
  if (!answer.ok) return answer;
  const first = asObject(asArray(answer.value.choices)[0]);
  if (asText(first?.finish_reason) === null) {
    return { ok: false, failure: protocolViolation('The answer has no finish reason.') };
  }
  const events = new ChatEvents().readChunk(answer.value);
  return { ok: true, events: [...events, { type: 'end' }] };
}
