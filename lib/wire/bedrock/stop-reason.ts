import type { CanonicalEvent } from '../canonical.ts';

/** Bedrock's `stopReason`: a stop, or a failure that it reports in place of one. Reasons not known yet are a plain stop. */
export function endingOf(reason: string): Extract<CanonicalEvent, { type: 'stop' | 'error' }> {
  switch (reason) {
    case 'tool_use':
      return { type: 'stop', reason: 'tool_calls' };
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return { type: 'stop', reason: 'length' };
    case 'guardrail_intervened':
    case 'content_filtered':
    case 'refusal':
      return { type: 'stop', reason: 'content_filter' };
    case 'malformed_tool_use':
    case 'malformed_model_output':
      return {
        type: 'error',
        failure: {
          class: 'model_output_invalid',
          status: null,
          code: reason,
          message: `The model wrote what cannot be used (${reason}).`,
          retryAfterMs: null,
        },
      };
    default:
      return { type: 'stop', reason: 'stop' };
  }
}
