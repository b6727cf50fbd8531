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
    badge: z
      .string()
      .optional()
      .describe("The flow's text for its users, exactly when its badge is on and a backup model answered."),
    badgeLanguage: z
      .string()
      .optional()
      .describe("The language of `badge` as a BCP 47 tag, for the element's `lang`; there together with it."),
    /** What the target that answered could not be sent, or was sent differently; absent when nothing. */
    notes: z.array(z.string()).optional(),
  })
  .meta({ id: 'Switchyard' });
export type SwitchyardObject = z.output<typeof switchyardObjectSchema>;
