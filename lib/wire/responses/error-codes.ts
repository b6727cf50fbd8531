import type { FailureClass } from '../../engine/types.ts';

/** Codes that only the Responses API has, lower-case: an image or an input that it cannot use, and policies of its own. */
export const RESPONSES_ERROR_CODES: Readonly<Record<string, FailureClass>> = {
  invalid_image: 'invalid_request',
  invalid_image_format: 'invalid_request',
  invalid_base64_image: 'invalid_request',
  invalid_image_url: 'invalid_request',
  invalid_image_mode: 'invalid_request',
  image_too_large: 'invalid_request',
  image_too_small: 'invalid_request',
  image_parse_error: 'invalid_request',
  image_file_too_large: 'invalid_request',
  image_file_not_found: 'invalid_request',
  unsupported_image_media_type: 'invalid_request',
  empty_image_file: 'invalid_request',
  failed_to_download_image: 'invalid_request',
  image_content_policy_violation: 'content_filtered',
  bio_policy: 'content_filtered',
  misalignment_policy_violation: 'content_filtered',
  vector_store_timeout: 'timeout',
  data_residency_mismatch: 'permission',
};
