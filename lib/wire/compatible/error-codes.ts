import type { FailureClass } from '../../engine/types.ts';

/** Machine codes of the vendors and servers that are reached through OpenAI-compatible endpoints, lower-case. */
export const COMPATIBLE_ERROR_CODES: Readonly<Record<string, FailureClass>> = {
  // Azure
  deploymentnotfound: 'model_not_found',
  ratelimitreached: 'rate_limited',
  responsibleaipolicyviolation: 'content_filtered',
  // Groq
  tool_use_failed: 'model_output_invalid',
  json_validate_failed: 'model_output_invalid',
  capacity_exceeded: 'overloaded',
  over_capacity: 'overloaded',
  model_decommissioned: 'model_not_found',
  // Google (`resource_exhausted` needs its details and is judged apart)
  api_key_invalid: 'auth',
  credentials_missing: 'auth',
  unauthenticated: 'auth',
  permission_denied: 'permission',
  not_found: 'model_not_found',
  unavailable: 'overloaded',
  service_unavailable: 'overloaded',
  internal: 'server_error',
  deadline_exceeded: 'timeout',
  quota_exceeded: 'quota_exhausted',
  too_many_requests: 'rate_limited',
  // Amazon Bedrock (`throttlingexception` may be a daily quota: the text says so)
  throttlingexception: 'rate_limited',
  servicequotaexceededexception: 'rate_limited',
  modelnotreadyexception: 'overloaded',
  serviceunavailableexception: 'overloaded',
  accessdeniedexception: 'permission',
  ftuformnotfilled: 'permission',
  unrecognizedclientexception: 'auth',
  expiredtoken: 'auth',
  expiredtokenexception: 'auth',
  invalidsignatureexception: 'auth',
  resourcenotfoundexception: 'model_not_found',
  modeltimeoutexception: 'timeout',
  modelerrorexception: 'server_error',
  modelstreamerrorexception: 'server_error',
  internalserverexception: 'server_error',
  // Cohere, Perplexity, llama.cpp, vLLM
  too_many_tokens: 'context_length_exceeded',
  too_many_prompt_tokens: 'context_length_exceeded',
  exceed_context_size_error: 'context_length_exceeded',
  authenticationerror: 'auth',
  notfounderror: 'model_not_found',
};
