import type { FailureClass } from '../../engine/types.ts';

/**
 * Anthropic's error types and `details.error_code` values, lower-case. `invalid_request_error` and `api_error` say too little to
 * stand here: status and text decide those.
 */
export const ANTHROPIC_ERROR_CODES: Readonly<Record<string, FailureClass>> = {
  enforced_spend_limit_reached: 'quota_exhausted',
  contract_spend_limit_reached: 'quota_exhausted',
  organization_on_hold: 'quota_exhausted',
  ramp_limit_exceeded: 'rate_limited',
  authentication_error: 'auth',
  permission_error: 'permission',
  billing_error: 'quota_exhausted',
  not_found_error: 'model_not_found',
  request_too_large: 'payload_too_large',
  rate_limit_error: 'rate_limited',
  overloaded_error: 'overloaded',
  timeout_error: 'timeout',
  conflict_error: 'server_error',
};

/** Codes that come as a family. */
export const ANTHROPIC_CODE_FAMILIES: readonly (readonly [family: RegExp, cls: FailureClass])[] = [
  [/^linked_organization_/, 'quota_exhausted'],
  [/_spend_limit_reached$/, 'quota_exhausted'],
];
