import { z } from 'zod';

export { SERVED_BY_HEADERS, STAKES_HEADER } from './served-by-headers.ts';

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
    /** What the target that answered could not be sent, or was sent differently; absent when nothing. */
    notes: z.array(z.string()).optional(),
  })
  .meta({ id: 'Switchyard' });
export type SwitchyardObject = z.output<typeof switchyardObjectSchema>;
