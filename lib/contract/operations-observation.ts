import { z } from 'zod';
import { auditEntrySchema, metricsQuerySchema, metricsSchema, requestsQuerySchema } from './api.ts';
import { breakerEventSchema, scopeKindSchema } from './breaker-view.ts';
import { failuresSchema } from './failures.ts';
import { idParams, instantQuery, pageOf, pageQuery } from './operation-parts.ts';
import type { Operation } from './operations.ts';
import { requestRecordSchema } from './records.ts';

const common = { auth: 'required', status: 200, tag: 'Observation', method: 'GET' } as const;
const range = { from: instantQuery.optional(), to: instantQuery.optional() };
const numbers = z.array(z.number());

/** Every attempt of the last hour in columns: `flow`, `target` and `outcome` hold indexes into `names`; newest first. */
export const attemptColumnsSchema = z
  .strictObject({
    names: z.array(z.string()),
    atWallMs: numbers,
    flow: numbers,
    target: numbers,
    outcome: numbers,
    durationMs: numbers,
    firstTokenMs: numbers,
  })
  .meta({ id: 'AttemptColumns' });

export const observationOperations = {
  'metrics.query': {
    ...common,
    path: '/api/v1/metrics',
    summary: 'Rates, errors and latencies over time, by target, flow or provider',
    query: metricsQuerySchema.extend(range),
    answer: metricsSchema,
  },
  'attempts.list': {
    ...common,
    path: '/api/v1/attempts',
    summary: "Every attempt's outcome and times over the last hour, unsampled, in columns",
    query: z.strictObject({
      target: z.string().optional(),
      flow: z.string().optional(),
      from: instantQuery.optional(),
      limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
    }),
    answer: attemptColumnsSchema,
  },
  'failures.list': {
    ...common,
    path: '/api/v1/failures',
    summary:
      'Every class of failure: what is done about it, how often it came (default: the last 24 h), and the latest one',
    query: z.strictObject(range),
    answer: failuresSchema,
  },
  'requests.list': {
    ...common,
    path: '/api/v1/requests',
    summary: 'Recorded requests with their attempts: every failure and failover, and a sample of the rest',
    query: requestsQuerySchema.extend(range),
    answer: pageOf(requestRecordSchema),
  },
  'requests.get': {
    ...common,
    path: '/api/v1/requests/{id}',
    summary: 'One request with the trail of its attempts',
    params: idParams,
    answer: requestRecordSchema,
  },
  'events.list': {
    ...common,
    path: '/api/v1/events',
    summary: 'Transitions of breakers, newest first',
    query: pageQuery.extend({ scope: scopeKindSchema.optional(), id: z.string().optional(), ...range }),
    answer: pageOf(breakerEventSchema),
  },
  'audit.list': {
    ...common,
    path: '/api/v1/audit',
    summary: 'What operators and automation changed, newest first',
    query: pageQuery.extend({ entity: z.string().optional(), entityId: z.string().optional() }),
    answer: pageOf(auditEntrySchema),
  },
} as const satisfies Record<string, Operation>;
