import type { Failure } from '../../engine/types.ts';
import type { CanonicalEvent } from '../canonical.ts';

export type Ending = Extract<CanonicalEvent, { type: 'stop' | 'error' }>;

/**
 * Bedrock's `stopReason`: a stop, or a failure that it reports in place of one. `any`: some of the answer came; where a filter let none of
 * it through, there is no answer to give. Reasons not known yet are a plain stop.
 */
export function endingOf(reason: string, any: boolean): Ending {
  switch (reason) {
    case 'tool_use':
      return { type: 'stop', reason: 'tool_calls' };
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return { type: 'stop', reason: 'length' };
    case 'guardrail_intervened':
    case 'content_filtered':
    case 'refusal':
      if (any) return { type: 'stop', reason: 'content_filter' };
      return failed('content_filtered', reason, `Bedrock blocked the answer (${reason}).`);
    case 'malformed_tool_use':
    case 'malformed_model_output':
      return failed('model_output_invalid', reason, `The model wrote what cannot be used (${reason}).`);
    default:
      return { type: 'stop', reason: 'stop' };
  }
}

function failed(cls: Failure['class'], code: string, message: string): Ending {
  return { type: 'error', failure: { class: cls, status: null, code, message, retryAfterMs: null } };
}
