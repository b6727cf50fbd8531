import type { FailureClass } from '../../engine/types.ts';

/** Machine codes of the vendors and servers that are reached through OpenAI-compatible endpoints, lower-case. */
export const COMPATIBLE_ERROR_CODES: Readonly<Record<string, FailureClass>> = {
  // Azure
  deploymentnotfound: 'model_not_found',
  servicemodeldeprecated: 'model_not_found',
  modeldeprecated: 'model_not_found',
  ratelimitreached: 'rate_limited',
  nocapacity: 'overloaded',
  responsibleaipolicyviolation: 'content_filtered',
  permissiondenied: 'permission',
  operationnotsupported: 'unsupported_feature',
  // GitHub Models and Copilot
  tokens_limit_reached: 'context_length_exceeded',
  model_max_prompt_tokens_exceeded: 'context_length_exceeded',
  // Groq
  tool_use_failed: 'model_output_invalid',
  json_validate_failed: 'model_output_invalid',
  capacity_exceeded: 'overloaded',
  over_capacity: 'overloaded',
  model_decommissioned: 'model_not_found',
  model_terms_required: 'permission',
  organization_restricted: 'auth',
  // Cerebras
  wrong_api_key: 'auth',
  queue_exceeded: 'overloaded',
  token_quota_exceeded: 'rate_limited',
  request_quota_exceeded: 'rate_limited',
  // DeepSeek, as the reason of an answer's end
  insufficient_system_resource: 'overloaded',
  // Moonshot
  invalid_authentication_error: 'auth',
  exceeded_current_quota_error: 'quota_exhausted',
  rate_limit_reached_error: 'rate_limited',
  engine_overloaded_error: 'overloaded',
  // DashScope
  arrearage: 'quota_exhausted',
  'allocationquota.freetieronly': 'quota_exhausted',
  data_inspection_failed: 'content_filtered',
  limit_requests: 'rate_limited',
  // Together, Fireworks, Perplexity, Mistral
  model_rate_limit: 'rate_limited',
  credit_limit: 'quota_exhausted',
  account_suspended: 'quota_exhausted',
  model_not_available: 'model_not_found',
  invalid_model: 'model_not_found',
  service_tier_capacity_exceeded: 'overloaded',
  unreachable_backend: 'overloaded',
  // Cohere, Perplexity, llama.cpp, vLLM
  too_many_tokens: 'context_length_exceeded',
  too_many_prompt_tokens: 'context_length_exceeded',
  exceed_context_size_error: 'context_length_exceeded',
  authenticationerror: 'auth',
  notfounderror: 'model_not_found',
  unavailable_error: 'overloaded',
  not_supported_error: 'unsupported_feature',
  // xAI says it in words.
  'some resource has been exhausted': 'rate_limited',
  'the caller does not have permission to execute the specified operation': 'permission',
  'some requested entity was not found': 'model_not_found',
  'the service is currently unavailable': 'overloaded',
  // Volcengine, Novita
  accountoverdueerror: 'quota_exhausted',
  not_enough_balance: 'quota_exhausted',
  // Proxies
  budget_exceeded: 'quota_exhausted',
  insufficient_credits: 'quota_exhausted',
  insufficient_balance: 'quota_exhausted',
  payment_required: 'quota_exhausted',
  token_quota_reached: 'quota_exhausted',
  unknown_model: 'model_not_found',
  unavailable_model: 'model_not_found',
  model_not_supported: 'model_not_found',
};

/** Codes that come as a family. */
export const COMPATIBLE_CODE_FAMILIES: readonly (readonly [family: RegExp, cls: FailureClass])[] = [
  [/^unauthenticated:/, 'auth'],
  [/^model_permission_blocked/, 'permission'],
  [/(^|_)policy_violation$/, 'content_filtered'],
];
