import { z } from 'zod';

export const scopeKindSchema = z.enum(['target', 'endpoint', 'provider']);
export const overrideKindSchema = z.enum(['forced_open', 'forced_closed']);

/** Wall-clock milliseconds since the Unix epoch. */
const instant = z.number();

export const overrideSchema = z
  .strictObject({
    scope: scopeKindSchema,
    id: z.string(),
    kind: overrideKindSchema,
    reason: z.string(),
    by: z.string(),
    setAtWallMs: instant,
    /** null: until cleared. */
    expiresAtWallMs: instant.nullable(),
  })
  .meta({ id: 'Override' });
export type Override = z.output<typeof overrideSchema>;

export const errorSampleSchema = z.strictObject({
  atWallMs: instant,
  class: z.string(),
  status: z.number().nullable(),
  message: z.string(),
});
export type ErrorSample = z.output<typeof errorSampleSchema>;

export const breakerViewSchema = z
  .strictObject({
    scope: scopeKindSchema,
    /** target slug, `provider.endpoint`, or provider slug */
    id: z.string(),
    /** Grows with every change of this view; a lower one is never newer. */
    seq: z.number(),
    /** The automatic machine, as if asked now. */
    state: z.enum(['closed', 'open', 'half_open']),
    /** What callers meet: the override when one is in force. */
    effective: z.enum(['closed', 'open', 'half_open', 'derived_open', 'forced_open', 'forced_closed']),
    sinceWallMs: instant,
    /** When it last left closed, over all open and half-open periods since; null while closed. */
    outageSinceWallMs: instant.nullable(),
    reason: z.enum([
      'initial',
      'consecutive_failures',
      'failure_rate',
      'slow_rate',
      'open_elapsed',
      'probe_failed',
      'probe_expired',
      'probes_succeeded',
      'operator_reset',
      'operator_probe',
      'children_open',
      'child_succeeded',
      'children_recovered',
    ]),
    /** One sentence for people: "12 of 20 calls failed in 60 s: 9 server errors, 3 timeouts." */
    why: z.string(),
    trips: z.number(),
    /** When an open breaker will let a probe through; null unless open. */
    openUntilWallMs: instant.nullable(),
    probe: z
      .strictObject({
        successes: z.number(),
        needed: z.number(),
        inFlight: z.boolean(),
        leaseUntilWallMs: instant.nullable(),
      })
      .nullable(),
    window: z.strictObject({
      seconds: z.number(),
      ok: z.number(),
      slow: z.number(),
      failure: z.number(),
      consecutiveFailures: z.number(),
      /** Results that came after their generation ended; counted, never judged. */
      late: z.number(),
      /** Oldest first, as the breaker itself counts. */
      buckets: z.array(z.strictObject({ ok: z.number(), slow: z.number(), failure: z.number() })),
    }),
    /** Latest errors, newest first, at most 5. */
    errors: z.array(errorSampleSchema),
    /** Only targets: "do not call before", from 429 or quota. */
    cooldown: z.strictObject({ untilWallMs: instant, class: z.string(), message: z.string() }).nullable(),
    override: overrideSchema.nullable(),
    inFlight: z.number(),
    /** Endpoints and providers: open because their children are. */
    derived: z
      .strictObject({
        sinceWallMs: instant,
        open: z.array(z.string()),
        recent: z.number(),
        probeAtWallMs: instant.nullable(),
        why: z.string(),
      })
      .nullable(),
    /** A recovering target takes only a share of the traffic. */
    ramp: z.strictObject({ share: z.number(), nextAtWallMs: instant }).nullable(),
    /** Metrics-only mode: what an enforcing breaker would have done. */
    shadow: z.strictObject({ opened: z.number(), rejected: z.number(), sinceWallMs: instant }).nullable(),
  })
  .meta({ id: 'Breaker' });
export type BreakerView = z.output<typeof breakerViewSchema>;

/** One edge of a breaker, exactly one event each. Also the shape of rows in Activity. */
export const breakerTransitionSchema = z
  .strictObject({
    scope: scopeKindSchema,
    id: z.string(),
    atWallMs: instant,
    from: z.enum(['closed', 'open', 'half_open', 'derived_open']),
    to: z.enum(['closed', 'open', 'half_open', 'derived_open']),
    reason: breakerViewSchema.shape.reason,
    why: z.string(),
    generation: z.number(),
    openForMs: z.number().nullable(),
    window: z.strictObject({
      ok: z.number(),
      slow: z.number(),
      failure: z.number(),
      consecutiveFailures: z.number(),
    }),
    errors: z.array(errorSampleSchema),
  })
  .meta({ id: 'BreakerTransition' });
export type BreakerTransition = z.output<typeof breakerTransitionSchema>;

/** A recorded edge: `id` is the scope's, so the event has its own. */
export const breakerEventSchema = breakerTransitionSchema
  .extend({ eventId: z.string() })
  .meta({ id: 'BreakerEvent' });
export type BreakerEvent = z.output<typeof breakerEventSchema>;
