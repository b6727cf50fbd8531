import { z } from 'zod';
import { servedBySchema } from './served-by.ts';

/** How a request ended, as its caller saw it. */
export const REQUEST_OUTCOMES = [
  'primary',
  'alternate',
  'backup',
  'refused',
  'failed',
  'caller_error',
  'broken_stream',
  'aborted',
] as const;
export const requestOutcomeSchema = z.enum(REQUEST_OUTCOMES);
export type RequestOutcome = z.output<typeof requestOutcomeSchema>;

/** How an attempt ended: `ok`, `slow`, `aborted`, or a failure class. */
export const attemptOutcomeSchema = z.string();

export const attemptRecordSchema = z
  .strictObject({
    n: z.number(),
    target: z.string(),
    provider: z.string(),
    endpoint: z.string(),
    model: z.string(),
    /** ms after the request's start */
    startedMs: z.number(),
    waitedMs: z.number(),
    durationMs: z.number(),
    firstTokenMs: z.number().nullable(),
    outcome: attemptOutcomeSchema,
    verdict: z.enum(['ok', 'slow', 'failure', 'none']),
    status: z.number().nullable(),
    /** How long the provider asked to be left alone, ms; null: it did not. Absent in records from before this was kept. */
    retryAfterMs: z.number().nullable().optional(),
    /** The provider's message, at most 300 characters, secrets and echoed text removed. */
    message: z.string().nullable(),
    probe: z.boolean(),
    lastResort: z.boolean(),
    /** Started beside another attempt because that one was late. */
    hedge: z.boolean(),
    /** Continued an answer that had broken off. */
    resume: z.enum(['prefill', 'restart']).nullable(),
    /** What was changed or left out for this target, in sentences. */
    notes: z.array(z.string()),
  })
  .meta({ id: 'Attempt' });
export type AttemptRecord = z.output<typeof attemptRecordSchema>;

export const skipRecordSchema = z
  .strictObject({ target: z.string(), reason: z.string(), text: z.string() })
  .meta({ id: 'Skip' });

/** An attempt that could have been made and was not. */
export const denialRecordSchema = z
  .strictObject({
    target: z.string(),
    what: z.enum(['retry', 'failover', 'hedge', 'resume']),
    reason: z.string(),
    text: z.string(),
  })
  .meta({ id: 'Denial' });
export type DenialRecord = z.output<typeof denialRecordSchema>;

/** The client's dialect: which of the gateway's faces was called. */
export const FACES = ['chat', 'responses', 'messages', 'embeddings'] as const;
export const faceSchema = z.enum(FACES);
export type Face = z.output<typeof faceSchema>;

export const usageSchema = z.strictObject({
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
});
export type Usage = z.output<typeof usageSchema>;

/** One request with the trail of its attempts. No prompt, no completion. */
export const requestRecordSchema = z
  .strictObject({
    id: z.string(),
    atWallMs: z.number(),
    flow: z.string(),
    flowVersion: z.number(),
    /** The API key's id; null for a request that had none. */
    apiKeyId: z.string().nullable(),
    face: faceSchema,
    stream: z.boolean(),
    stakes: z.enum(['high', 'low']).nullable(),
    outcome: requestOutcomeSchema,
    /** The status that the client got. */
    status: z.number(),
    servedBy: servedBySchema.nullable(),
    degraded: z.boolean(),
    reason: z.string().nullable(),
    badge: z.boolean(),
    durationMs: z.number(),
    firstTokenMs: z.number().nullable(),
    usage: usageSchema.nullable(),
    attempts: z.array(attemptRecordSchema),
    skips: z.array(skipRecordSchema),
    denials: z.array(denialRecordSchema),
    /** Stream events that were not JSON and were left out. */
    malformedEvents: z.number(),
    /** True for the demo's and the simulator's traffic. */
    simulated: z.boolean(),
  })
  .meta({ id: 'Request' });
export type RequestRecord = z.output<typeof requestRecordSchema>;

/** Sparse mergeable histogram: [bucket index, count] pairs in rising order (lib/telemetry/histogram.ts has the scheme). */
export const histogramSchema = z.array(z.tuple([z.int(), z.int()]));
export type Histogram = z.output<typeof histogramSchema>;

/**
 * Counts of one second (live) or one rollup step. `kind: attempt` has a target and an attempt outcome; `kind: request` has the
 * target that served (or '') and a request outcome.
 */
export interface MetricCell {
  kind: 'attempt' | 'request';
  flow: string;
  target: string;
  outcome: string;
  count: number;
  /** Whole duration, ms. */
  latency: Histogram;
  latencyMaxMs: number;
  /** First content token, ms; streams only. */
  firstToken: Histogram;
}

/**
 * Every attempt's outcome and times, unsampled, in columns so that thousands a second stay cheap. Index i of each array is one
 * attempt; `flow`, `target` and `outcome` are indexes into `names`.
 */
export interface AttemptColumns {
  names: string[];
  atWallMs: number[];
  flow: number[];
  target: number[];
  outcome: number[];
  durationMs: number[];
  /** -1: none */
  firstTokenMs: number[];
}
