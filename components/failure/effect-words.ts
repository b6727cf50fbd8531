import type { FailureEffect } from '#lib/contract/failures.ts';
import type { FailureClass } from './class-words.ts';

/** What Switchyard does about a class, one sentence for each of: the same target, the others, what is remembered, the caller. */
export function effectWords(name: FailureClass, effect: FailureEffect): string[] {
  if (name === 'client_abort')
    return ['The call to the provider is ended at once.', 'It counts against nobody.'];
  return [
    `${retryWords(effect.retry)}; ${failOverWords(effect.failOver)}.`,
    scopeWords(name, effect.scope),
    ...(effect.callersFault ? ['The provider’s own error goes to the caller as it is.'] : []),
  ];
}

function retryWords(retry: FailureEffect['retry']): string {
  switch (retry) {
    case 'never':
      return 'Not repeated on the same target';
    case 'hint':
      return 'Repeated on the same target only where the provider names a short wait';
    case 'backoff':
      return 'Repeated on the same target after a pause, as often as the flow and its budget allow';
    default:
      return retry satisfies never;
  }
}

function failOverWords(failOver: FailureEffect['failOver']): string {
  switch (failOver) {
    case 'yes':
      return 'the next target is asked';
    case 'no':
      return 'no other target is asked';
    case 'larger_context':
      return 'only a target with a larger context window is asked, unless the flow passes the error on';
    case 'policy':
      return 'another target is asked only where the flow says so';
    default:
      return failOver satisfies never;
  }
}

function scopeWords(name: FailureClass, scope: FailureEffect['scope']): string {
  switch (scope) {
    case 'none':
      return 'It counts against no breaker.';
    case 'target':
      return name === 'connection'
        ? 'It counts against the target’s breaker, and against its endpoint’s when the connection was never made.'
        : 'It counts against the target’s breaker.';
    case 'limit':
      return 'Not called again before the provider’s wait is over; it counts against no breaker.';
    case 'account':
      return 'This key waits for this model; one call is tried every 5 minutes. It counts against no breaker.';
    case 'credential':
      return `Everything with this credential waits; one call is tried every ${name === 'quota_exhausted' ? 'hour' : '5 minutes'}. It counts against no breaker.`;
    default:
      return scope satisfies never;
  }
}
