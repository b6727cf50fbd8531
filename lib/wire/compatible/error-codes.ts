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
  // Cohere, Perplexity, llama.cpp, vLLM
  too_many_tokens: 'context_length_exceeded',
  too_many_prompt_tokens: 'context_length_exceeded',
  exceed_context_size_error: 'context_length_exceeded',
  authenticationerror: 'auth',
  notfounderror: 'model_not_found',
};
