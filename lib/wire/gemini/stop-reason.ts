import type { Failure } from '../../engine/types.ts';
import type { CanonicalEvent } from '../canonical.ts';
import { cleanMessage } from '../redact.ts';

/** How an answer ended: a stop, or a failure that Google reports in place of one. */
export type Ending = Extract<CanonicalEvent, { type: 'stop' | 'error' }>;

/**
 * Google's `finishReason`; `called`: the answer holds function calls, which end in STOP like everything else. Its `finishMessage` may
 * repeat what the model wrote and is not kept.
 */
export function endingOf(reason: string, called: boolean): Ending {
  switch (reason) {
    case 'MAX_TOKENS':
      return { type: 'stop', reason: 'length' };
    case 'SAFETY':
    case 'RECITATION':
    case 'BLOCKLIST':
    case 'PROHIBITED_CONTENT':
    case 'SPII':
    case 'LANGUAGE':
    case 'MODEL_ARMOR':
      return { type: 'stop', reason: 'content_filter' };
    case 'MALFORMED_FUNCTION_CALL':
    case 'UNEXPECTED_TOOL_CALL':
    case 'TOO_MANY_TOOL_CALLS':
    case 'MALFORMED_RESPONSE':
      return failed('model_output_invalid', reason, `The model wrote what cannot be used (${reason}).`);
    case 'MISSING_THOUGHT_SIGNATURE':
      return failed('state_not_portable', reason, 'The model misses the signatures of its earlier calls.');
    case 'OTHER':
      return failed('server_error', reason, 'The model broke off, and Google does not say why (OTHER).');
    default:
      if (reason.startsWith('IMAGE_')) return { type: 'stop', reason: 'content_filter' };
      return { type: 'stop', reason: called ? 'tool_calls' : 'stop' };
  }
}

function failed(cls: Failure['class'], code: string, message: string): Ending {
  return { type: 'error', failure: { class: cls, status: null, code, message, retryAfterMs: null } };
}

/**
 * Nothing was let through: Google refused the prompt, or a filter took the answer before its first word. `message` is the operator's
 * own wording of a filter, where there is one.
 */
export function blocked(what: 'prompt' | 'answer', reason: string, message: string | null): Failure {
  return {
    class: 'content_filtered',
    status: null,
    code: reason,
    message: `Google blocked the ${what} (${reason})${message === null ? '.' : `: ${cleanMessage(message)}`}`,
    retryAfterMs: null,
  };
}
