import type { FailureClass } from '../../engine/types.ts';

/**
 * Exceptions of Amazon Bedrock and of AWS's own door before it, lower-case (Bedrock: troubleshooting API error codes; AWS: common errors).
 * `throttlingexception` may be a daily quota, which its text says; `validationexception` says nothing by itself.
 */
export const AWS_ERROR_CODES: Readonly<Record<string, FailureClass>> = {
  throttlingexception: 'rate_limited',
  throttling: 'rate_limited',
  toomanyrequestsexception: 'rate_limited',
  servicequotaexceededexception: 'rate_limited',
  modelnotreadyexception: 'overloaded',
  serviceunavailableexception: 'overloaded',
  serviceunavailable: 'overloaded',
  accessdeniedexception: 'permission',
  accessdenied: 'permission',
  notauthorized: 'permission',
  optinrequired: 'permission',
  ftuformnotfilled: 'permission',
  unrecognizedclientexception: 'auth',
  invalidclienttokenid: 'auth',
  missingauthenticationtoken: 'auth',
  missingauthenticationtokenexception: 'auth',
  incompletesignature: 'auth',
  incompletesignatureexception: 'auth',
  invalidsignatureexception: 'auth',
  signaturedoesnotmatch: 'auth',
  requestexpired: 'auth',
  expiredtoken: 'auth',
  expiredtokenexception: 'auth',
  resourcenotfoundexception: 'model_not_found',
  modeltimeoutexception: 'timeout',
  modelerrorexception: 'server_error',
  modelstreamerrorexception: 'server_error',
  internalserverexception: 'server_error',
  internalfailure: 'server_error',
};

/** What Bedrock says only in words, beside a 400. */
export const AWS_REQUEST_TEXT: readonly (readonly [pattern: RegExp, cls: FailureClass])[] = [
  [
    /on-demand throughput isn.t supported|id or arn of an inference profile that contains/i,
    'model_not_found',
  ],
  [/^operation not allowed\b/i, 'permission'],
];

/** A model that the account has not asked for yet is no wrong model. */
export const AWS_ACCOUNT_FORM_TEXT = /use case details have not been submitted/i;

/** Bedrock refuses a wrong API key as if it were a right one without rights. */
export const AWS_BAD_KEY_TEXT =
  /authentication failed: please make sure your api key is valid|invalid (api key|bearer token)/i;

/** An error of the model that is about what it wrote. */
export const AWS_BAD_OUTPUT_TEXT = /invalid sequence as part of tooluse/i;
