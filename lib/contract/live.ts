import { z } from 'zod';
import { breakerTransitionSchema, breakerViewSchema } from './breaker-view.ts';
import { activeFaultSchema } from './simulator.ts';

/** One second of one target, as tiles and sparklines need it. */
export const targetPointSchema = z.strictObject({
  /** Start of the second, wall-clock ms. */
  t: z.number(),
  count: z.number(),
  errors: z.number(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
});
export type TargetPoint = z.output<typeof targetPointSchema>;

/** A target's last minute, for its tile. */
export const targetPulseSchema = z.strictObject({
  target: z.string(),
  /** Over the last 60 s. */
  perSecond: z.number(),
  /** 0..1; null without calls. */
  errorShare: z.number().nullable(),
  p95Ms: z.number().nullable(),
  inFlight: z.number(),
  /** Calls per 5 s over the last 5 min, oldest first (60 values); null: no data. */
  spark: z.array(z.number().nullable()),
});
export type TargetPulse = z.output<typeof targetPulseSchema>;

/** A flow's last minute. Shares are of requests; null without requests. */
export const flowPulseSchema = z.strictObject({
  flow: z.string(),
  perSecond: z.number(),
  served: z.number(),
  requests: z.number(),
  errorShare: z.number().nullable(),
  degradedShare: z.number().nullable(),
  p95Ms: z.number().nullable(),
  /** Requests of the last 60 s by target that served. */
  byTarget: z.record(z.string(), z.number()),
});
export type FlowPulse = z.output<typeof flowPulseSchema>;

export const gatewayHealthSchema = z.strictObject({
  up: z.boolean(),
  pid: z.number().nullable(),
  rssBytes: z.number().nullable(),
  utilisation: z.number().nullable(),
  snapshotVersion: z.number().nullable(),
  lastTickWallMs: z.number().nullable(),
});

export const liveSnapshotSchema = z.strictObject({
  seq: z.number(),
  now: z.number(),
  gateway: gatewayHealthSchema,
  breakers: z.array(breakerViewSchema),
  targets: z.array(targetPulseSchema),
  flows: z.array(flowPulseSchema),
  faults: z.array(activeFaultSchema),
  /** Version of the configuration: when it rises, lists of flows, targets and providers are re-read. */
  configVersion: z.number(),
});
export type LiveSnapshot = z.output<typeof liveSnapshotSchema>;

/**
 * Events of GET /api/live. The SSE `event` is the `type`, its `id` the `seq`, its data the rest as JSON.
 * `metrics` may be dropped for a slow reader, the others never.
 */
export const liveEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('snapshot'), seq: z.number(), data: liveSnapshotSchema }),
  z.strictObject({ type: z.literal('breaker'), seq: z.number(), data: breakerViewSchema }),
  z.strictObject({ type: z.literal('transition'), seq: z.number(), data: breakerTransitionSchema }),
  z.strictObject({
    type: z.literal('metrics'),
    seq: z.number(),
    data: z.strictObject({
      now: z.number(),
      targets: z.array(targetPulseSchema),
      flows: z.array(flowPulseSchema),
      gateway: gatewayHealthSchema,
    }),
  }),
  z.strictObject({
    type: z.literal('config'),
    seq: z.number(),
    data: z.strictObject({ version: z.number() }),
  }),
  z.strictObject({
    type: z.literal('audit'),
    seq: z.number(),
    data: z.strictObject({
      id: z.string(),
      action: z.string(),
      entity: z.string(),
      by: z.string(),
      atWallMs: z.number(),
      summary: z.string(),
    }),
  }),
  z.strictObject({ type: z.literal('faults'), seq: z.number(), data: z.array(activeFaultSchema) }),
  z.strictObject({ type: z.literal('gateway'), seq: z.number(), data: gatewayHealthSchema }),
  z.strictObject({
    type: z.literal('heartbeat'),
    seq: z.number(),
    data: z.strictObject({ now: z.number() }),
  }),
]);
export type LiveEvent = z.output<typeof liveEventSchema>;
