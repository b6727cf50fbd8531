import { z } from 'zod';
import { chainEntryViewSchema, chainPutSchema, configDiffSchema, REASON_MIN } from './api.ts';
import { chainEntrySchema } from './config.ts';
import { policySchema } from './policy.ts';
import { slugSchema } from './slug.ts';

/** Why something is published: whoever looks at the history will read it. */
export const publishReasonSchema = z
  .string({ error: 'A reason is required: whoever looks at the history will read it.' })
  .trim()
  .min(REASON_MIN, `Write at least ${REASON_MIN} characters: whoever looks at the history will read it.`)
  .max(500);

const changes = configDiffSchema.shape.changes;

/** What somebody is about to publish: one a flow, seen by everybody. */
export const flowDraftSchema = z
  .strictObject({
    chain: z.array(chainEntryViewSchema),
    policy: policySchema,
    /** The number of the published version that it was made from. */
    basedOn: z.int(),
    /** True when another version has been published since. */
    overtaken: z.boolean(),
    /** What publishing it would change, as pointers: `/policy/mode`; see FlowVersion. */
    changes,
    /** Why it cannot be published as it is, by path: `chain.1` names a target that has been removed since. Empty: nothing is in the way. */
    problems: z.array(z.strictObject({ path: z.string(), message: z.string() })),
    savedAtWallMs: z.number(),
    savedBy: z.string(),
    /** The draft's own, for If-Match. */
    version: z.int(),
  })
  .meta({ id: 'FlowDraft' });
export type FlowDraft = z.output<typeof flowDraftSchema>;

export const flowDraftAnswerSchema = z
  .strictObject({
    /** null: there is none. */
    draft: flowDraftSchema.nullable(),
    /** The draft's, for If-Match; 0 when there is none. */
    version: z.int(),
  })
  .meta({ id: 'FlowDraftAnswer' });
export type FlowDraftAnswer = z.output<typeof flowDraftAnswerSchema>;

/** If-Match names the draft's version, 0 when there is none yet. */
export const flowDraftPutSchema = z.strictObject({
  chain: chainPutSchema.shape.chain,
  /** Whole: a field that is left out has its default. */
  policy: policySchema,
  /** The number of the published version that it was made from. */
  basedOn: z.int().min(1),
});
export type FlowDraftPut = z.output<typeof flowDraftPutSchema>;

/** If-Match names the flow's version. */
export const flowPublishSchema = z.strictObject({
  reason: publishReasonSchema,
  /** The draft that was looked at: another one is not published by mistake. */
  draftVersion: z.int().min(1),
});

/** One published version; never changed afterwards. */
export const flowVersionSchema = z
  .strictObject({
    flow: slugSchema,
    number: z.int(),
    live: z.boolean(),
    publishedAtWallMs: z.number(),
    publishedBy: z.string(),
    reason: z.string().nullable(),
    /**
     * Against the version before it; empty for the first. `/chain` is the order, as slugs; `/chain/gpt-us` an entry that came or went,
     * `/chain/gpt-us/enabled` one of its settings; `/policy/badge/on` a field of the policy.
     */
    changes,
  })
  .meta({ id: 'FlowVersion' });
export type FlowVersion = z.output<typeof flowVersionSchema>;

/** The same with what it publishes. */
export const flowVersionDetailSchema = flowVersionSchema
  .extend({ chain: z.array(chainEntrySchema), policy: policySchema })
  .meta({ id: 'FlowVersionDetail' });
export type FlowVersionDetail = z.output<typeof flowVersionDetailSchema>;

/** If-Match names the flow's version. */
export const flowRollbackSchema = z.strictObject({ reason: publishReasonSchema });
