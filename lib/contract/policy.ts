import { z } from 'zod';

const seconds = (min: number, max: number) => z.number().min(min).max(max);

/** Longest badge text that fits a badge. */
export const BADGE_TEXT_MAX = 80;

/** A language tag of BCP 47: `en`, `de-CH`, `zh-Hant`. */
export const languageSchema = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/,
    'A language tag such as en, de or pt-BR: it tells browsers and screen readers how to read the text.',
  );

export const badgeSchema = z
  .strictObject({
    on: z.boolean().default(false),
    text: z
      .string()
      .trim()
      .min(1, 'Say something, for example "Answered by backup model".')
      .max(BADGE_TEXT_MAX)
      .default('Answered by backup model'),
    /** The text's language, for whoever shows or reads it out. */
    language: languageSchema.default('en'),
  })
  .prefault({});

export const degradedSchema = z
  .strictObject({
    as: z.enum(['error', 'message']).default('error'),
    message: z.string().trim().min(1).max(1000).default('Try again in a moment.'),
    retryAfterSeconds: seconds(1, 3600).default(30),
  })
  .prefault({});

export const timeoutsSchema = z
  .strictObject({
    firstTokenSeconds: seconds(0.1, 600).default(15),
    idleSeconds: seconds(0.1, 600).default(30),
    totalSeconds: seconds(0.5, 3600).default(120),
  })
  .prefault({})
  .superRefine((value, ctx) => {
    if (value.firstTokenSeconds > value.totalSeconds) {
      ctx.addIssue({
        code: 'custom',
        path: ['firstTokenSeconds'],
        message: `firstTokenSeconds (${value.firstTokenSeconds}) is longer than totalSeconds (${value.totalSeconds}): it would never be reached.`,
      });
    }
  });

export const retrySchema = z
  .strictObject({
    maxPerTarget: z
      .int()
      .min(0)
      .max(2, 'At most 2 retries on one target: more only hammers a sick provider.')
      .default(2),
    maxAttempts: z.int().min(1).max(10).default(5),
    /** Retries and failovers that each success earns; 0.1 lets an outage add at most a tenth to the calls. */
    budgetPerSuccess: z
      .number()
      .min(0)
      .max(1, 'At most 1: above it, retries could double the load.')
      .default(0.1),
  })
  .prefault({});

/** A second call to another failure domain when the first token is late. Off unless a flow wants it: it costs calls. */
export const hedgeSchema = z
  .strictObject({
    on: z.boolean().default(false),
    /** Never earlier than this; the target's own p95 when that is later. */
    minDelaySeconds: seconds(0.1, 60).default(0.8),
    /** Share of the flow's calls that may be hedged. */
    share: z
      .number()
      .gt(0)
      .max(0.2, 'At most 0.2: more hedges than that are a second primary.')
      .default(0.05),
  })
  .prefault({});

/** What the primary's family is given before a backup model is used. None by default: failing over is quick. */
export const primaryPatienceSchema = z
  .strictObject({
    /** Longest extra wait of one request, for all of these retries together. */
    seconds: seconds(0, 60).default(0),
    /** Extra calls of the family's targets, over the whole request. */
    retries: z.int().min(0).max(5, 'At most 5 extra calls: more only hammers a sick provider.').default(0),
  })
  .prefault({})
  .superRefine((value, ctx) => {
    if (value.retries > 0 === value.seconds > 0) return;
    const [path, message] =
      value.retries > 0
        ? ['seconds', 'Give the extra calls some time: with 0 seconds none is ever made.']
        : ['retries', 'Allow at least one extra call: with none, the extra time is never used.'];
    ctx.addIssue({ code: 'custom', path: [path], message });
  });

/** What a flow wants when its primary fails. Every field has a default, so `{}` is a policy. */
export const policySchema = z
  .strictObject({
    mode: z.enum(['availability', 'quality', 'mixed']).default('availability'),
    /** For `mixed`, when the request says nothing: low stakes take a backup model, high stakes are refused gracefully. */
    defaultStakes: z.enum(['high', 'low']).default('low'),
    primaryPatience: primaryPatienceSchema,
    badge: badgeSchema,
    degraded: degradedSchema,
    timeouts: timeoutsSchema,
    retry: retrySchema,
    /** `propagate` hands a content refusal to the client; `failover` tries the next target. */
    contentFilter: z.enum(['propagate', 'failover']).default('propagate'),
    /** A prompt that is too long: `larger_window` tries targets with a larger one, `propagate` hands the error to the client. */
    contextOverflow: z.enum(['larger_window', 'propagate']).default('larger_window'),
    hedge: hedgeSchema,
    /** A stream that breaks after its first tokens: continued elsewhere where that is certain, or ended by an error event. */
    midStream: z.enum(['resume', 'error']).default('resume'),
    /** Whether a broken answer may be continued by assistant prefill, on targets that declare it. */
    prefill: z.boolean().default(true),
    /** Holds streamed answers until they are complete, so that any failure can still fail over. */
    buffer: z.boolean().default(false),
    /** What a target has no words for: left out with a note, or the target is passed over. */
    untranslatable: z.enum(['drop', 'skip']).default('drop'),
  })
  .meta({ id: 'Policy' });

export type Policy = z.output<typeof policySchema>;
export type PolicyInput = z.input<typeof policySchema>;

/** A partial policy, as PATCH takes it: given parts replace, one level deep. */
export const policyPatchSchema = z.strictObject({
  mode: z.enum(['availability', 'quality', 'mixed']).optional(),
  defaultStakes: z.enum(['high', 'low']).optional(),
  primaryPatience: z.strictObject({ seconds: z.number().optional(), retries: z.int().optional() }).optional(),
  badge: z
    .strictObject({
      on: z.boolean().optional(),
      text: z.string().optional(),
      language: z.string().optional(),
    })
    .optional(),
  degraded: z
    .strictObject({
      as: z.enum(['error', 'message']).optional(),
      message: z.string().optional(),
      retryAfterSeconds: z.number().optional(),
    })
    .optional(),
  timeouts: z
    .strictObject({
      firstTokenSeconds: z.number().optional(),
      idleSeconds: z.number().optional(),
      totalSeconds: z.number().optional(),
    })
    .optional(),
  retry: z
    .strictObject({
      maxPerTarget: z.int().optional(),
      maxAttempts: z.int().optional(),
      budgetPerSuccess: z.number().optional(),
    })
    .optional(),
  contentFilter: z.enum(['propagate', 'failover']).optional(),
  contextOverflow: z.enum(['larger_window', 'propagate']).optional(),
  hedge: z
    .strictObject({
      on: z.boolean().optional(),
      minDelaySeconds: z.number().optional(),
      share: z.number().optional(),
    })
    .optional(),
  midStream: z.enum(['resume', 'error']).optional(),
  prefill: z.boolean().optional(),
  buffer: z.boolean().optional(),
  untranslatable: z.enum(['drop', 'skip']).optional(),
});
export type PolicyPatch = z.output<typeof policyPatchSchema>;

/** Applies a patch and validates the whole, so cross-field rules hold. */
export function patchPolicy(current: Policy, patch: PolicyPatch): z.ZodSafeParseResult<Policy> {
  return policySchema.safeParse({
    ...current,
    ...patch,
    primaryPatience: { ...current.primaryPatience, ...patch.primaryPatience },
    badge: { ...current.badge, ...patch.badge },
    degraded: { ...current.degraded, ...patch.degraded },
    timeouts: { ...current.timeouts, ...patch.timeouts },
    retry: { ...current.retry, ...patch.retry },
    hedge: { ...current.hedge, ...patch.hedge },
  });
}
