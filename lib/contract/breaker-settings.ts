import { z } from 'zod';
import type { BreakerSettings } from '../engine/types.ts';

const share = (what: string) =>
  z
    .number()
    .gt(0, `${what} must be above 0; use 1 for "only when all of them".`)
    .max(1, `${what} is a share from 0 to 1, so 50 % is 0.5.`);

/** Raw fields, each bounded so that no accepted breaker can fail to recover (engine.md, B17). */
export const breakerFieldsSchema = z.strictObject({
  consecutiveFailures: z
    .int()
    .min(1, 'At least 1: a breaker that trips on 0 failures would never stay closed.')
    .max(1000),
  failureRate: share('failureRate'),
  slowRate: share('slowRate'),
  minimumCalls: z.int().min(1).max(10_000),
  windowSeconds: z.number().min(1, 'At least 1 second.').max(3600),
  openSeconds: z.number().min(0.1, 'At least 0.1 s, so that an open breaker protects.').max(3600),
  maxOpenSeconds: z
    .number()
    .min(0.1)
    .max(3600, 'At most an hour: a longer open period could never recover in time.'),
  probeSuccesses: z
    .int()
    .min(1, 'At least 1: with 0 successes asked for, a half-open breaker could never close.')
    .max(100),
  rampSeconds: z.number().min(0).max(600, 'At most 10 minutes; 0 gives all the traffic back at once.'),
  rampAfterSeconds: z.number().min(0).max(3600, 'At most an hour; rampSeconds 0 switches the ramp off.'),
  rampFirstShare: share('rampFirstShare'),
  rampSecondShare: share('rampSecondShare'),
});

export const DEFAULT_BREAKER: Readonly<BreakerSettings> = Object.freeze({
  consecutiveFailures: 5,
  failureRate: 0.5,
  slowRate: 0.8,
  minimumCalls: 20,
  windowSeconds: 60,
  openSeconds: 10,
  maxOpenSeconds: 30,
  probeSuccesses: 2,
  rampSeconds: 30,
  rampAfterSeconds: 60,
  rampFirstShare: 0.1,
  rampSecondShare: 0.5,
});

/** A target's own settings: what is absent is inherited. */
export const breakerOverridesSchema = breakerFieldsSchema.partial().superRefine(refuseContradictions);

/** The global settings; absent fields take the documented defaults. */
export const breakerSettingsSchema = breakerFieldsSchema
  .partial()
  .transform((given): BreakerSettings => ({ ...DEFAULT_BREAKER, ...definedOnly(given) }))
  .superRefine(refuseContradictions);

function definedOnly<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** Among the fields that are given together; a configuration is checked again with the inherited ones. */
function refuseContradictions(value: Partial<BreakerSettings>, ctx: z.RefinementCtx): void {
  const { openSeconds, maxOpenSeconds, rampFirstShare, rampSecondShare } = value;
  if (openSeconds !== undefined && maxOpenSeconds !== undefined && maxOpenSeconds < openSeconds) {
    ctx.addIssue({
      code: 'custom',
      path: ['maxOpenSeconds'],
      message: `maxOpenSeconds (${maxOpenSeconds}) must be at least openSeconds (${openSeconds}).`,
    });
  }
  if (rampFirstShare !== undefined && rampSecondShare !== undefined && rampSecondShare < rampFirstShare) {
    ctx.addIssue({
      code: 'custom',
      path: ['rampSecondShare'],
      message: `rampSecondShare (${rampSecondShare}) must be at least rampFirstShare (${rampFirstShare}): a recovering target gets more traffic, not less.`,
    });
  }
}
