import { z } from 'zod';
import { slugSchema } from './slug.ts';

/** What a flow needs to survive its provider, from the mistakes that are made most. */
export const READINESS_ITEMS = [
  'backup',
  'other_vendor',
  'retries_bounded',
  'breaker_on',
  'badge',
  'timeouts',
] as const;
export const readinessItemIdSchema = z.enum(READINESS_ITEMS);
export type ReadinessItemId = z.output<typeof readinessItemIdSchema>;

/** Items that a flow may deliberately leave as they are, with a reason. */
export const EXCEPTABLE_ITEMS = [
  'other_vendor',
  'badge',
  'timeouts',
] as const satisfies readonly ReadinessItemId[];

export type ExceptableItem = (typeof EXCEPTABLE_ITEMS)[number];

export const EXCEPTION_MIN = 10;
const exceptable = z.enum(EXCEPTABLE_ITEMS, {
  error: `Only these can be excepted: ${EXCEPTABLE_ITEMS.join(', ')}.`,
});
export const exceptionReasonSchema = z
  .string()
  .trim()
  .min(EXCEPTION_MIN, `Write at least ${EXCEPTION_MIN} characters: whoever looks at it next will read it.`)
  .max(500);

/** Why an item is deliberately as it is, by item. */
export const exceptionsSchema = z.partialRecord(exceptable, exceptionReasonSchema);
export type Exceptions = z.output<typeof exceptionsSchema>;

/** As PATCH takes it: what is given replaces, null withdraws. */
export const exceptionsPatchSchema = z.partialRecord(exceptable, exceptionReasonSchema.nullable());
export type ExceptionsPatch = z.output<typeof exceptionsPatchSchema>;

export const readinessItemSchema = z.strictObject({
  id: readinessItemIdSchema,
  /** `excepted`: not so, and the flow says why. */
  state: z.enum(['ok', 'missing', 'excepted']),
  /** The item as it should be, in a few words. */
  title: z.string(),
  /** How it is, in a sentence. */
  finding: z.string(),
  /** Why it matters, in a sentence. */
  why: z.string(),
  /** The flow's own reason, with `excepted`. */
  exception: z.string().nullable(),
  /** Where it is mended: a path of the dashboard. */
  fix: z.strictObject({ label: z.string(), href: z.string() }).nullable(),
});
export type ReadinessItem = z.output<typeof readinessItemSchema>;

export const readinessSchema = z
  .strictObject({
    flow: slugSchema,
    name: z.string(),
    ready: z.boolean(),
    items: z.array(readinessItemSchema),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.output<typeof readinessSchema>;
