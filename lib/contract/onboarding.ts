import { z } from 'zod';
import { flowViewSchema, impactSchema, providerViewSchema, REASON_MIN, targetViewSchema } from './api.ts';
import {
  credentialInputSchema,
  endpointSchema,
  flowSchema,
  pricesSchema,
  providerKindSchema,
  providerSchema,
  targetSchema,
} from './config.ts';
import { failureClassSchema } from './failures.ts';
import { slugSchema } from './slug.ts';

// ---- test calls ----------------------------------------------------------------------------------------------------------

/** What is tried: a stored provider, or one that is only being thought about. */
export const providerTestSchema = z
  .strictObject({
    /** A stored provider's slug; with `credential`, that key is tried in place of the stored one. */
    provider: slugSchema.optional(),
    /** One of its endpoints; absent: its first. */
    endpoint: slugSchema.optional(),
    kind: providerKindSchema.optional(),
    baseUrl: endpointSchema.shape.baseUrl.optional(),
    region: endpointSchema.shape.region,
    credential: credentialInputSchema.optional(),
    /** Absent: the list of models is asked for. Given: this model is asked one tiny question. */
    model: targetSchema.shape.model.optional(),
    deployment: targetSchema.shape.deployment,
  })
  .superRefine(({ provider, endpoint, kind, baseUrl }, ctx) => {
    const report = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message });
    if (provider === undefined) {
      if (kind === undefined) report('kind', 'Name a stored provider, or the kind of a new one.');
      if (baseUrl === undefined) report('baseUrl', 'Name a stored provider, or the base URL of a new one.');
      if (endpoint !== undefined) report('endpoint', 'Only a stored provider has endpoints to choose from.');
    } else if (kind !== undefined || baseUrl !== undefined) {
      report('provider', 'Either a stored provider or a new one: leave out kind and baseUrl.');
    }
  });
export type ProviderTest = z.output<typeof providerTestSchema>;

export const listedModelSchema = z.strictObject({
  /** What a target's `model` is to be. */
  id: z.string(),
  /** Azure: the deployment's name, where it is another than the model's. */
  deployment: z.string().nullable(),
  name: z.string().nullable(),
  contextWindow: z.number().nullable(),
  prices: pricesSchema.nullable(),
});

/** What went wrong, in words that say what to do. */
export const testFailureSchema = z.strictObject({
  class: failureClassSchema,
  status: z.number().nullable(),
  message: z.string(),
  /** Where to mend it; null: nothing that was written here is at fault. */
  field: z.enum(['credential', 'baseUrl', 'region', 'model']).nullable(),
  /** The provider's own words, secrets removed; null: it said nothing. */
  said: z.string().nullable(),
});
export type TestFailure = z.output<typeof testFailureSchema>;

export const providerTestAnswerSchema = z
  .strictObject({
    ok: z.boolean(),
    /** What was sent; null: nothing, because nothing could be. */
    how: z.enum(['list', 'completion']).nullable(),
    latencyMs: z.number(),
    /** False: the vendor has no list to choose from, so that the model's name has to be known. */
    listable: z.boolean(),
    models: z.array(listedModelSchema),
    failure: testFailureSchema.nullable(),
  })
  .meta({ id: 'ProviderTest' });
export type ProviderTestAnswer = z.output<typeof providerTestAnswerSchema>;

export const targetTestAnswerSchema = z
  .strictObject({
    ok: z.boolean(),
    /** It left a sample on the target's breaker, as any request does. */
    counted: z.boolean(),
    /** Why it was not made, or not counted; null: it was. */
    note: z.string().nullable(),
    latencyMs: z.number(),
    /** To look up in Activity; null: not recorded. */
    requestId: z.string().nullable(),
    failure: testFailureSchema.nullable(),
  })
  .meta({ id: 'TargetTest' });
export type TargetTestAnswer = z.output<typeof targetTestAnswerSchema>;

// ---- a provider, its targets and a flow in one step --------------------------------------------------------------------

export const onboardingSchema = z.strictObject({
  provider: providerSchema,
  /** At the new provider, in the order of preference. */
  targets: z.array(targetSchema.omit({ provider: true })).max(50),
  /** Its chain may name the new targets and any that are there already; null: no flow yet. */
  flow: flowSchema.nullable().default(null),
});
export type Onboarding = z.output<typeof onboardingSchema>;
export type OnboardingInput = z.input<typeof onboardingSchema>;

export const onboardedSchema = z
  .strictObject({
    provider: providerViewSchema,
    targets: z.array(targetViewSchema),
    flow: flowViewSchema.nullable(),
  })
  .meta({ id: 'Onboarded' });
export type Onboarded = z.output<typeof onboardedSchema>;

// ---- keys ----------------------------------------------------------------------------------------------------------------

export const OVERLAP_DEFAULT_SECONDS = 3600;

export const rotateSchema = z.strictObject({
  /** The new key, or the variable that holds it. */
  credential: credentialInputSchema,
  /** One endpoint's own key; absent: the provider's. */
  endpoint: slugSchema.optional(),
  /** How long the key before it may still be used; 0: it ends at once. */
  overlapSeconds: z
    .int()
    .min(0)
    .max(30 * 24 * 3600, 'At most 30 days.')
    .default(OVERLAP_DEFAULT_SECONDS),
  /** Stores the new key without a test call. */
  skipTest: z.boolean().default(false),
});
export type Rotate = z.output<typeof rotateSchema>;

export const endOverlapSchema = z.strictObject({
  endpoint: slugSchema.optional(),
  /** Which of the two stays. */
  keep: z.enum(['new', 'old']).default('new'),
});
export type EndOverlap = z.output<typeof endOverlapSchema>;

// ---- draining ------------------------------------------------------------------------------------------------------------

export const drainSchema = z.strictObject({
  reason: z
    .string({ error: 'A reason is required: the next person on call will read it.' })
    .trim()
    .min(REASON_MIN, `Write at least ${REASON_MIN} characters: the next person on call will read it.`)
    .max(500),
  /** Needed when it leaves a flow without a target. */
  acknowledge: z.literal('no-target').optional(),
});
export type Drain = z.output<typeof drainSchema>;

/** What draining a target would do, computed by the server. */
export const drainPreviewSchema = impactSchema
  .pick({ sentences: true, flows: true, flowsWithoutTarget: true })
  .extend({ target: slugSchema })
  .meta({ id: 'DrainPreview' });
export type DrainPreview = z.output<typeof drainPreviewSchema>;
