import { z } from 'zod';
import { statusSchema } from './api.ts';
import { idParams } from './operation-parts.ts';
import type { Operation } from './operations.ts';
import { activeFaultSchema, faultRuleSchema, simulatorViewSchema } from './simulator.ts';

export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 128;

/** The first administrator, with the token from the link that the first start prints. */
export const setupInputSchema = z.strictObject({
  token: z.string().min(1),
  name: z.string().trim().min(1, 'What should we call you?').max(100),
  email: z.email('An email address such as ada@example.com.').max(200),
  password: z
    .string()
    .min(PASSWORD_MIN, `At least ${PASSWORD_MIN} characters.`)
    .max(PASSWORD_MAX, `At most ${PASSWORD_MAX} characters.`),
});
export type SetupInput = z.output<typeof setupInputSchema>;

export const setupAnswerSchema = z.strictObject({
  user: z.strictObject({ email: z.string(), name: z.string() }),
});

export const healthSchema = z
  .strictObject({ status: z.literal('ok'), gateway: z.enum(['up', 'down']) })
  .meta({ id: 'Health' });

const common = { auth: 'required', status: 200 } as const;

export const systemOperations = {
  'health.get': {
    method: 'GET',
    path: '/api/health',
    tag: 'System',
    summary: 'Whether the control process serves, and whether it hears the gateway',
    auth: 'none',
    status: 200,
    answer: healthSchema,
  },
  'setup.create': {
    method: 'POST',
    path: '/api/setup',
    tag: 'System',
    summary: 'Create the first administrator and sign in; the token works once',
    auth: 'none',
    body: setupInputSchema,
    status: 201,
    answer: setupAnswerSchema,
  },
  'openapi.get': {
    ...common,
    method: 'GET',
    path: '/api/openapi.json',
    tag: 'System',
    summary: 'This document',
    answer: z.looseObject({ openapi: z.string() }),
  },
  'live.stream': {
    ...common,
    method: 'GET',
    path: '/api/live',
    tag: 'Observation',
    summary: 'The live feed, as server-sent events: a snapshot, then every change; Last-Event-ID resumes',
    produces: 'text/event-stream',
  },
  'status.get': {
    ...common,
    method: 'GET',
    path: '/api/v1/status',
    tag: 'System',
    summary: 'Facts about this instance and who you are',
    answer: statusSchema,
  },
  'simulator.get': {
    ...common,
    method: 'GET',
    path: '/api/v1/simulator',
    tag: 'Simulator',
    summary: 'The simulated vendors of the demo and what they do wrong',
    answer: simulatorViewSchema,
  },
  'simulator.addFault': {
    ...common,
    method: 'POST',
    path: '/api/v1/simulator/faults',
    tag: 'Simulator',
    summary: 'Make a simulated vendor, region or model fail',
    body: faultRuleSchema,
    status: 201,
    answer: activeFaultSchema,
  },
  'simulator.clearFaults': {
    ...common,
    method: 'DELETE',
    path: '/api/v1/simulator/faults',
    tag: 'Simulator',
    summary: 'Heal everything',
    status: 204,
  },
  'simulator.clearFault': {
    ...common,
    method: 'DELETE',
    path: '/api/v1/simulator/faults/{id}',
    tag: 'Simulator',
    summary: 'Heal one fault',
    params: idParams,
    status: 204,
  },
  'simulator.setTraffic': {
    ...common,
    method: 'PUT',
    path: '/api/v1/simulator/traffic',
    tag: 'Simulator',
    summary: "Switch the demo's traffic generator on or off",
    body: z.strictObject({ on: z.boolean() }),
    answer: simulatorViewSchema,
  },
  'demo.remove': {
    ...common,
    method: 'DELETE',
    path: '/api/v1/demo',
    tag: 'Simulator',
    summary: 'Remove everything that the demo added',
    status: 204,
  },
} as const satisfies Record<string, Operation>;
