import { z } from 'zod';
import { scopeKindSchema } from './breaker-view.ts';
import { slugSchema } from './slug.ts';

/** What is taken for granted about a scope, whatever it holds now. */
export const assumptionSchema = z.strictObject({
  scope: scopeKindSchema,
  id: z.string().min(1).max(200),
  /** `open`: its breaker turns calls away; `forced_open`: an operator does; `closed`: nothing of its own keeps calls out. */
  state: z.enum(['open', 'forced_open', 'closed']),
});
export type Assumption = z.output<typeof assumptionSchema>;

/** A request that nobody has to send. */
export const explainInputSchema = z
  .strictObject({
    stakes: z.enum(['high', 'low']).nullable().default(null),
    stream: z.boolean().default(true),
    needs: z
      .strictObject({
        tools: z.boolean().default(false),
        vision: z.boolean().default(false),
        jsonSchema: z.boolean().default(false),
      })
      .prefault({}),
    /** Length of the prompt; null: not known, so no target is too small for it. */
    inputTokens: z.int().min(0).max(100_000_000).nullable().default(null),
    assume: z.array(assumptionSchema).max(100).default([]),
  })
  .meta({ id: 'ExplainInput' });
export type ExplainInput = z.output<typeof explainInputSchema>;

export const explainStepSchema = z.strictObject({
  target: slugSchema,
  verdict: z.enum(['chosen', 'standby', 'skipped']),
  /** Of the primary's model family, and not the primary itself. */
  alternate: z.boolean(),
  /** Why it is passed over, as in a trail's skips; null: it is not. */
  reason: z.string().nullable(),
  /** The scope that decided. */
  scope: scopeKindSchema.nullable(),
  scopeId: z.string().nullable(),
  text: z.string(),
  /** When it may be called again by itself; null: waiting does not help, or need not. */
  dueAtWallMs: z.number().nullable(),
});
export type ExplainStep = z.output<typeof explainStepSchema>;

/** Who a request would be sent to now, and why not to the others. */
export const explanationSchema = z
  .strictObject({
    flow: slugSchema,
    /** Whether such a request may be answered by a backup model. */
    servesBackup: z.boolean(),
    primary: slugSchema.nullable(),
    /** Called first; null: nobody is. */
    chosen: slugSchema.nullable(),
    /** The chosen one, when it is called only because everything is open. */
    lastResort: slugSchema.nullable(),
    /** What the caller would get, in a sentence or two. */
    answer: z.string(),
    /** The chain in its order. */
    steps: z.array(explainStepSchema),
  })
  .meta({ id: 'Explanation' });
export type Explanation = z.output<typeof explanationSchema>;
