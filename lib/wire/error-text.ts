import type { FailureClass } from '../engine/types.ts';
import { AWS_REQUEST_TEXT } from './bedrock/error-codes.ts';

export type TextRule = readonly [pattern: RegExp, cls: FailureClass];

/** One pattern of several phrases: what a vendor says is found by any of them, whatever the case. */
function anyOf(...phrases: readonly RegExp[]): RegExp {
  return new RegExp(phrases.map(({ source }) => source).join('|'), 'i');
}

/** Said beside a 429 or in a stream: shared capacity, not this caller's own limit. */
export const CAPACITY_TEXT = anyOf(
  /high (demand|traffic)/,
  /(tier capacity|capacity temporarily) exceeded/,
  /(at|over|no|insufficient|out of) capacity/,
  /overloaded/,
  /service is too busy/,
  /resource exhausted\. please try again/,
);

/** Money or a long limit, in words that mean nothing else. */
export const QUOTA_TEXT = anyOf(
  /credit balance is too low/,
  /reached your specified (workspace )?api usage limits/,
  /exceeded (your|its) current quota|exceeded_current_quota/,
  /insufficient (account )?(credits?|balance|funds|quota)|balance is (insufficient|not enough)|not enough (balance|credits|funds)/,
  /(out of|no|any|all available|more) credits\b|credits? (are|is|have been) (depleted|expired|exhausted)|credits expired/,
  /(credit|key|billing( hard)?) limit (has been )?(exceeded|reached)/,
  /spend(ing)? (limit|cap)|budget (has been )?exceeded|exceeded[^.\n]{0,40}\bbudget/,
  /(daily|weekly|monthly) (usage |included |free )?(limit|quota|allocation|credits|allowance)/,
  /usage limit reached|quota is exhausted|free tier[^.\n]{0,30}exhausted/,
  /account (is )?in good standing/,
);

/** A limit of a day or more; in a request's own words it could mean anything, so only a limit's own reply is asked. */
export const LONG_LIMIT_TEXT = anyOf(
  QUOTA_TEXT,
  /(tokens|requests|neurons)[ -]per[ -](day|month)|\bper[ -](day|month)\b/,
  /\/ ?(day|month)\b/,
);

/** "Requested 12328, Limit 6000" in either order. */
export const TOO_BIG_TEXT = /request too large|requested[^.]{0,40}exceeds? the (rate )?limit/i;

/** A router's 404 that is about the request's features, not about the model. */
export const NO_ENDPOINT_TEXT = /no endpoints found that (support|can handle)/i;

/** The model wrote what its vendor cannot hand out. */
const OUTPUT_TEXT = /model produced invalid content/i;

const RATE_TEXT = anyOf(
  /too many requests/,
  /rate[ -]?limit(ed|s)?\b[^.]{0,40}\b(exceeded|reached)/,
  /exceeded[^.]{0,40}rate[ -]limit/,
  /(reached|hit) the rate[ -]limit/,
  /(tokens|requests|queries) per (second|minute|hour)/,
  /please wait before trying again/,
  /rate[ -]limited upstream|due to rate[ -]limiting/,
  /throttl/,
);

/** No word in quotes stands between: `Invalid value for 'api_key'` is about a field. */
const AUTH_TEXT = anyOf(
  /(api[ _-]?key|x-api-key|credentials?|(access|api|bearer) token)[^.'"`\n]{0,40}\b(not valid|invalid|incorrect|expired|revoked|missing|disabled|deactivated|leaked|deleted)/,
  /\b(not valid|invalid|incorrect|expired|revoked|missing|wrong|no)\b[^.'"`\n]{0,20}\b(api[ _-]?key|x-api-key|auth credentials|credentials presented|(access|api|bearer|proxy server) token|subscription key|authorization header)/,
  /^invalid authentication|authentication fail(s|ed|ure)\b/,
  /organi[sz]ation has been (disabled|restricted)/,
);

const MODEL_TEXT = anyOf(
  /\bmodels?\b[^\n]{0,120}(does not exist|not found|not exist|was removed|(is|has been) (deprecated|removed|retired|decommissioned)|is not a valid model|no longer available|end of (its )?life)/,
  /model identifier is invalid|not a valid model id|publisher model/,
  /(unknown|unavailable|no such) model\b|\binvalid model( name| id)?(:| ['"`])/,
  /requested model [^\n]{0,80}?is not supported/,
  /unable to access (non-serverless )?model|no models loaded/,
);

const CONTEXT_TEXT = anyOf(
  /prompt (is )?too long|(input|request) is too long( for (the )?(requested )?model|\b)/,
  /input tokens exceed|input token count[^\n]{0,60}exceeds|input length [\d,()]+ exceeds/,
  /too many (input|prompt) tokens|prompt (tokens too long|has too many tokens)/,
  /exceed(s|ed)?[^.\n]{0,40}\b(context[ _]?(window|length|size|limit)|number of tokens allowed|model token limit)/,
  /exceed(s|ed)?[^.\n]{0,40}max(imum)? (allowed )?(context|prompt|input|sequence)\b/,
  /(prompt|input|messages?) exceeds? (the )?max(imum)? length|total length of all messages is too long/,
  /context[ _]?(window|length|size)[ _]?exceed/,
  /max(imum)? (context|prompt|input|model|sequence) length/,
  /(longer|greater) than the (model'?s )?(maximum )?(context|model) length/,
  /too many tokens: (size limit|total number)|too many tokens in (the|your) (prompt|input|request)/,
  /reduce the length of (the|your|either) (messages|prompt|input|one)/,
  /prompt token count of [\d,]+ exceeds|inputs?.? must have less than [\d,]+ tokens|range of input length should be/,
  /tokens[`'"]? \+ [`'"]?max_new_tokens[`'"]? must be|must be less than max_seq_len|max_tokens must be at least 1, got -\d/,
);

const FILTER_TEXT = anyOf(
  /content filtering policy|content management policy|content[_ ]policy/,
  /violat\w* (our|the)?\s?[^.]{0,30}((usage )?polic(y|ies)|usage guidelines)/,
  /flagged (as|by|for)|was flagged|safety system|safety_check|moderation/,
  /content exists risk|(inappropriate|unsafe|sensitive)( or (inappropriate|unsafe|sensitive))? content|considered high risk/,
);

/** What another account keeps, or nobody: an item of the conversation, an uploaded file, a container, a cache. */
export const STORED_ITEM_TEXT = anyOf(
  /items? with id '[^']{1,100}' not found|items are not persisted/,
  /\b(file|container(_id)?|cached ?content|conversation|assistant|thread|vector store|previous response)\b[^\n]{0,80}not found/,
  /no such (file|container|conversation|vector store)/,
  /permission to access the (file|cached ?content)/,
);

const STATE_TEXT = anyOf(
  /was provided without its required/,
  /encrypted content|previous_response/,
  /invalid `?signature`? in `?thinking|thinking`? (or `?redacted_thinking`? )?blocks[^\n]{0,60}cannot be modified/,
  /thought[ _]signature/,
);

export const REGION_TEXT = anyOf(
  /user location is not supported/,
  /(not available|blocked) in your (country|region)/,
  /(country|region|territory)[^.]{0,40}not supported|unsupported (countries|regions|territories)/,
  /\bip( address)?[^.]{0,30}not (allowed|authorized|authorised)/,
  /virtual network\/firewall|public access is disabled/,
);

const UNSUPPORTED_TEXT = anyOf(
  /not supported (with|by|for|in|on) (this|the|that)|(is|are) not supported\b|does(n't|n’t| not) support/,
  /unsupported (value|parameter|role|feature|content|model)|\bis unsupported\b/,
  /not (currently )?support(ed)? (tools?|image|audio|function)/,
  /is not enabled for (this model|models?\b)|does not work with the specified model|not (yet )?available for this (model|subscription)/,
  /not a multimodal model|requires --enable-/,
);

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
  [OUTPUT_TEXT, 'model_output_invalid'],
  [MODEL_TEXT, 'model_not_found'],
  [UNSUPPORTED_TEXT, 'unsupported_feature'],
];

/** For 5xx, where a caller's fault now and then hides. */
export const SERVER_TEXT: readonly TextRule[] = [
  [RATE_TEXT, 'rate_limited'],
  [CONTEXT_TEXT, 'context_length_exceeded'],
  [CAPACITY_TEXT, 'overloaded'],
  [OUTPUT_TEXT, 'model_output_invalid'],
];

/** For an error without any status: inside a stream. */
export const STREAM_TEXT: readonly TextRule[] = [[CAPACITY_TEXT, 'overloaded'], ...REQUEST_TEXT];

/** For a key without rights, in a code or as 403: what it may mean instead. */
export const FORBIDDEN_TEXT: readonly TextRule[] = [
  [/temporarily blocked/i, 'permission'],
  [REGION_TEXT, 'provider_access_denied'],
  [LONG_LIMIT_TEXT, 'quota_exhausted'],
  [FILTER_TEXT, 'content_filtered'],
  [STORED_ITEM_TEXT, 'state_not_portable'],
  [AUTH_TEXT, 'auth'],
];

/** For 403, whose plain meaning is a bad key. */
export const NO_RIGHTS_TEXT =
  /not have (access|permission)|insufficient permissions|permission denied|not authori[sz]ed to|access to [^\n]{0,60}denied|access denied|blocked at the project level/i;

export function matchText(rules: readonly TextRule[], text: string): FailureClass | null {
  // A prompt echoed at length must not decide: vendors put the reason first.
  const head = text.slice(0, 2000);
  return rules.find(([pattern]) => pattern.test(head))?.[1] ?? null;
}
