import type { CanonicalEvent, FinishReason } from '../canonical.ts';
import { asText, type JsonObject } from '../json.ts';

/** Anthropic's stop reason in OpenAI's words. `pause_turn` and reasons not known yet are a plain stop. */
export function finishReasonOf(stopReason: string): FinishReason {
  switch (stopReason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool_calls';
    case 'refusal':
      return 'content_filter';
    default:
      return 'stop';
  }
}

/** The stop that a message, or the delta at its end, speaks of; null while it goes on. */
export function stopEvent({ stop_reason, stop_sequence }: JsonObject): CanonicalEvent | null {
  const reason = asText(stop_reason);
  if (reason === null) return null;
  const sequence = asText(stop_sequence);
  return { type: 'stop', reason: finishReasonOf(reason), ...(sequence === null ? {} : { sequence }) };
}
