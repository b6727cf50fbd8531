import type { CanonicalEvent, FinishReason } from '../canonical.ts';
import { asObject, asText, type JsonObject } from '../json.ts';

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

/**
 * Why the model declined, in its vendor's words, as a refusal behind the blocks before `index`; empty where it did not, or says nothing.
 * Given with a message, or with the delta at its end.
 */
export function refusalEvents({ stop_reason, stop_details }: JsonObject, index: number): CanonicalEvent[] {
  const explanation = stop_reason === 'refusal' ? asText(asObject(stop_details)?.explanation) : null;
  if (explanation === null) return [];
  return [
    { type: 'block_start', index, block: { kind: 'refusal' } },
    { type: 'block_delta', index, text: explanation },
    { type: 'block_stop', index },
  ];
}

/** The reverse: what a message says of its end. `refused`: the model declined in its own words. */
export function messageEnd(
  { reason, sequence }: Extract<CanonicalEvent, { type: 'stop' }>,
  refused: boolean,
): { stop_reason: string; stop_sequence: string | null } {
  if (refused) return { stop_reason: 'refusal', stop_sequence: null };
  switch (reason) {
    case 'length':
      return { stop_reason: 'max_tokens', stop_sequence: null };
    case 'tool_calls':
      return { stop_reason: 'tool_use', stop_sequence: null };
    case 'content_filter':
      return { stop_reason: 'refusal', stop_sequence: null };
    case 'stop':
      return sequence === undefined
        ? { stop_reason: 'end_turn', stop_sequence: null }
        : { stop_reason: 'stop_sequence', stop_sequence: sequence };
    default:
      return reason satisfies never;
  }
}
