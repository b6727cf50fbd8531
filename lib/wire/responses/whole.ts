import type { Failure } from '../../engine/types.ts';
import { classifyInBand } from '../classify.ts';
import { emptyCompletion, protocolViolation } from '../failures.ts';
import { asText, isObject, type JsonObject } from '../json.ts';
import { readJsonAnswer } from '../openai/completion.ts';
import type { CompletionResult, UpstreamDialect } from '../types.ts';
import { eventsOfResponse } from './answer-events.ts';
import { answerSays } from './judge.ts';
import { plainUsage, readUsage } from './usage.ts';

type Judged = { ok: true; response: JsonObject } | { ok: false; failure: Failure };

/** Validates a whole Responses answer; its bytes are relayed as they are. */
export function readResponsesCompletion(body: Uint8Array): CompletionResult {
  const judged = judge(body);
  if (!judged.ok) return judged;
  const { response } = judged;
  return { ok: true, bytes: body, usage: plainUsage(readUsage(response)), model: asText(response.model) };
}

/** A whole Responses answer as the events that its stream would have been. */
export function readResponsesEvents(body: Uint8Array): ReturnType<UpstreamDialect['readWhole']> {
  const judged = judge(body);
  return judged.ok ? { ok: true, events: eventsOfResponse(judged.response) } : judged;
}

/** A failure may come as a 200 with `status: failed`; queued and running answers are none. */
function judge(body: Uint8Array): Judged {
  const answer = readJsonAnswer(body);
  if (!answer.ok) return answer;
  const response = answer.value;
  if (response.status === 'failed' || isObject(response.error)) {
    return { ok: false, failure: classifyInBand(isObject(response.error) ? response : reasonless) };
  }
  if (!Array.isArray(response.output)) {
    return { ok: false, failure: protocolViolation('The answer is not a response: it has no output.') };
  }
  const status = asText(response.status) ?? 'completed';
  if (status !== 'completed' && status !== 'incomplete') {
    return {
      ok: false,
      failure: protocolViolation(`The provider answered with a response that is "${status}".`),
    };
  }
  const spent = readUsage(response)?.outputTokens ?? 0;
  if (status === 'completed' && spent === 0 && !answerSays(response)) {
    return { ok: false, failure: emptyCompletion() };
  }
  return { ok: true, response };
}

const reasonless = { error: { message: 'The provider says that the response failed, but not why.' } };
