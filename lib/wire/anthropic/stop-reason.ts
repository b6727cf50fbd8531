import type { FinishReason } from '../canonical.ts';

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
