import type {
  AttemptRecord,
  DenialRecord,
  Face,
  RequestOutcome,
  RequestRecord,
} from '#lib/contract/records.ts';

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
  model_not_found: 'the provider did not know the model',
  incapable: 'the request needed what the target does not have',
  protocol_violation: 'the provider’s answer was not a proper one',
  content_filtered: 'the content was refused',
  context_length_exceeded: 'the prompt was too long',
};

/** A degraded reason as the rest of a sentence after "because". */
export function degradedWords(reason: string): string {
  return DEGRADED_WORDS[reason] ?? `of ${reason.replaceAll('_', ' ')}`;
}

export type TrailStep =
  | { kind: 'skip'; skip: RequestRecord['skips'][number] }
  | { kind: 'attempt'; attempt: AttemptRecord }
  | { kind: 'denied'; denial: DenialRecord };

/**
 * The whole story in order: who was passed over, who was called, and behind each call what could have followed it and did not.
 * A denial stands behind the last attempt on its target; what was not continued, and one whose target was never called, at the end,
 * before what did continue the answer.
 */
export function trailSteps(record: RequestRecord): TrailStep[] {
  const { skips, attempts, denials } = record;
  const lastOn = new Map(attempts.map((attempt) => [attempt.target, attempt.n]));
  const late = denials.filter(({ target, what }) => what === 'resume' || !lastOn.has(target));
  const after = (n: number) =>
    denials.filter((denial) => lastOn.get(denial.target) === n && !late.includes(denial)).map(deniedStep);
  const told = (some: typeof attempts): TrailStep[] =>
    some.flatMap((attempt): TrailStep[] => [{ kind: 'attempt', attempt }, ...after(attempt.n)]);
  return [
    ...skips.map((skip): TrailStep => ({ kind: 'skip', skip })),
    ...told(attempts.filter(({ resume }) => resume === null)),
    ...late.map(deniedStep),
    ...told(attempts.filter(({ resume }) => resume !== null)),
  ];
}

const deniedStep = (denial: DenialRecord): TrailStep => ({ kind: 'denied', denial });

/** "not repeated", "not failed over to": what did not happen. */
export function denialWords(what: DenialRecord['what']): string {
  switch (what) {
    case 'retry':
      return 'not repeated';
    case 'failover':
      return 'not failed over';
    case 'hedge':
      return 'not hedged';
    case 'resume':
      return 'not continued';
    default:
      return what satisfies never;
  }
}

/** How an attempt came to be, where it was no ordinary one. */
export function specialWords(attempt: AttemptRecord): string[] {
  return [
    ...(attempt.hedge ? ['a hedge: sent beside the attempt before it, which was late'] : []),
    ...(attempt.resume === 'prefill' ? ['continued the broken answer from its last word'] : []),
    ...(attempt.resume === 'restart'
      ? ['asked again from the start, to continue the broken answer where it began the same']
      : []),
    ...(attempt.probe ? ['a probe of a half-open breaker'] : []),
    ...(attempt.lastResort ? ['last resort: everything else was open'] : []),
  ];
}

const FACE_WORDS: Readonly<Record<Face, string>> = {
  chat: 'OpenAI chat completions',
  responses: 'OpenAI Responses',
  messages: 'Anthropic Messages',
  embeddings: 'OpenAI embeddings',
};

/** Which of the gateway's faces the application called. */
export function faceWords(face: Face): string {
  return FACE_WORDS[face];
}
