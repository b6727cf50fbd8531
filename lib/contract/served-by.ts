import { z } from 'zod';

/** Response headers of the served-by contract. */
export const SERVED_BY_HEADERS = {
  requestId: 'x-switchyard-request-id',
  flow: 'x-switchyard-flow',
  servedBy: 'x-switchyard-served-by',
  attempts: 'x-switchyard-attempts',
  degraded: 'x-switchyard-degraded',
  degradedReason: 'x-switchyard-degraded-reason',
} as const;

/** Request header with which a client states a request's stakes. */
export const STAKES_HEADER = 'x-switchyard-stakes';

export const servedBySchema = z.strictObject({
  target: z.string(),
  provider: z.string(),
  endpoint: z.string(),
  model: z.string(),
});
export type ServedBy = z.output<typeof servedBySchema>;

/** The authoritative `switchyard` object in an answer's body. */
export const switchyardObjectSchema = z
  .strictObject({
    requestId: z.string(),
    flow: z.string(),
    servedBy: servedBySchema.nullable(),
    attempts: z.number(),
    degraded: z.boolean(),
    degradedReason: z.string().nullable(),
    /** The flow's text, exactly when its badge is on and a backup model answered. */
    badge: z.string().optional(),
  })
  .meta({ id: 'Switchyard' });
export type SwitchyardObject = z.output<typeof switchyardObjectSchema>;
