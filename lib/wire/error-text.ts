import type { FailureClass } from '../engine/types.ts';
import { AWS_REQUEST_TEXT } from './bedrock/error-codes.ts';

type TextRule = readonly [pattern: RegExp, cls: FailureClass];

/** Said beside a 429 or in a stream: shared capacity, not this caller's own limit. */
export const CAPACITY_TEXT =
  /high demand|tier capacity exceeded|at capacity|over capacity|currently overloaded|is overloaded|resource exhausted\. please try again/i;

export const QUOTA_TEXT =
  /credit balance is too low|reached your specified (workspace )?api usage limits|exceeded your current quota|insufficient (credits?|balance|funds|quota)|out of credits|spend(ing)? limit|tokens per day|requests per day|\bper day\b|daily (quota|limit)/i;

/** "Requested 12328, Limit 6000" in either order. */
export const TOO_BIG_TEXT = /request too large|requested[^.]{0,40}exceeds? the (rate )?limit/i;

/** A router's 404 that is about the request's features, not about the model. */
export const NO_ENDPOINT_TEXT = /no endpoints found that support/i;

const RATE_TEXT =
  /too many requests|rate[ -]?limit(ed|s)?\b[^.]{0,40}\b(exceeded|reached)|exceeded[^.]{0,40}rate limit|please wait before trying again|rate[ -]limited upstream|throttl/i;

const AUTH_TEXT =
  /(api[ _-]?key|x-api-key|credentials?|access token)[^.]{0,30}(not valid|invalid|incorrect|expired|revoked|missing)|(invalid|incorrect|expired|revoked|missing|no)[^.]{0,20}(api[ _-]?key|x-api-key|auth credentials|access token|subscription key)/i;

const MODEL_TEXT =
  /\bmodels?\b[^\n]{0,120}(does not exist|not found|not exist|was removed|has been (deprecated|removed|retired|decommissioned)|is not a valid model|no longer available)|model identifier is invalid|unknown model|not a valid model id|publisher model/i;

const CONTEXT_TEXT =
  /prompt (is )?too long|input is too long|input tokens exceeded|exceeds? (the )?(model's )?(maximum )?(context (window|length|size|limit)|number of tokens allowed)|exceed context limit|maximum context length|max(imum)? (context|prompt) length|input token count[^\n]{0,60}exceeds|too many tokens: size limit|longer than the model's context length|reduce the length of (the|your) (messages|prompt|input)|exceeds the available context size|total length of all messages is too long|context_length_exceeded/i;

const FILTER_TEXT =
  /content filtering policy|content management policy|content[_ ]policy|violat\w* (our|the)?\s?[^.]{0,30}(usage )?polic(y|ies)|flagged (as|by|for)|safety system|moderation/i;

/** A 404 about an item of the conversation, which another account keeps or nobody. */
export const STORED_ITEM_TEXT = /items? with id '[^']{1,100}' not found|items are not persisted/i;

const STATE_TEXT =
  /was provided without its required following item|encrypted content|invalid `?signature`? in `?thinking|previous_response/i;

export const REGION_TEXT =
  /user location is not supported|not available in your country|(country|region|territory)[^.]{0,40}not supported|ip address[^.]{0,30}not (allowed|authorized|authorised)|ip not authorized/i;

const UNSUPPORTED_TEXT =
  /not supported (with|by|for|in|on) (this|the|that)|is not supported\b|are not supported\b|does(n't| not) support|unsupported (value|parameter|role|feature|content|model)|not (currently )?support(ed)? (tools?|image|audio|function)/i;

/** For statuses that say "your request". Rate texts stand before context texts: "Too many tokens, please wait" is a throttle. */
export const REQUEST_TEXT: readonly TextRule[] = [
  ...AWS_REQUEST_TEXT,
  [QUOTA_TEXT, 'quota_exhausted'],
  [RATE_TEXT, 'rate_limited'],
  [REGION_TEXT, 'provider_access_denied'],
  [AUTH_TEXT, 'auth'],
  [CONTEXT_TEXT, 'context_length_exceeded'],
  [FILTER_TEXT, 'content_filtered'],
  [STATE_TEXT, 'state_not_portable'],
  [MODEL_TEXT, 'model_not_found'],
  [UNSUPPORTED_TEXT, 'unsupported_feature'],
];

/** For 5xx, where a caller's fault now and then hides. */
export const SERVER_TEXT: readonly TextRule[] = [
  [RATE_TEXT, 'rate_limited'],
  [CONTEXT_TEXT, 'context_length_exceeded'],
  [CAPACITY_TEXT, 'overloaded'],
];

/** For an error without any status: inside a stream. */
export const STREAM_TEXT: readonly TextRule[] = [[CAPACITY_TEXT, 'overloaded'], ...REQUEST_TEXT];

/** For 403, whose plain meaning is a bad key. */
export const FORBIDDEN_TEXT: readonly TextRule[] = [
  [REGION_TEXT, 'provider_access_denied'],
  [QUOTA_TEXT, 'quota_exhausted'],
  [FILTER_TEXT, 'content_filtered'],
  [/temporarily blocked|not have (access|permission)|permission denied|not authori[sz]ed to/i, 'permission'],
];

export function matchText(rules: readonly TextRule[], text: string): FailureClass | null {
  // A prompt echoed at length must not decide: vendors put the reason first.
  const head = text.slice(0, 2000);
  return rules.find(([pattern]) => pattern.test(head))?.[1] ?? null;
}
