import { z } from 'zod';

/** The control API's error codes and the status each travels with. */
export const API_ERROR_STATUS = {
  invalid_json: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale_version: 409,
  already_exists: 409,
  in_use: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  needs_acknowledgement: 422,
  version_required: 428,
  rate_limited: 429,
  internal: 500,
  gateway_unavailable: 503,
  gateway_timeout: 504,
} as const;
export type ApiErrorCode = keyof typeof API_ERROR_STATUS;

export const apiErrorSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.string(),
      message: z.string(),
      issues: z.array(z.strictObject({ path: z.string(), message: z.string() })),
      /** With `stale_version`: the row as it is now. */
      current: z.unknown().optional(),
    }),
  })
  .meta({ id: 'ApiError' });
export type ApiErrorBody = z.output<typeof apiErrorSchema>;

/** Faults of a parsed document, each with a dotted path: `flows.0.chain.2`. */
export function issuesOf(
  faults: readonly { path: readonly PropertyKey[]; message: string }[],
): { path: string; message: string }[] {
  return faults.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
}
