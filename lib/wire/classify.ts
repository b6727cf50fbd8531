import type { ProviderKind } from '../contract/config.ts';
import type { Failure, FailureClass } from '../engine/types.ts';
import { ANTHROPIC_CODE_FAMILIES, ANTHROPIC_ERROR_CODES } from './anthropic/error-codes.ts';
import {
  AWS_ACCOUNT_FORM_TEXT,
  AWS_BAD_KEY_TEXT,
  AWS_BAD_OUTPUT_TEXT,
  AWS_ERROR_CODES,
} from './bedrock/error-codes.ts';
import { COMPATIBLE_CODE_FAMILIES, COMPATIBLE_ERROR_CODES } from './compatible/error-codes.ts';
import { credentialSecrets } from './credential-problem.ts';
import { type ErrorFacts, factsOfBody, factsOfJson } from './error-facts.ts';
import {
  CAPACITY_TEXT,
  FORBIDDEN_TEXT,
  LONG_LIMIT_TEXT,
  matchText,
  NO_ENDPOINT_TEXT,
  NO_RIGHTS_TEXT,
  QUOTA_TEXT,
  REGION_TEXT,
  REQUEST_TEXT,
  SERVER_TEXT,
  STORED_ITEM_TEXT,
  STREAM_TEXT,
  TOO_BIG_TEXT,
} from './error-text.ts';
import { GOOGLE_ERROR_CODES } from './gemini/error-codes.ts';
import { OPENAI_ERROR_CODES } from './openai/error-codes.ts';
import { cleanMessage } from './redact.ts';
import { RESPONSES_ERROR_CODES } from './responses/error-codes.ts';
import { headerOf, type ReplyHeaders, retryAfterMs } from './retry-after.ts';
import { isConnectTimeout, isProtocolFailure, isSetUpFailure } from './transport-codes.ts';

/** One table for all kinds: compatible endpoints relay every vendor's codes, and no code means two things. */
const CODES: ReadonlyMap<string, FailureClass> = new Map(
  Object.entries({
    ...COMPATIBLE_ERROR_CODES,
    ...GOOGLE_ERROR_CODES,
    ...AWS_ERROR_CODES,
    ...ANTHROPIC_ERROR_CODES,
    ...RESPONSES_ERROR_CODES,
    ...OPENAI_ERROR_CODES,
  }),
);

/** Codes that come as a family, asked after the exact ones. */
const CODE_FAMILIES = [...ANTHROPIC_CODE_FAMILIES, ...COMPATIBLE_CODE_FAMILIES];

/**
 * Classifies a reply that is an error: by machine code, then status, then text. `headers` have lower-case names;
 * `nowWallMs` (ms since the epoch) is only needed for a Retry-After date in a reply without a `date` header, `credential` to
 * take the key out of a message that repeats it in a form no pattern knows.
 */
export function classifyReply(reply: {
  kind: ProviderKind;
  status: number;
  headers: ReplyHeaders;
  body: Uint8Array;
  nowWallMs?: number;
  credential?: string | null;
}): Failure {
  const facts = factsOfBody(reply.body);
  const bedrockType = headerOf(reply.headers, 'x-amzn-errortype')?.split(':')[0]?.split('#').at(-1);
  if (bedrockType !== undefined) {
    facts.codes.unshift(bedrockType.toLowerCase());
    facts.code ??= bedrockType;
  }
  const status = reply.status >= 300 ? reply.status : null;
  for (const secret of credentialSecrets(reply.credential ?? '')) {
    facts.message = facts.message.replaceAll(secret, '[redacted]');
  }
  return failureOf(facts, status, reply.headers, reply.nowWallMs ?? null);
}

/** Classifies an error reported inside a 200: in a stream, or as a body. Its status is the one that the vendor names in it. */
export function classifyInBand(json: unknown): Failure {
  return failureOf(factsOfJson(json), null, {}, null);
}

function failureOf(
  facts: ErrorFacts,
  status: number | null,
  headers: ReplyHeaders,
  nowWallMs: number | null,
): Failure {
  const message = cleanMessage(facts.message);
  const hintMs = retryAfterMs({ headers, bodyDelayMs: facts.delayMs, text: facts.text, nowWallMs });
  return {
    class: classOf(facts, status, hintMs),
    status: status ?? facts.innerStatus,
    code: facts.code === null ? null : cleanMessage(facts.code).slice(0, 100),
    message:
      message === '' ? `The provider answered ${status ?? 'with an error'} without saying why.` : message,
    retryAfterMs: hintMs,
    ...(headerOf(headers, 'x-should-retry') === 'false' ? { noRetry: true as const } : {}),
    ...(facts.param === null ? {} : { param: cleanMessage(facts.param) }),
  };
}

function classOf(facts: ErrorFacts, status: number | null, hintMs: number | null): FailureClass {
  // A gateway's 5xx around a 429, or an error in a 200: the status inside is the one meant.
  const effective =
    status === null || (status >= 500 && facts.innerStatus === 429) ? facts.innerStatus : status;
  // Its reasons say less than its details.
  if (facts.codes.includes('resource_exhausted')) return googleQuota(facts, hintMs);
  return refine(classOfCodes(facts) ?? classOfStatus(effective, facts.text), facts, effective, hintMs);
}

function classOfCodes(facts: ErrorFacts): FailureClass | null {
  for (const code of facts.codes) {
    const known = CODES.get(code) ?? CODE_FAMILIES.find(([family]) => family.test(code))?.[1];
    if (known !== undefined) return known;
  }
  return null;
}

/** Google says RESOURCE_EXHAUSTED for a minute's limit, a day's quota, a model without access, an empty account and a shared shortage. */
function googleQuota(facts: ErrorFacts, hintMs: number | null): FailureClass {
  if (facts.quotas.includes('limit: 0') || /limit: 0\b/.test(facts.text)) return 'permission';
  if (facts.quotas.some((quota) => quota.includes('perday'))) return 'quota_exhausted';
  if (facts.quotas.length > 0 || hintMs !== null) {
    return isTooBig(facts.text) ? 'rate_limited_too_big' : 'rate_limited';
  }
  // Without details "your current quota" is a minute's as well as a day's: the shorter is assumed.
  if (/current quota|quota exceeded for/i.test(facts.text)) return 'rate_limited';
  return QUOTA_TEXT.test(facts.text) ? 'quota_exhausted' : 'overloaded';
}

/** What one code or status leaves open, the rest of the body decides. */
function refine(
  cls: FailureClass,
  facts: ErrorFacts,
  status: number | null,
  hintMs: number | null,
): FailureClass {
  const { text, codes } = facts;
  switch (cls) {
    case 'rate_limited':
      return refineRate(facts, status, hintMs);
    case 'quota_exhausted':
      // OpenRouter's 402 for too much in flight is a throttle that passes by itself.
      return facts.quotas.includes('openrouter_in_flight_budget') ? 'rate_limited' : cls;
    case 'permission':
      if (AWS_BAD_KEY_TEXT.test(text)) return 'auth';
      return matchText(FORBIDDEN_TEXT, text) ?? cls;
    case 'model_not_found':
      if (AWS_ACCOUNT_FORM_TEXT.test(text)) return 'permission';
      return !codes.includes('model_not_found') && STORED_ITEM_TEXT.test(text) ? 'state_not_portable' : cls;
    case 'server_error':
      // Some vendors call everything of theirs a server error; the status still says that time ran out.
      if (status === 504) return 'timeout';
      return AWS_BAD_OUTPUT_TEXT.test(text) ? 'model_output_invalid' : cls;
    default:
      return cls;
  }
}

/** A limit that passes by itself, one that no waiting helps against, or somebody else's shortage under the same code. */
function refineRate({ text, codes }: ErrorFacts, status: number | null, hintMs: number | null): FailureClass {
  if (isTooBig(text)) return 'rate_limited_too_big';
  // A day's limit that names when it lets go rolls on: waiting is enough.
  const mayBeLong = hintMs === null || codes.includes('throttlingexception');
  if (mayBeLong && LONG_LIMIT_TEXT.test(text)) return 'quota_exhausted';
  return status === 429 && codes.length > 0 && CAPACITY_TEXT.test(text) ? 'overloaded' : 'rate_limited';
}

function isTooBig(text: string): boolean {
  const limit = /\blimit:?\s+(\d+)/i.exec(text)?.[1];
  const requested = /\brequested:?\s+(\d+)/i.exec(text)?.[1];
  if (limit !== undefined && requested !== undefined) return Number(requested) > Number(limit);
  return TOO_BIG_TEXT.test(text);
}

function classOfStatus(status: number | null, text: string): FailureClass {
  switch (status) {
    case null:
      return matchText(STREAM_TEXT, text) ?? 'server_error';
    case 401:
      if (REGION_TEXT.test(text)) return 'provider_access_denied';
      return NO_RIGHTS_TEXT.test(text) ? 'permission' : 'auth';
    case 402:
      return 'quota_exhausted';
    case 403:
      return matchText(FORBIDDEN_TEXT, text) ?? (NO_RIGHTS_TEXT.test(text) ? 'permission' : 'auth');
    case 404:
    case 410:
      return NO_ENDPOINT_TEXT.test(text) ? 'unsupported_feature' : 'model_not_found';
    case 413:
      return matchText(REQUEST_TEXT, text) ?? 'payload_too_large';
    case 429:
      return classOf429(text);
    case 498:
    case 503:
    case 529:
      return matchText(SERVER_TEXT, text) ?? 'overloaded';
    case 501:
      return 'unsupported_feature';
    default:
      return STATUSES.get(status) ?? classOfOthers(status, text);
  }
}

/** Statuses that need no words. */
const STATUSES: ReadonlyMap<number, FailureClass> = new Map([
  [408, 'timeout'],
  [504, 'timeout'],
  // A content network that waited in vain for the vendor behind it.
  [522, 'timeout'],
  [524, 'timeout'],
  [409, 'server_error'],
  [424, 'server_error'],
  [425, 'server_error'],
  // It believes that we went away.
  [499, 'server_error'],
  // Nothing at this address takes such a call: the endpoint is set up wrongly, the request is not.
  [405, 'model_not_found'],
  [406, 'model_not_found'],
  [415, 'model_not_found'],
  [421, 'model_not_found'],
  [426, 'model_not_found'],
  [407, 'provider_access_denied'],
  [451, 'provider_access_denied'],
]);

function classOfOthers(status: number, text: string): FailureClass {
  if (status >= 500) return matchText(SERVER_TEXT, text) ?? 'server_error';
  // A redirect is never followed: with it would go the credential.
  if (status < 400) return 'protocol_violation';
  return matchText(REQUEST_TEXT, text) ?? 'invalid_request';
}

/** Context texts are not asked: a throttle often speaks of tokens. */
function classOf429(text: string): FailureClass {
  if (LONG_LIMIT_TEXT.test(text)) return 'quota_exhausted';
  return CAPACITY_TEXT.test(text) ? 'overloaded' : 'rate_limited';
}

/** Classifies what node or undici threw: refused, reset, DNS, TLS, timeouts, aborts, bytes that are not HTTP. */
export function classifyTransport(error: unknown): Failure {
  const { code, name, message } = errorIdentity(error);
  const failure = (cls: FailureClass, more: Partial<Failure> = {}): Failure => ({
    class: cls,
    status: null,
    code: code === '' ? null : code,
    message: cleanMessage(message === '' ? code || name : message),
    retryAfterMs: null,
    ...more,
  });
  if (isConnectTimeout(code)) return failure('connection', { connect: true, timeout: 'connect' });
  if (isSetUpFailure(code)) return failure('connection', { connect: true });
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return failure('timeout', { timeout: 'first_token' });
  if (code === 'UND_ERR_BODY_TIMEOUT') return failure('timeout', { timeout: 'idle' });
  if (isProtocolFailure(code)) return failure('protocol_violation');
  if (name === 'TimeoutError') return failure('timeout', { timeout: 'deadline' });
  if (name === 'AbortError' || code === 'UND_ERR_ABORTED' || code === 'ABORT_ERR')
    return failure('client_abort');
  return failure('connection');
}

/** Code and words of the innermost error that has a code: fetch and proxies wrap the one that matters. */
function errorIdentity(error: unknown): { code: string; name: string; message: string } {
  let found = { code: '', name: 'Error', message: String(error) };
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    if (depth === 0 || code !== '') found = { code, name: current.name, message: current.message };
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return found;
}
