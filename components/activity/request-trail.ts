import type { AttemptRecord, RequestOutcome, RequestRecord } from '#lib/contract/records.ts';

/** The outcome as a person would say it. */
export function outcomeWords(outcome: RequestOutcome): string {
  switch (outcome) {
    case 'primary':
      return 'Answered by the primary';
    case 'alternate':
      return 'Answered by an alternate';
    case 'backup':
      return 'Answered by a backup model';
    case 'refused':
      return 'Refused gracefully';
    case 'failed':
      return 'Failed';
    case 'caller_error':
      return 'Caller’s error';
    case 'broken_stream':
      return 'Broken stream';
    case 'aborted':
      return 'Client went away';
    default:
      return outcome satisfies never;
  }
}

/** How much an outcome asks for attention. */
export function outcomeTone(outcome: RequestOutcome): 'quiet' | 'warn' | 'bad' {
  switch (outcome) {
    case 'primary':
    case 'alternate':
    case 'caller_error':
    case 'aborted':
      return 'quiet';
    case 'backup':
    case 'refused':
      return 'warn';
    case 'failed':
    case 'broken_stream':
      return 'bad';
    default:
      return outcome satisfies never;
  }
}

/** "529 overloaded", "timeout", "ok": what came of one attempt. */
export function attemptWords(attempt: AttemptRecord): string {
  if (attempt.outcome === 'ok' || attempt.outcome === 'slow') return attempt.outcome;
  const words = attempt.outcome.replaceAll('_', ' ');
  return attempt.status === null || attempt.status < 400 ? words : `${attempt.status} ${words}`;
}

/** "claude (529 overloaded, 310 ms) → gpt-us (ok, 1.1 s)" */
export function trailSummary(request: RequestRecord, duration: (ms: number) => string): string {
  if (request.attempts.length === 0) return 'No target was called.';
  return request.attempts
    .map((attempt) => `${attempt.target} (${attemptWords(attempt)}, ${duration(attempt.durationMs)})`)
    .join(' → ');
}

/** The request's story in one sentence. */
export function requestSentence(request: RequestRecord, duration: (ms: number) => string): string {
  const times = request.attempts.length === 1 ? '1 attempt' : `${request.attempts.length} attempts`;
  const end = `after ${times} in ${duration(request.durationMs)}`;
  const who = request.servedBy === null ? '' : `: ${request.servedBy.target}`;
  const why = request.degraded && request.reason !== null ? `, because ${degradedWords(request.reason)}` : '';
  return `${outcomeWords(request.outcome)}${who}${why}, ${end}.`;
}

const DEGRADED_WORDS: Record<string, string> = {
  breaker_open: 'a breaker was open',
  rate_limited: 'the provider limited the rate',
  overloaded: 'the provider was overloaded',
  timeout: 'the provider did not answer in time',
  server_error: 'the provider failed',
  connection: 'the provider could not be reached',
  quota: 'the quota was used up',
  auth: 'the credential was refused',
  override: 'an operator forced the breaker open',
  disabled: 'the target is disabled',
};

/** A degraded reason as the rest of a sentence after "because". */
export function degradedWords(reason: string): string {
  return DEGRADED_WORDS[reason] ?? `of ${reason.replaceAll('_', ' ')}`;
}
