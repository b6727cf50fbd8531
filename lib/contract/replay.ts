import { z } from 'zod';
import { chainPutSchema } from './api.ts';
import { policySchema } from './policy.ts';
import { slugSchema } from './slug.ts';

/** What is asked: the flow's recorded requests of a span of time, once more, under another chain and policy. */
export const replayInputSchema = z
  .strictObject({
    /** Default: the last hour. At most 24 h. */
    fromWallMs: z.number().optional(),
    toWallMs: z.number().optional(),
    /** The same seed gives the same answer. */
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(1),
    /** null: only the live policy is replayed. */
    draft: z
      .strictObject({ chain: chainPutSchema.shape.chain, policy: policySchema })
      .nullable()
      .default(null),
  })
  .meta({ id: 'ReplayInput' });
export type ReplayInput = z.output<typeof replayInputSchema>;

export const replayTallySchema = z.strictObject({
  /** Requests that got an answer: `primary + alternate + backup`. */
  answered: z.int(),
  primary: z.int(),
  alternate: z.int(),
  /** Answered by a backup model: degraded, and marked if the badge is on. */
  backup: z.int(),
  /** Told to try again in a moment. */
  refused: z.int(),
  /** Ended in an error. */
  failed: z.int(),
  /** Streams that broke after their first tokens. */
  broken: z.int(),
  /** The caller's own mistakes: the same under every policy. */
  callerErrors: z.int(),
  /** Wait for the answer, ms: the first token of a stream, else the whole answer. null: nobody was answered. */
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  attempts: z.int(),
  /** Attempts that failed. */
  failedAttempts: z.int(),
  /** US dollars, of answers whose target has prices; where usage is not known, as much as is usual; null: of none. */
  costUsd: z.number().nullable(),
  /** Share (0..1) of the answers whose target has prices and whose usage was recorded. */
  costCovers: z.number(),
  /** Where the attempts' outcomes come from. */
  restsOn: z.strictObject({
    /** The request really made this call, and it comes out as it did. */
    recorded: z.int(),
    /** What the target did to other requests at that moment. */
    drawn: z.int(),
    /** What it did before the span. */
    past: z.int(),
    /** Nothing is known of the target: taken to answer as the flow was answered. */
    assumed: z.int(),
  }),
  targets: z.array(
    z.strictObject({ target: slugSchema, attempts: z.int(), failed: z.int(), answered: z.int() }),
  ),
});
export type ReplayTally = z.output<typeof replayTallySchema>;

export const replaySchema = z
  .strictObject({
    flow: slugSchema,
    fromWallMs: z.number(),
    toWallMs: z.number(),
    seed: z.int(),
    /** Requests that were replayed. */
    requests: z.int(),
    /** Those among them that were not recorded one by one: plain answers of the primary. */
    filled: z.int(),
    /** What really happened to them. */
    recorded: replayTallySchema,
    /**
     * The published policy, replayed with the luck that it had. Where it does not come out as `recorded`, something else was
     * different then: another version of the flow, other settings.
     */
    live: replayTallySchema,
    draft: replayTallySchema.nullable(),
    /** What cannot be known, in sentences. */
    notes: z.array(z.string()),
    tookMs: z.number(),
  })
  .meta({ id: 'Replay' });
export type Replay = z.output<typeof replaySchema>;
