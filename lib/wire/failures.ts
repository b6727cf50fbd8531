import type { Failure } from '../engine/types.ts';

/** The provider broke the format it promised. */
export function protocolViolation(message: string, code: string | null = null): Failure {
  return { class: 'protocol_violation', status: null, code, message, retryAfterMs: null };
}

/** An answer that ends normally with nothing in it. */
export function emptyCompletion(): Failure {
  return protocolViolation('The provider answered with an empty completion.', 'empty');
}

/** The stream ended before its terminal marker. */
export function truncatedStream(): Failure {
  return protocolViolation('The stream ended before the answer was finished.', 'truncated');
}

/** The request asks for something that this target's format cannot say; `field` names it. */
export function untranslatable(field: string, why: string): Failure {
  return {
    class: 'unsupported_feature',
    status: null,
    code: 'unsupported_feature',
    message: `\`${field}\` ${why}`,
    retryAfterMs: null,
  };
}
