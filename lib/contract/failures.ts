import { z } from 'zod';
import type { FailureClass } from '../engine/types.ts';

/** Every class of failure, those that ask most of an operator first. */
export const FAILURE_CLASSES = [
  'auth',
  'permission',
  'provider_access_denied',
  'quota_exhausted',
  'model_not_found',
  'rate_limited',
  'rate_limited_too_big',
  'overloaded',
  'server_error',
  'timeout',
  'connection',
  'protocol_violation',
  'model_output_invalid',
  'context_length_exceeded',
  'content_filtered',
  'unsupported_feature',
  'invalid_request',
  'payload_too_large',
  'state_not_portable',
  'client_abort',
] as const satisfies readonly FailureClass[];

export const failureClassSchema = z.enum(FAILURE_CLASSES);

/** What Switchyard does about a class, as its engine has it. */
export const failureEffectSchema = z
  .strictObject({
    /** `failure`: it counts against the target's breaker. */
    verdict: z.enum(['failure', 'none']),
    /** The same target again: never, after the provider's own hint only, or after a pause. */
    retry: z.enum(['never', 'hint', 'backoff']),
    failOver: z.enum(['yes', 'no', 'larger_context', 'policy']),
    /** What is not called again for a while. */
    scope: z.enum(['none', 'target', 'limit', 'account', 'credential']),
    /** The request itself is at fault: the provider's error is passed on as it is. */
    callersFault: z.boolean(),
    /** Somebody has to change something: calling again is useless. */
    misconfiguration: z.boolean(),
  })
  .meta({ id: 'FailureEffect' });
export type FailureEffect = z.output<typeof failureEffectSchema>;

export const failureSchema = z
  .strictObject({
    class: failureClassSchema,
    effect: failureEffectSchema,
    /** Attempts that ended so in the range, unsampled. */
    count: z.number(),
    /** Most first. */
    targets: z.array(z.strictObject({ target: z.string(), count: z.number() })),
    /** The newest recorded attempt of this class in the range; null: none was kept. */
    latest: z
      .strictObject({
        requestId: z.string(),
        atWallMs: z.number(),
        target: z.string(),
        status: z.number().nullable(),
        message: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Failure' });
export type FailureView = z.output<typeof failureSchema>;

/** All twenty classes, whether they occurred or not. */
export const failuresSchema = z
  .strictObject({ from: z.number(), to: z.number(), items: z.array(failureSchema) })
  .meta({ id: 'Failures' });
export type Failures = z.output<typeof failuresSchema>;
