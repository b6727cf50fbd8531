import type { z } from 'zod';
import type { ApiErrorCode } from './errors.ts';
import { breakerOperations } from './operations-breakers.ts';
import { configurationOperations } from './operations-configuration.ts';
import { flowOperations } from './operations-flows.ts';
import { observationOperations } from './operations-observation.ts';
import { onboardingOperations } from './operations-onboarding.ts';
import { systemOperations } from './operations-system.ts';

export type OperationMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call of the control API: what it takes, what it answers, and who may make it. */
export interface Operation {
  method: OperationMethod;
  /** With `{name}` for each path parameter. */
  path: string;
  tag: string;
  summary: string;
  /** `none`: callable without a session or token. */
  auth: 'required' | 'none';
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** The body may be YAML as well. */
  yaml?: boolean;
  /** Carries `If-Match: "version"`; without it the answer is 428, unless it is optional. */
  ifMatch?: true | 'optional';
  status: 200 | 201 | 204;
  /** Absent: no body, or one that is not JSON (see `produces`). */
  answer?: z.ZodType;
  /** Media types of an answer that is not JSON, or that `answer` may come as beside JSON. */
  produces?: string;
  /** Refusals beside those that follow from the rest, for the document. */
  errors?: readonly ApiErrorCode[];
}

/** Every operation of the control API, by id: the adapter, the routes and the OpenAPI document all come from this table. */
export const OPERATIONS = {
  ...systemOperations,
  ...configurationOperations,
  ...flowOperations,
  ...onboardingOperations,
  ...breakerOperations,
  ...observationOperations,
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof OPERATIONS;

export function operation(id: OperationId): Operation {
  return OPERATIONS[id];
}

export const OPERATION_IDS = Object.keys(OPERATIONS).filter(isOperationId);

export function isOperationId(id: string): id is OperationId {
  return id in OPERATIONS;
}
