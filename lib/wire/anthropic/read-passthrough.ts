import { emptyCompletion } from '../failures.ts';
import { gatherAnswer } from '../gathered-answer.ts';
import type { CompletionResult } from '../types.ts';
import { readAnthropicMessage } from './read-message.ts';

/** Validates a whole message; its bytes are relayed as they are. */
export function readPassthroughMessage(body: Uint8Array): CompletionResult {
  const read = readAnthropicMessage(body);
  if (!read.ok) return read;
  const answer = gatherAnswer(read.events);
  if (!answer.ok) return answer;
  const { usage, blocks, reason } = answer;
  // Tools of the vendor's own are opaque here, and say something all the same.
  const said = blocks.some(
    ({ start, text }) => text !== '' || (start.kind !== 'text' && start.kind !== 'thinking'),
  );
  if (reason === 'stop' && !said && (usage.outputTokens ?? 0) === 0) {
    return { ok: false, failure: emptyCompletion() };
  }
  return {
    ok: true,
    bytes: body,
    usage: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens },
    model: answer.model || null,
  };
}
