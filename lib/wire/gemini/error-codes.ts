import type { FailureClass } from '../../engine/types.ts';

/**
 * Google's statuses and the reasons of its `ErrorInfo`, lower-case (google.rpc.Code, google.api.ErrorReason). `resource_exhausted` needs
 * its details and is judged apart; `invalid_argument` and `failed_precondition` say nothing by themselves.
 */
export const GOOGLE_ERROR_CODES: Readonly<Record<string, FailureClass>> = {
  api_key_invalid: 'auth',
  api_key_expired: 'auth',
  credentials_missing: 'auth',
  unauthenticated: 'auth',
  access_token_expired: 'auth',
  access_token_scope_insufficient: 'auth',
  access_token_type_unsupported: 'auth',
  account_state_invalid: 'auth',
  permission_denied: 'permission',
  iam_permission_denied: 'permission',
  api_key_service_blocked: 'permission',
  service_disabled: 'permission',
  consumer_invalid: 'permission',
  consumer_suspended: 'permission',
  user_project_denied: 'permission',
  api_key_http_referrer_blocked: 'provider_access_denied',
  api_key_ip_address_blocked: 'provider_access_denied',
  api_key_android_app_blocked: 'provider_access_denied',
  api_key_ios_app_blocked: 'provider_access_denied',
  location_policy_violated: 'provider_access_denied',
  security_policy_violated: 'provider_access_denied',
  billing_disabled: 'quota_exhausted',
  not_found: 'model_not_found',
  unavailable: 'overloaded',
  service_unavailable: 'overloaded',
  internal: 'server_error',
  aborted: 'server_error',
  cancelled: 'server_error',
  data_loss: 'server_error',
  unimplemented: 'unsupported_feature',
  deadline_exceeded: 'timeout',
  quota_exceeded: 'quota_exhausted',
  too_many_requests: 'rate_limited',
};
