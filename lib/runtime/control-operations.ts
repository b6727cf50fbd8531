import type { z } from 'zod';
import type { OPERATIONS, OperationId } from '#lib/contract/operations.ts';
import type { ControlContext } from '#lib/control/context.ts';
import type { Caller, OperationCall } from './accessor.ts';
import { breakerHandlers } from './control-operations-breakers.ts';
import { configFileHandlers } from './control-operations-config-file.ts';
import { configurationHandlers } from './control-operations-configuration.ts';
import { flowEditingHandlers } from './control-operations-flows.ts';
import { type ObservationDeps, observationHandlers } from './control-operations-observation.ts';
import { readinessHandlers } from './control-operations-readiness.ts';
import { type SystemDeps, systemHandlers } from './control-operations-system.ts';

type Part<Id extends OperationId, Name extends string> = (typeof OPERATIONS)[Id] extends {
  [K in Name]: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;

/** One operation's call, as its schemas have it. */
export interface Call<Id extends OperationId> {
  ctx: ControlContext;
  params: Part<Id, 'params'>;
  query: Part<Id, 'query'>;
  body: Part<Id, 'body'>;
  /** From If-Match; null: there was none, where it is optional. */
  version: Version<Id>;
  /** Aborts when the caller leaves. */
  signal: AbortSignal | undefined;
}

type Version<Id extends OperationId> = (typeof OPERATIONS)[Id] extends { ifMatch: 'optional' }
  ? number | null
  : number;

type Answer<Id extends OperationId> = (typeof OPERATIONS)[Id] extends { answer: infer S extends z.ZodType }
  ? z.output<S>
  : unknown;

export type Handler<Id extends OperationId> = (call: Call<Id>) => Promise<Answer<Id>>;

/** Operations whose routes answer by themselves. */
export type OwnRoute =
  | 'health.get'
  | 'setup.create'
  | 'openapi.get'
  | 'live.stream'
  | 'config.get'
  | 'flows.playground';
export type Handlers<Prefix extends string> = {
  [Id in Exclude<Extract<OperationId, `${Prefix}.${string}`>, OwnRoute>]: Handler<Id>;
};

export type OperationDeps = ObservationDeps & SystemDeps & { contextFor: (caller: Caller) => ControlContext };

/** Every operation by its id, as one function. */
export function performer(deps: OperationDeps) {
  const handlers: Partial<Record<string, (call: never) => Promise<unknown>>> = {
    ...configurationHandlers(),
    ...configFileHandlers(deps),
    ...flowEditingHandlers(deps),
    ...readinessHandlers(),
    ...breakerHandlers(),
    ...observationHandlers(deps),
    ...systemHandlers(deps),
  };
  return async (
    id: OperationId,
    { caller, params, query, body, version, signal }: OperationCall,
  ): Promise<unknown> => {
    const handler = handlers[id];
    if (handler === undefined) throw new Error(`No handler for ${id}.`);
    const call = { ctx: deps.contextFor(caller), params, query, body, version, signal };
    return handler(asCall(call));
  };
}

/** The adapter validated each part with the operation's own schemas, which the types here are taken from. */
function asCall(call: object): never {
  return call as never;
}
